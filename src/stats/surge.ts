import type { Series } from './series.ts'

/** What came and went, on top of the lowest value of late. */
export interface Surge {
  /** The most that a value has taken for a while, with what it then kept of that; 0 where nothing has come and gone. */
  readonly height: number
  /** The lowest value in the newest bucket that has one: what stands when nothing passing is on top. NaN of no values. */
  readonly floor: number
}

/**
 * The largest surge in the buckets that the time from `from` to `to` is cut into: a rise that comes and is mostly gone again within the next
 * bucket. What stays is growth, so a peak is measured from the higher of the floors before and after it; as much again may be
 * what it left behind, for the next one will do that too. A steady growth, however fast, is no surge.
 */
export function surgeIn({ times, values }: Series, from: number, to: number, buckets: number): Surge {
  const lows = new Float64Array(buckets).fill(Number.POSITIVE_INFINITY)
  const highs = new Float64Array(buckets).fill(Number.NEGATIVE_INFINITY)
  const perUnit = to > from ? buckets / (to - from) : 0
  for (let i = times.length - 1; i >= 0; i--) {
    const [t, v] = [times[i] ?? from, values[i] ?? 0]
    if (t < from) break
    if (t > to) continue
    const bucket = Math.min(buckets - 1, Math.floor((t - from) * perUnit))
    if (v < (lows[bucket] ?? v)) lows[bucket] = v
    if (v > (highs[bucket] ?? v)) highs[bucket] = v
  }
  let height = 0
  for (let i = 1; i < buckets - 1; i++) {
    const rise = heightOf(lows[i - 1] ?? 0, highs[i] ?? 0, lows[i + 1] ?? 0)
    if (rise > height) height = rise
  }
  return { height, floor: lows.findLast(Number.isFinite) ?? Number.NaN }
}

/** 0 next to an empty bucket, where it cannot be told whether it came or went. */
function heightOf(before: number, peak: number, after: number): number {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return 0
  const gone = Math.max(0, peak - Math.max(before, after))
  return gone + Math.min(gone, Math.max(0, after - before))
}
