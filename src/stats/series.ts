import type { Point } from './theil-sen.ts'

/** Values at times, oldest first, as plain numbers: a day of looks is read many times over, and this costs a tenth of as many objects. */
export interface Series {
  readonly times: Float64Array
  readonly values: Float64Array
}

/** @param points in the order of time */
export function seriesOf(points: readonly Point[]): Series {
  return { times: Float64Array.from(points, ({ t }) => t), values: Float64Array.from(points, ({ v }) => v) }
}
