import { settle } from './selection.ts'

/** The middle of values in any order; of an even number the mean of the two in the middle; NaN of none. */
export function medianOf(values: ArrayLike<number>): number {
  return medianIn(new Float64Array(values))
}

/** The same of values whose order may be changed. */
export function medianIn(values: Float64Array): number {
  settle(values, middlesOf(values))
  return settledMedian(values)
}

/** The ranks that make the median: one, or two of an even number. */
export function middlesOf({ length }: ArrayLike<number>): readonly number[] {
  const middle = length >> 1
  return length % 2 === 1 ? [middle] : [middle - 1, middle]
}

/** The median of values of which those ranks are settled. */
export function settledMedian(values: Float64Array): number {
  const middle = values.length >> 1
  const upper = values[middle] ?? Number.NaN
  return values.length % 2 === 1 ? upper : ((values[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * The median absolute deviation from the median: how far a typical value lies from the middle. Not scaled to a standard deviation.
 * @param middle the median of the values, for who knows it already
 */
export function medianAbsoluteDeviation(values: ArrayLike<number>, middle = medianOf(values)): number {
  const apart = new Float64Array(values)
  for (let i = 0; i < apart.length; i++) apart[i] = Math.abs((apart[i] ?? 0) - middle)
  return medianIn(apart)
}
