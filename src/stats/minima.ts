import type { Point } from './theil-sen.ts'

/**
 * Cuts the time from `from` to `to` into equal buckets and keeps the lowest point of each, at its own time, oldest first.
 * A floor under noise: what goes up and comes down again leaves the minimum where it was. Empty buckets give no point.
 * @param points in the order of time; those outside are left out, one at `to` belongs to the last bucket
 */
export function bucketMinima(points: readonly Point[], from: number, to: number, buckets: number): readonly Point[] {
  const lowest: (Point | undefined)[] = new Array(buckets).fill(undefined)
  for (const point of points) {
    if (point.t < from || point.t > to) continue
    const bucket = to > from ? Math.min(buckets - 1, Math.floor(((point.t - from) / (to - from)) * buckets)) : 0
    const known = lowest[bucket]
    if (known === undefined || point.v < known.v) lowest[bucket] = point
  }
  return lowest.filter((point) => point !== undefined)
}
