import { kendall } from './kendall.ts'
import { medianAbsoluteDeviation } from './median.ts'
import { type Series, stretchOf } from './series.ts'
import { type Line, levelled, senSlope, theilSen } from './theil-sen.ts'

/** A growth that is neither chance nor trifle. */
export interface Growth {
  readonly line: Line
  /** The slope of the newer half. */
  readonly recent: number
  /** Where the line stands at the newest point. */
  readonly level: number
  readonly newestAt: number
}

/** From so few points on ranks alone can be significant. */
const ENOUGH_FOR_RANKS = 8
/** One-sided 0.1 %. */
const Z_999 = 3.09
/** Nearly every pair rises; of five points, all of them. */
const STEADY_TAU = 0.9
const FEW = 5

/**
 * Whether half of all pairs rise fast enough for their line to reach `end` within `horizon`: no line that does is missed, and it is asked for
 * a sixth of what the line costs. A line ends no higher than the highest value and what its slope adds after the middle of the time.
 */
export function isSteep(points: Series, end: number, horizon: number): boolean {
  const { times, values } = points
  const newest = times.at(-1)
  if (newest === undefined) return false
  let high = Number.NEGATIVE_INFINITY
  for (const v of values) if (v > high) high = v
  const n = times.length
  const middle = ((times[(n - 1) >> 1] ?? 0) + (times[n >> 1] ?? 0)) / 2
  const least = (end - high) / (horizon + newest - middle)
  return least <= 0 || mostRise(points, least)
}

/** Whether at least half of all pairs rise by more than so much a time unit: else their line rises no faster. */
export function mostRise(points: Series, least: number): boolean {
  const n = points.times.length
  return 4 * pairsRising(points, least) >= n * (n - 1)
}

/** How many pairs rise by more than so much a time unit. */
function pairsRising(points: Series, least: number): number {
  const above = levelled(points, least)
  let count = 0
  for (let i = 1; i < above.length; i++) {
    const own = above[i] ?? 0
    // No branch: which way a pair goes cannot be foretold.
    for (let j = 0; j < i; j++) count += Number(own > (above[j] ?? own))
  }
  return count
}

/**
 * The line of a growth that counts: significant by ranks, or steady and large; and large against its limit and its own noise.
 * The ranks are asked first: they cost an eighth of the line, and mostly say no.
 */
export function growthOf(points: Series, limit: number): Growth | undefined {
  const { times, values } = points
  const [oldest, newest] = [times[0], times.at(-1)]
  if (oldest === undefined || newest === undefined) return undefined
  const n = times.length
  const { tau, z } = kendall(values)
  const ranked = n >= ENOUGH_FOR_RANKS && z > Z_999
  const steady = tau >= (n <= FEW ? 1 : STEADY_TAU)
  if (!ranked && !steady) return undefined
  const line = theilSen(points)
  if (!line || line.slope <= 0) return undefined
  const rise = line.slope * (newest - oldest)
  if (rise <= 0.015 * limit) return undefined
  const noise = medianAbsoluteDeviation(levelled(points, line.slope), line.intercept)
  const significant = (ranked && line.low > 0) || (steady && rise > 0.06 * limit && rise > 8 * noise)
  if (!significant || rise <= 3 * noise) return undefined
  const recent = senSlope(stretchOf(points, n >> 1)) ?? line.slope
  return { line, recent, level: line.intercept + line.slope * newest, newestAt: newest }
}
