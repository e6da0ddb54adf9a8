import { quantileOf } from '../record.ts'

/** Several numbers, in short. */
export interface Spread {
  readonly count: number
  readonly mean: number
  readonly sd: number
  readonly p10: number
  readonly p50: number
  readonly p90: number
}

/** Undefined of none. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const count = values.length
  if (count === 0) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1))
  const [p10 = mean, p50 = mean, p90 = mean] = [0.1, 0.5, 0.9].map((share) => quantileOf(values, share))
  return { count, mean, sd, p10, p50, p90 }
}
