import { type Clock, everyBySleep } from '../core/clock.ts'

/**
 * A clock that moves when told, for tests of a check of one's own: `createHealth({ checks, clock })`, then `await clock.advance(30_000)`
 * is half a minute of looks. Whoever sleeps on it wakes in order, each with its own time on the clock.
 * Time passes for the engine alone: a look that does real I/O needs real time, so let it read something that the test holds.
 */
export class FakeClock implements Clock {
  #now = 1_000
  #sleepers: { at: number; wake: () => void }[] = []

  /** 2026-01-01 and however far the clock has come. */
  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now)
  }

  /** Milliseconds; 1000 at first. */
  now(): number {
    return this.#now
  }

  /** Resolves when `advance` has come that far, or when `signal` aborts; at once where there is nothing to wait for. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted || ms <= 0) return resolve()
      const onAbort = () => this.#wake(sleeper)
      const wake = () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const sleeper = { at: this.#now + ms, wake }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', onAbort)
    })
  }

  /** Calls `act` each time that `advance` has come `ms` further, until the returned function is called. */
  every(ms: number, act: () => void): () => void {
    return everyBySleep(this, ms, act)
  }

  /** Lets that many milliseconds pass, and everything happen that they bring. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at)
      this.#wake(next)
      await settle()
    }
    this.#now = Math.max(this.#now, end)
  }

  /** Time passes and nobody wakes: what a blocked thread sees. */
  block(ms: number): void {
    this.#now += ms
  }

  /** How many sleep now. */
  get sleepers(): number {
    return this.#sleepers.length
  }

  #next(end: number) {
    return this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }

  #wake(sleeper: { wake: () => void }): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
    sleeper.wake()
  }
}

/** Everything that needs no time and no I/O has happened. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
