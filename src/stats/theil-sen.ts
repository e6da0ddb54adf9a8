import { medianIn, middlesOf, settledMedian } from './median.ts'
import { settle } from './selection.ts'
import type { Series } from './series.ts'

/** A straight line through points, and how sure its slope is. */
export interface Line {
  /** Value units per time unit: the median of the slopes between all pairs. */
  readonly slope: number
  /** The value at t = 0: the median of what the slope leaves of each value. */
  readonly intercept: number
  /** The 98 % interval of the slope. With few points it is the whole range of slopes seen. */
  readonly low: number
  readonly high: number
}

/** Two-sided 98 %: the 0.99 quantile of the normal distribution. */
const Z_98 = 2.326

/**
 * The Theil–Sen line: unmoved by up to 29 % of wild points. Its interval is that of order statistics, with Kendall's variance.
 * It looks at all pairs, so give it bucketed points, 32 or so.
 * @returns undefined when fewer than two points differ in time
 * @see Theil 1950; Sen 1968, "Estimates of the regression coefficient based on Kendall's tau", JASA 63
 */
export function theilSen(points: Series): Line | undefined {
  const slopes = pairSlopes(points)
  if (slopes.length === 0) return undefined
  const [below, above] = interval(slopes.length, points.times.length)
  settle(slopes, [below, ...middlesOf(slopes), above])
  const slope = settledMedian(slopes)
  const intercept = medianIn(levelled(points, slope))
  return { slope, intercept, low: slopes[below] ?? Number.NaN, high: slopes[above] ?? Number.NaN }
}

/** The slope of that line alone, for seven tenths of the cost; undefined likewise. */
export function senSlope(points: Series): number | undefined {
  const slopes = pairSlopes(points)
  return slopes.length === 0 ? undefined : medianIn(slopes)
}

/** What a slope leaves of each value. */
export function levelled({ times, values }: Series, slope: number): Float64Array<ArrayBuffer> {
  const rest = new Float64Array(values.length)
  for (let i = 0; i < rest.length; i++) rest[i] = (values[i] ?? 0) - slope * (times[i] ?? 0)
  return rest
}

/** Plain loops over plain numbers: this is where a forecast spends its time. */
function pairSlopes({ times, values }: Series): Float64Array<ArrayBuffer> {
  const n = times.length
  const slopes = new Float64Array((n * (n - 1)) / 2)
  let count = 0
  for (let i = 1; i < n; i++) {
    const [t, v] = [times[i] ?? Number.NaN, values[i] ?? Number.NaN]
    for (let j = 0; j < i; j++) {
      const apart = t - (times[j] ?? t)
      // Adding 0 turns -0 into 0: a flat line has one slope, whichever way it is looked at.
      if (apart !== 0) slopes[count++] = (v - (values[j] ?? v)) / apart + 0
    }
  }
  return slopes.subarray(0, count)
}

/** The ranks of the 98 % interval among so many slopes of n points. */
function interval(slopes: number, n: number): readonly [below: number, above: number] {
  const spread = Z_98 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const below = Math.max(0, Math.floor((slopes - spread) / 2) - 1)
  const above = Math.min(slopes - 1, Math.ceil((slopes + spread) / 2))
  return [below, above]
}
