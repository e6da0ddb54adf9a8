import type { Clock } from '../core/clock.ts'
import type { Unseen } from '../core/parts.ts'
import { messageOf } from '../core/thrown.ts'
import { inNumber, inWords } from '../core/wording.ts'

/** What came of a look at a subject: what was seen, or why nothing was. */
export type Looked<T> = { readonly value: T } | Unseen | Late

/** A look that has not returned yet. */
export interface Late extends Unseen {
  readonly isLate: true
}

interface Out<T> {
  readonly sinceMs: number
  /** Called once, with what came of it. */
  readonly waiters: Set<(looked: Looked<T>) => void>
}

/** Does some work with a deadline: its signal aborts after `ms`, and when `signal` does. */
export async function within<T>(
  { clock, ms, signal }: { readonly clock: Clock; readonly ms: number; readonly signal: AbortSignal },
  work: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const done = new AbortController()
  const stop = () => deadline.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  clock.sleep(ms, done.signal).then(stop)
  try {
    return await work(deadline.signal)
  } finally {
    signal.removeEventListener('abort', stop)
    done.abort()
  }
}

/**
 * Looks that may never return, such as one at a dead network mount, which holds one of libuv's four threads for as long.
 * There is never more than one out for a subject: who asks again waits for that one. And never more than `most` at all.
 */
export class Looks<T> {
  readonly #out = new Map<string, Out<T>>()
  readonly #most: number
  readonly #now: () => number

  /** @param now monotonic milliseconds */
  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  isOut(subject: string): boolean {
    return this.#out.has(subject)
  }

  /** Resolves when the look has returned, or when `deadline` aborts: then the look stays out. Never rejects. */
  async look(subject: string, work: () => Promise<T>, deadline: AbortSignal): Promise<Looked<T>> {
    while (!this.#out.has(subject) && this.#out.size >= this.#most) {
      if (deadline.aborted)
        return {
          subject,
          because: `${inNumber(this.#out.size, 'look')} elsewhere ${this.#out.size === 1 ? 'has' : 'have'} not returned`,
        }
      await this.#oneEnds(deadline)
    }
    return this.#wait(subject, this.#out.get(subject) ?? this.#begin(subject, work), deadline)
  }

  #begin(subject: string, work: () => Promise<T>): Out<T> {
    const out: Out<T> = { sinceMs: this.#now(), waiters: new Set() }
    this.#out.set(subject, out)
    const end = (looked: Looked<T>) => {
      this.#out.delete(subject)
      for (const waiter of out.waiters) waiter(looked)
    }
    work().then(
      (value) => end({ value }),
      (error: unknown) => end({ subject, because: messageOf(error) }),
    )
    return out
  }

  /** Waiters leave at the deadline. With Promise.race a look that never returns would collect them for ever. */
  #wait(subject: string, out: Out<T>, deadline: AbortSignal): Promise<Looked<T>> {
    return new Promise((resolve) => {
      const end = (looked: Looked<T>) => {
        out.waiters.delete(end)
        deadline.removeEventListener('abort', late)
        resolve(looked)
      }
      const late = () => end({ subject, because: `no answer for ${inWords(this.#now() - out.sinceMs)}`, isLate: true })
      out.waiters.add(end)
      if (deadline.aborted) late()
      else deadline.addEventListener('abort', late, { once: true })
    })
  }

  #oneEnds(deadline: AbortSignal): Promise<unknown> {
    return new Promise((resolve) => {
      const end = () => {
        for (const { waiters } of this.#out.values()) waiters.delete(end)
        deadline.removeEventListener('abort', end)
        resolve(undefined)
      }
      for (const { waiters } of this.#out.values()) waiters.add(end)
      deadline.addEventListener('abort', end, { once: true })
    })
  }
}
