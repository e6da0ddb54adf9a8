import { settle } from './selection.ts'

/** The middle of values in any order; of an even number the mean of the two in the middle; NaN of none. */
export function medianOf(values: ArrayLike<number>): number {
  const own = new Float64Array(values)
  settle(own, middlesOf(own))
  return settledMedian(own)
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

/** The median absolute deviation from the median: how far a typical value lies from the middle. Not scaled to a standard deviation. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = medianOf(values)
  return medianOf(values.map((value) => Math.abs(value - middle)))
}
