import type { Clock } from '../core/clock.ts'

/** How a piece of work ended: `late` when time ran out, `stopped` when it was called off. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'late' }
  | { readonly kind: 'stopped' }

/** Work under way. */
export interface Attempt<T> {
  /** Resolves at the deadline at the latest. Never rejects. */
  readonly outcome: Promise<Outcome<T>>
  /** Resolves when the work itself has returned, which may be never. Never rejects. */
  readonly returned: Promise<Outcome<T>>
}

/**
 * Starts work that is given up after `ms`, or when `stop` aborts. Its signal aborts in both cases; work that ignores it goes on
 * unheard, and `returned` tells when it came back. The signals are combined by hand: AbortSignal.any leaks before Node 26.
 */
export function attempt<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  ms: number,
  clock: Clock,
  stop: AbortSignal,
): Attempt<T> {
  const cancel = new AbortController()
  const returned = settled(work, cancel.signal)
  const outcome = new Promise<Outcome<T>>((resolve) => {
    let isOver = false
    const end = (how: Outcome<T>) => {
      if (isOver) return
      isOver = true
      stop.removeEventListener('abort', onStop)
      endTimer()
      resolve(how)
      if (how.kind === 'late' || how.kind === 'stopped') cancel.abort()
    }
    const onStop = () => end({ kind: 'stopped' })
    // The first time is the deadline. A sleep that is called off would make an error and a signal at every look.
    const endTimer = clock.every(ms, () => end({ kind: 'late' }))
    stop.addEventListener('abort', onStop, { once: true })
    if (stop.aborted) onStop()
    returned.then(end)
  })
  return { outcome, returned }
}

async function settled<T>(work: (signal: AbortSignal) => T | Promise<T>, signal: AbortSignal): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await work(signal) }
  } catch (error) {
    return { kind: 'threw', error }
  }
}
