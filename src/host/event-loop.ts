import { performance } from 'node:perf_hooks'
import type { Clock } from '../core/clock.ts'
import type { LoopWatch, LoopWatcher } from '../core/surroundings.ts'
import { createThreadStopwatch, type ThreadStopwatch, type ThreadTimes } from './thread.ts'

/**
 * The watch's own timer. A stall shows as what it is late: so a stall may have been up to this much longer. Waking an idle process
 * is what the watch costs: with 100 ms, begun anew each time, an idle service took 0.51 % of a core, with 150 ms 0.43 %.
 */
export const RESOLUTION_MS = 150
/** What a timer may be late without anything having stood still. */
const NOISE_MS = 10
/**
 * A wake that is later than this may come after waiting for a processor: from there the thread's times are taken anew. So an idle process
 * does not read them from the kernel at every wake, and what was waited unseen between two looks is this much a wake at the most.
 */
const CALM_MS = 2
/** After this much work they are taken anew as well: else what it ran before a stall would pass for computing in it. */
const WORK_MS = 20
const WINDOW_MS = 60_000

interface Stall {
  readonly endedAt: number
  readonly ms: number
  /** For how much of that the thread ran, and waited for a processor; undefined where nobody can tell. */
  readonly times: ThreadTimes | undefined
}

/**
 * Watches by a timer that measures how late it is itself. Sampling the delay instead (`monitorEventLoopDelay`) takes one sample
 * of a stall, however long, so that its mean and percentiles do not show it.
 * @param onStall told of each stall as soon as it is over
 * @param stopwatch tells for how much of a stall the thread ran, and waited for a processor
 */
export function watchLoop(
  clock: Clock,
  onStall: (milliseconds: number) => void = () => {},
  stopwatch: ThreadStopwatch = createThreadStopwatch(),
): LoopWatch {
  const begunAt = clock.now()
  let stalls: readonly Stall[] = []
  let wokeAt = begunAt
  let taken = take(stopwatch)
  const lateBy = (now: number) => now - wokeAt - RESOLUTION_MS
  const stallAt = (now: number): Stall | undefined => {
    const ms = lateBy(now)
    return ms < NOISE_MS ? undefined : { endedAt: now, ms, times: taken.timesOf(ms) }
  }
  const wake = () => {
    const now = clock.now()
    const stall = stallAt(now)
    if (lateBy(now) > CALM_MS || work().activeMs - taken.activeMs > WORK_MS) taken = take(stopwatch)
    wokeAt = now
    if (!stall) return
    stalls = [...recent(stalls, now), stall]
    onStall(stall.ms)
  }
  const end = clock.every(RESOLUTION_MS, wake)
  return {
    look() {
      const now = clock.now()
      // The look may come before the timer that is late: the stall is over, and not yet written down.
      const pending = stallAt(now) ?? []
      if (lateBy(now) < NOISE_MS) taken = take(stopwatch)
      return {
        ...sum([...recent(stalls, now), pending].flat(), now),
        watchedMs: Math.min(WINDOW_MS, now - begunAt),
        ...work(),
      }
    },
    stop() {
      end()
      stopwatch.close()
    },
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
  // Of one that began before the window, as if it had run and waited evenly.
  const all = (name: keyof ThreadTimes) =>
    stalls.reduce((total, stall) => total + ((stall.times?.[name] ?? 0) * inWindow(stall)) / stall.ms, 0)
  return {
    stalledMs: stalls.reduce((total, stall) => total + inWindow(stall), 0),
    longestMs: longest?.ms ?? 0,
    ...(longest && { longestAgoMs: now - longest.endedAt }),
    ...(stalls.every(({ times }) => times) && { ranMs: all('ranMs'), queuedMs: all('queuedMs') }),
  }
}

/** Begins to take the times of the thread; with how much it had worked by then. */
function take(stopwatch: ThreadStopwatch) {
  return { timesOf: stopwatch.begin(), activeMs: work().activeMs }
}

function work() {
  const { active, idle } = performance.eventLoopUtilization()
  return { activeMs: active, idleMs: idle }
}
