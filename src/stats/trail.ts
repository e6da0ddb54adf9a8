import type { Point } from './series.ts'

/** The lowest points of equal stretches of time, oldest first, for each of some windows. */
export type Trail = readonly Stretch[]

export interface Stretch {
  /** How long the window is, in the points' unit of time. */
  readonly window: number
  readonly points: readonly Point[]
}

/** How many points a window is told in. */
export const BUCKETS = 32

/**
 * Remembers a number over several windows of very different lengths in a fixed, small space: the minimum of each of {@link BUCKETS}
 * stretches of each window. Three days of looks every 30 s would be 8 640 points; this keeps some 160, about 8 KB.
 */
export class TrailKeeper {
  readonly #windows: readonly number[]
  readonly #points: readonly Point[][]

  constructor(windows: readonly number[]) {
    this.#windows = windows
    this.#points = windows.map(() => [])
  }

  /** @param t never earlier than the one before */
  add(t: number, v: number): void {
    for (const [index, window] of this.#windows.entries()) {
      keepLowest(this.#points[index] ?? [], { t, v }, window / BUCKETS)
      dropBefore(this.#points[index] ?? [], t - window)
    }
  }

  trail(): Trail {
    return this.#windows.map((window, index) => ({ window, points: [...(this.#points[index] ?? [])] }))
  }
}

function keepLowest(points: Point[], point: Point, width: number): void {
  const last = points.at(-1)
  if (last === undefined || Math.floor(last.t / width) !== Math.floor(point.t / width)) points.push(point)
  else if (point.v < last.v) points[points.length - 1] = point
}

function dropBefore(points: Point[], from: number): void {
  while (points[0] !== undefined && points[0].t < from) points.shift()
}
