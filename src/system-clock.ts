import { performance } from 'node:perf_hooks'
import type { Clock } from './core/clock.ts'
import { LONGEST_DELAY_MS } from './core/rhythm.ts'

/** The machine's time. Its timers keep no process alive, so that nobody has to stop a service to end a program. */
export const systemClock: Clock = clockOf({ keepsAlive: false })

/** The machine's time, for work that has to go on although nothing else does: its timers keep the process alive. */
export const wakingClock: Clock = clockOf({ keepsAlive: true })

function clockOf({ keepsAlive }: { readonly keepsAlive: boolean }): Clock {
  // What is imported is looked at anew each time; what is in here V8 knows.
  const timeline = performance
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    // A longer timer would be one of a millisecond.
    ms > LONGEST_DELAY_MS
      ? nap(LONGEST_DELAY_MS, signal).then(() => sleep(ms - LONGEST_DELAY_MS, signal))
      : nap(ms, signal)
  const nap = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve()
      // Everyone else's turn comes first; a timer of 0 ms would be one of 1 ms. Never unref'd: an idle loop does not wake for that.
      if (ms <= 0) return setImmediate(resolve)
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      if (!keepsAlive) timer.unref()
      signal?.addEventListener('abort', wake, { once: true })
    })
  return {
    date: () => new Date(),
    now: () => timeline.now(),
    sleep,
    every(ms, act) {
      const timer = setInterval(act, ms)
      if (!keepsAlive) timer.unref()
      return () => clearInterval(timer)
    },
  }
}
