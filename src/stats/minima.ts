import type { Point } from './theil-sen.ts'

/**
 * Cuts the time from `from` to `to` into equal buckets and keeps the lowest point of each, at its own time, oldest first.
 * A floor under noise: what goes up and comes down again leaves the minimum where it was. Empty buckets give no point.
 * @param points in the order of time; those outside are left out, one at `to` belongs to the last bucket
 */
export function bucketMinima(points: readonly Point[], from: number, to: number, buckets: number): readonly Point[] {
  const lowest: (Point | undefined)[] = new Array(buckets).fill(undefined)
  const perUnit = to > from ? buckets / (to - from) : 0
  // From the newest back: a short window at the end of a long row of points then costs little.
  for (let i = points.length - 1; i >= 0; i--) {
    const point = points[i]
    if (!point || point.t < from) break
    if (point.t > to) continue
    const bucket = Math.min(buckets - 1, Math.floor((point.t - from) * perUnit))
    const known = lowest[bucket]
    if (known === undefined || point.v <= known.v) lowest[bucket] = point
  }
  return lowest.filter((point) => point !== undefined)
}
