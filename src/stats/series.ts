import type { Point } from './theil-sen.ts'

/** Values at times, oldest first, as plain numbers: a day of looks is read many times over, and this costs a tenth of as many objects. */
export interface Series {
  readonly times: Float64Array
  readonly values: Float64Array
}

/** @param points in the order of time */
export function seriesOf(points: readonly Point[]): Series {
  const row = new Row(points.length)
  for (const { t, v } of points) row.add(t, v)
  return row.series()
}

/** A series in the making. */
export class Row {
  readonly #times: Float64Array
  readonly #values: Float64Array
  #count = 0

  /** @param most how many values it may come to */
  constructor(most: number) {
    this.#times = new Float64Array(most)
    this.#values = new Float64Array(most)
  }

  /** @param t never earlier than the one before */
  add(t: number, v: number): void {
    this.#times[this.#count] = t
    this.#values[this.#count++] = v
  }

  series(): Series {
    return { times: this.#times.subarray(0, this.#count), values: this.#values.subarray(0, this.#count) }
  }
}
