import { type Clock, everyBySleep } from '../../core/clock.ts'

/** Time that passes as fast as it can be played: whenever nothing more can happen now, it is the next sleeper's time. */
export class VirtualClock implements Clock {
  #now = 0
  /** Soonest first; those of the same time in the order in which they fell asleep. */
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = []

  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now)
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        signal?.removeEventListener('abort', cancel)
        resolve()
      }
      const sleeper = { at: this.#now + Math.max(0, ms), wake }
      const cancel = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
        resolve()
      }
      signal?.addEventListener('abort', cancel, { once: true })
      this.#insert(sleeper)
    })
  }

  every(ms: number, act: () => void): () => void {
    return everyBySleep(this, ms, act)
  }

  /** Lets time pass until `work` is done. @throws {Error} when all wait and nobody sleeps: that would be for ever */
  async play<T>(work: Promise<T>): Promise<T> {
    let done = false
    const end = () => {
      done = true
    }
    work.then(end, end)
    for (await settled(); !done; await settled()) {
      const sleeper = this.#sleepers.shift()
      if (!sleeper) throw new Error('nothing is left that time could bring')
      this.#now = sleeper.at
      sleeper.wake()
    }
    return work
  }

  #insert(sleeper: { readonly at: number; readonly wake: () => void }): void {
    let place = this.#sleepers.length
    for (let before = this.#sleepers[place - 1]; before && before.at > sleeper.at; before = this.#sleepers[place - 1]) {
      place -= 1
    }
    this.#sleepers.splice(place, 0, sleeper)
  }
}

/** Everything that needs no time has happened: an immediate comes after all promises that are ready. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
