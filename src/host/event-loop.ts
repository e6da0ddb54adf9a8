import { performance } from 'node:perf_hooks'
import type { Clock } from '../core/clock.ts'
import type { LoopWatch, LoopWatcher } from '../core/surroundings.ts'

/**
 * The watch's own timer. A stall shows as what it is late: so a stall may have been up to this much longer. Waking an idle process
 * is what the watch costs: with 100 ms, begun anew each time, an idle service took 0.51 % of a core, with 150 ms 0.43 %.
 */
export const RESOLUTION_MS = 150
/** What a timer may be late without anything having stood still. */
const NOISE_MS = 10
const WINDOW_MS = 60_000

interface Stall {
  readonly endedAt: number
  readonly ms: number
}

/**
 * Watches by a timer that measures how late it is itself. Sampling the delay instead (`monitorEventLoopDelay`) takes one sample
 * of a stall, however long, so that its mean and percentiles do not show it.
 * @param onStall told of each stall as soon as it is over
 */
export function watchLoop(clock: Clock, onStall: (milliseconds: number) => void = () => {}): LoopWatch {
  const begunAt = clock.now()
  let stalls: readonly Stall[] = []
  let wokeAt = begunAt
  const lateBy = (now: number) => now - wokeAt - RESOLUTION_MS
  const wake = () => {
    const now = clock.now()
    const ms = lateBy(now)
    wokeAt = now
    if (ms < NOISE_MS) return
    stalls = [...recent(stalls, now), { endedAt: now, ms }]
    onStall(ms)
  }
  const stop = clock.every(RESOLUTION_MS, wake)
  return {
    look() {
      const now = clock.now()
      // The look may come before the timer that is late: the stall is over, and not yet written down.
      const pending = lateBy(now) < NOISE_MS ? [] : [{ endedAt: now, ms: lateBy(now) }]
      return {
        ...sum([...recent(stalls, now), ...pending], now),
        watchedMs: Math.min(WINDOW_MS, now - begunAt),
        ...work(),
      }
    },
    stop,
  }
}

/** One timer for all who watch: a second one would wake the process as often again. It runs while somebody watches. */
export function createLoopWatcher(clock: Clock): LoopWatcher {
  const listeners = new Set<(milliseconds: number) => void>()
  let shared: LoopWatch | undefined
  return {
    watch(onStall = () => {}) {
      const listener = (milliseconds: number) => onStall(milliseconds)
      listeners.add(listener)
      shared ??= watchLoop(clock, (milliseconds) => {
        for (const listen of listeners) listen(milliseconds)
      })
      const watch = shared
      return {
        look: () => watch.look(),
        stop() {
          if (!listeners.delete(listener) || listeners.size > 0) return
          shared = undefined
          watch.stop()
        },
      }
    },
  }
}

function recent(stalls: readonly Stall[], now: number): readonly Stall[] {
  return stalls.filter(({ endedAt }) => endedAt > now - WINDOW_MS)
}

function sum(stalls: readonly Stall[], now: number) {
  const inWindow = ({ endedAt, ms }: Stall) => Math.min(ms, endedAt - (now - WINDOW_MS))
  const [longest] = stalls.toSorted((a, b) => b.ms - a.ms)
  return {
    stalledMs: stalls.reduce((total, stall) => total + inWindow(stall), 0),
    longestMs: longest?.ms ?? 0,
    ...(longest && { longestAgoMs: now - longest.endedAt }),
  }
}

function work() {
  const { active, idle } = performance.eventLoopUtilization()
  return { activeMs: active, idleMs: idle }
}
