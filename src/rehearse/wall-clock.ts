import type { Clock } from '../core/clock.ts'

/**
 * The machine's own time, for a rehearsal that is really played. Unlike the service's clock its timers keep the process alive:
 * in back-off no child is running, and nothing else would.
 */
export const wallClock: Clock = {
  date: () => new Date(),
  now: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake, { once: true })
    })
  },
}
