import { type Family, keptSample, type Labels, type Sample } from './family.ts'

/** What is observed under one set of labels. */
export interface Series {
  observe(value: number): void
}

/**
 * A histogram whose recording costs little: all but an addition is done when Prometheus asks.
 * @param bounds upper bounds of the buckets, ascending
 * @param settle called before it is read, for who keeps aside what is to be observed
 */
export function createHistogram(name: string, help: string, bounds: readonly number[], settle = () => {}) {
  const all: Kept[] = []
  const samples = () => {
    settle()
    return all.flatMap((series) => samplesOf(name, series))
  }
  const family: Family = { name, help, type: 'histogram', samples }
  return {
    ...family,
    /** Begins at 0. */
    open(labels: Labels): Series {
      const series = new Kept(labels, bounds)
      all.push(series)
      return series
    },
  }
}

class Kept implements Series {
  readonly labels: Labels
  /** The same with `le`. */
  readonly buckets: readonly Labels[]
  /** By bucket, not cumulated; the last is over every bound. */
  readonly counts: Float64Array
  sum = 0
  readonly #bounds: readonly number[]

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels
    this.buckets = [...bounds, '+Inf'].map((le) => ({ ...labels, le }))
    this.counts = new Float64Array(bounds.length + 1)
    this.#bounds = bounds
  }

  observe(value: number): void {
    const bucket = bucketOf(this.#bounds, value)
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += value
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

function samplesOf(name: string, series: Kept): readonly Sample[] {
  const { labels, buckets, counts, sum } = series
  let count = 0
  const cumulated = buckets.map((bucket, index) => {
    count += counts[index] ?? 0
    return keptSample(bucket, count, `${name}_bucket`)
  })
  return [...cumulated, keptSample(labels, sum, `${name}_sum`), keptSample(labels, count, `${name}_count`)]
}
