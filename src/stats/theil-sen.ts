import { medianOfSorted } from './median.ts'

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
  const slopes = pairSlopes(points).sort()
  if (slopes.length === 0) return undefined
  const slope = medianOfSorted(slopes)
  const residuals = Float64Array.from(points, ({ t, v }) => v - slope * t).sort()
  const [low, high] = interval(slopes, points.length)
  return { slope, intercept: medianOfSorted(residuals), low, high }
}

function pairSlopes(points: readonly Point[]): Float64Array<ArrayBuffer> {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2)
  let count = 0
  for (const [i, a] of points.entries()) {
    for (let j = 0; j < i; j++) {
      const b = points[j] ?? a
      // Adding 0 turns -0 into 0: a flat line has one slope, whichever way it is looked at.
      if (a.t !== b.t) slopes[count++] = (a.v - b.v) / (a.t - b.t) + 0
    }
  }
  return slopes.subarray(0, count)
}

function interval(sorted: Float64Array, n: number): readonly [low: number, high: number] {
  const spread = Z_98 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const last = sorted.length - 1
  const below = Math.max(0, Math.floor((sorted.length - spread) / 2) - 1)
  const above = Math.min(last, Math.ceil((sorted.length + spread) / 2))
  return [sorted[below] ?? Number.NaN, sorted[above] ?? Number.NaN]
}
