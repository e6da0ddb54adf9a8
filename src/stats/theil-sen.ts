import { medianOf, middlesOf, settledMedian } from './median.ts'
import { settle } from './selection.ts'

/** A value at a time, in any units. */
export interface Point {
  readonly t: number
  readonly v: number
}

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
export function theilSen(points: readonly Point[]): Line | undefined {
  const slopes = pairSlopes(points)
  if (slopes.length === 0) return undefined
  const [below, above] = interval(slopes.length, points.length)
  settle(slopes, [below, ...middlesOf(slopes), above])
  const slope = settledMedian(slopes)
  const intercept = medianOf(points.map(({ t, v }) => v - slope * t))
  return { slope, intercept, low: slopes[below] ?? Number.NaN, high: slopes[above] ?? Number.NaN }
}

/** The slope of that line alone, for four fifths of the cost; undefined likewise. */
export function senSlope(points: readonly Point[]): number | undefined {
  const slopes = pairSlopes(points)
  return slopes.length === 0 ? undefined : medianOf(slopes)
}

/** Plain loops over plain numbers: this is where a forecast spends its time. */
function pairSlopes(points: readonly Point[]): Float64Array<ArrayBuffer> {
  const n = points.length
  const [times, values] = [new Float64Array(n), new Float64Array(n)]
  const slopes = new Float64Array((n * (n - 1)) / 2)
  let count = 0
  for (let i = 0; i < n; i++) {
    const { t, v } = points[i] ?? NOWHERE
    for (let j = 0; j < i; j++) {
      const apart = t - (times[j] ?? t)
      // Adding 0 turns -0 into 0: a flat line has one slope, whichever way it is looked at.
      if (apart !== 0) slopes[count++] = (v - (values[j] ?? v)) / apart + 0
    }
    times[i] = t
    values[i] = v
  }
  return slopes.subarray(0, count)
}

const NOWHERE: Point = { t: Number.NaN, v: Number.NaN }

/** The ranks of the 98 % interval among so many slopes of n points. */
function interval(slopes: number, n: number): readonly [below: number, above: number] {
  const spread = Z_98 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const below = Math.max(0, Math.floor((slopes - spread) / 2) - 1)
  const above = Math.min(slopes - 1, Math.ceil((slopes + spread) / 2))
  return [below, above]
}
