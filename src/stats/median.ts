/** The middle of sorted values; of an even number the mean of the two in the middle; NaN of none. */
export function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The middle of values in any order; NaN of none. */
export function medianOf(values: Iterable<number>): number {
  return medianOfSorted(Float64Array.from(values).sort())
}

/** The median absolute deviation from the median: how far a typical value lies from the middle. Not scaled to a standard deviation. */
export function medianAbsoluteDeviation(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort()
  const middle = medianOfSorted(sorted)
  return medianOf(sorted.map((value) => Math.abs(value - middle)))
}
