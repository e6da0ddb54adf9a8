import type { Clock } from '../core/clock.ts'

const MINUTE_MS = 60_000

/** So many at once, and after that so many a minute. It is two numbers, whoever asks and however often. */
export class Allowance {
  readonly #perMinute: number
  readonly #clock: Clock
  #left: number
  #at: number

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute
    this.#clock = clock
    this.#left = perMinute
    this.#at = clock.now()
  }

  /** Whole seconds until one can be taken; 0 where one can be taken now. */
  waitSeconds(): number {
    this.#refill()
    return this.#left >= 1 ? 0 : Math.ceil(((1 - this.#left) * MINUTE_MS) / this.#perMinute / 1000)
  }

  /** Takes one, if one is left. Returns whether it was. */
  take(): boolean {
    if (this.waitSeconds() > 0) return false
    this.#left -= 1
    return true
  }

  #refill(): void {
    const now = this.#clock.now()
    this.#left = Math.min(this.#perMinute, this.#left + ((now - this.#at) / MINUTE_MS) * this.#perMinute)
    this.#at = now
  }
}
