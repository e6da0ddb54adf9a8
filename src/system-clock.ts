import { performance } from 'node:perf_hooks'
import type { Clock } from './core/clock.ts'

/** The machine's time. Its timers keep no process alive, so that nobody has to stop a service to end a program. */
export const systemClock: Clock = clockOf({ keepsAlive: false })

/** The machine's time, for work that has to go on although nothing else does: its timers keep the process alive. */
export const wakingClock: Clock = clockOf({ keepsAlive: true })

/** Everyone else's turn comes first. A timer of 0 ms would be one of 1 ms. */
function nextTurn(go: () => void, keepsAlive: boolean): void {
  const turn = setImmediate(go)
  if (!keepsAlive) turn.unref()
}

function clockOf({ keepsAlive }: { readonly keepsAlive: boolean }): Clock {
  return {
    date: () => new Date(),
    now: () => performance.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        if (ms <= 0) return nextTurn(resolve, keepsAlive)
        const wake = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        if (!keepsAlive) timer.unref()
        signal?.addEventListener('abort', wake, { once: true })
      }),
    every(ms, act) {
      const timer = setInterval(act, ms)
      if (!keepsAlive) timer.unref()
      return () => clearInterval(timer)
    },
  }
}
