import { performance } from 'node:perf_hooks'

/** Begins to watch the loop of this thread. What it returns tells the share of the time since it was last asked, or began, in which the loop worked. */
export function watchUtilization(): () => number {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  }
}
