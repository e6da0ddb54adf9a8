import { Row, type Series } from './series.ts'

/**
 * Cuts the time from `from` to `to` into equal buckets and keeps the lowest point of each, at its own time, oldest first.
 * A floor under noise: what goes up and comes down again leaves the minimum where it was. Empty buckets give no point.
 * Values outside are left out, one at `to` belongs to the last bucket.
 */
export function bucketMinima({ times, values }: Series, from: number, to: number, buckets: number): Series {
  const lowest = new Int32Array(buckets).fill(-1)
  const lows = new Float64Array(buckets).fill(Number.POSITIVE_INFINITY)
  const perUnit = to > from ? buckets / (to - from) : 0
  // From the newest back: a short window at the end of a long row of points then costs little.
  for (let i = times.length - 1; i >= 0; i--) {
    const t = times[i] ?? from
    if (t < from) break
    if (t > to) continue
    const bucket = Math.min(buckets - 1, Math.floor((t - from) * perUnit))
    const v = values[i] ?? 0
    if (v > (lows[bucket] ?? v)) continue
    lows[bucket] = v
    lowest[bucket] = i
  }
  const row = new Row(buckets)
  for (const at of lowest) if (at >= 0) row.add(times[at] ?? 0, values[at] ?? 0)
  return row.series()
}
