import { type Family, keptSample, type Labels, type Sample } from './family.ts'

/** What was observed under one set of labels. */
export interface Series {
  readonly labels: Labels
  /** The same with `le`. */
  readonly buckets: readonly Labels[]
  /** By bucket, not cumulated; the last is over every bound. */
  readonly counts: Float64Array
  sum: number
}

/**
 * A histogram whose recording costs two additions, for every request pays it. The rest is done when Prometheus asks.
 * @param bounds upper bounds of the buckets, ascending
 */
export function createHistogram(name: string, help: string, bounds: readonly number[]) {
  const all: Series[] = []
  const samples = () => all.flatMap((series) => samplesOf(name, series))
  const family: Family = { name, help, type: 'histogram', samples }
  return {
    ...family,
    /** Begins at 0. */
    open(labels: Labels): Series {
      const buckets = [...bounds, '+Inf'].map((le) => ({ ...labels, le }))
      const series = { labels, buckets, counts: new Float64Array(bounds.length + 1), sum: 0 }
      all.push(series)
      return series
    },
    observe(series: Series, value: number): void {
      const bucket = bucketOf(bounds, value)
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
      series.sum += value
    },
  }
}

function bucketOf(bounds: readonly number[], value: number): number {
  let bucket = 0
  for (const bound of bounds) {
    if (value <= bound) return bucket
    bucket++
  }
  return bucket
}

function samplesOf(name: string, { labels, buckets, counts, sum }: Series): readonly Sample[] {
  let count = 0
  const cumulated = buckets.map((bucket, index) => {
    count += counts[index] ?? 0
    return keptSample(bucket, count, `${name}_bucket`)
  })
  return [...cumulated, keptSample(labels, sum, `${name}_sum`), keptSample(labels, count, `${name}_count`)]
}
