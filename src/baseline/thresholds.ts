import type { Observation } from './observation.ts'

/** Settings of the checks, as `serve --config` reads them. */
export interface Thresholds {
  readonly checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Below this, a busy node's own noise would decide what is slow. */
const FASTEST_THRESHOLD_MS = 50
/**
 * The limits of a disk that hold where nothing was measured. A measured one is never laxer, since others fill a disk too; and never
 * below `leastWarnAt`: a fresh disk that is nearly empty is no reason to be told of one that is half full.
 */
const DISK = { leastWarnAt: 0.5, warnAt: 0.8, failAt: 0.9 }
/** A cache smaller than this is no concern. */
const FEWEST_ENTRIES = 1_000

/**
 * Thresholds from what was measured, each `margin` (0.5: half as much again) above the highest that was seen. A cache fails at ten times
 * the number at which it warns. What was not seen has no threshold, and keeps its default: a cache that stayed empty says only that
 * the load never used it, and nothing of how large it is when somebody does.
 */
export function thresholdsOf(seen: Observation, margin: number): Thresholds {
  const above = (value: number) => value * (1 + margin)
  const memory = memoryOf(seen, above)
  const mostEntries = Math.max(0, ...seen.cacheEntries.values())
  const checks = {
    ...(seen.p99Seconds.size > 0 && { latency: latencyOf(seen, above) }),
    ...(Object.keys(memory).length > 0 && { 'memory-headroom': { baseline: memory } }),
    ...(mostEntries > 0 && { 'cache-size': { entries: entriesOf(mostEntries, above) } }),
    ...(seen.diskRatios.size > 0 && { 'disk-usage': disksOf(seen, above) }),
  }
  return { checks }
}

type Above = (value: number) => number

function latencyOf({ p99Seconds }: Observation, above: Above) {
  const slowest = Math.max(...p99Seconds.values())
  return { thresholdMs: Math.max(FASTEST_THRESHOLD_MS, Math.ceil(above(slowest * 1_000))) }
}

const SETTINGS: Readonly<Record<string, string>> = {
  heap: 'heapBytes',
  external: 'externalBytes',
  native: 'nativeBytes',
  'working-set': 'workingSetBytes',
}

function memoryOf({ memoryBytes }: Observation, above: Above): Readonly<Record<string, number>> {
  const known = [...memoryBytes].filter(([signal, bytes]) => Object.hasOwn(SETTINGS, signal) && bytes > 0)
  return Object.fromEntries(known.map(([signal, bytes]) => [SETTINGS[signal] ?? signal, Math.ceil(above(bytes))]))
}

function entriesOf(mostEntries: number, above: Above) {
  const warnAt = Math.max(FEWEST_ENTRIES, Math.ceil(above(mostEntries)))
  return { warnAt, failAt: 10 * warnAt }
}

function disksOf({ diskRatios }: Observation, above: Above) {
  const measured = Math.round(above(Math.max(...diskRatios.values())) * 100) / 100
  return { warnAt: Math.min(DISK.warnAt, Math.max(DISK.leastWarnAt, measured)), failAt: DISK.failAt }
}
