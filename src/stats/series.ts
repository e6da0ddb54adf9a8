/** A value at a time, in any units. */
export interface Point {
  readonly t: number
  readonly v: number
}

/**
 * Values at times, oldest first, as plain numbers: a day of looks is read many times over, and this costs a tenth of as many objects. Lines
 * and ranks are found from these.
 */
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

/** A stretch of a series, by places as `slice` has them: the same numbers, no copy. */
export function stretchOf({ times, values }: Series, first: number, end?: number): Series {
  return { times: times.subarray(first, end), values: values.subarray(first, end) }
}

/** A series in the making. */
export class Row {
  readonly #times: Float64Array
  readonly #values: Float64Array
  #count = 0

  /** @param most how many values it may come to */
  constructor(most: number) {
    const room = new Float64Array(2 * most)
    this.#times = room.subarray(0, most)
    this.#values = room.subarray(most)
  }

  /** @param t never earlier than the one before */
  add(t: number, v: number): void {
    this.#times[this.#count] = t
    this.#values[this.#count++] = v
  }

  series(): Series {
    const whole = { times: this.#times, values: this.#values }
    return this.#count < whole.times.length ? stretchOf(whole, 0, this.#count) : whole
  }
}

export const NO_POINTS = seriesOf([])
