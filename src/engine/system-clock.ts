import { performance } from 'node:perf_hooks'
import type { Clock } from '../core/clock.ts'

/** The machine's time. Its timers keep no process alive. */
export const systemClock: Clock = {
  date: () => new Date(),
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      timer.unref()
      signal?.addEventListener('abort', wake, { once: true })
    }),
}
