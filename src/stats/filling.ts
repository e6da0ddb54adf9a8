import { mostRise } from './growth.ts'
import { type Point, seriesOf, stretchOf } from './series.ts'
import { type Line, senSlope, theilSen } from './theil-sen.ts'
import type { Trail } from './trail.ts'

/** When something that fills will be full. Times are in the points' unit. */
export interface Filling {
  readonly soonest: number
  readonly likely: number
  /** null when it may never be. */
  readonly latest: number | null
  /** How fast it fills: value units per time unit. */
  readonly slope: number
  /** Over how long that was seen. */
  readonly span: number
}

const HOUR = 3_600_000

/** The windows that are looked at, in milliseconds: what a TrailKeeper has to remember for {@link filling}. */
export const TRAIL_WINDOWS = [0.5 * HOUR, 2 * HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR] as const

const FEWEST = 8

/** Of a window, how much must have been watched. */
const WATCHED = 0.8

/** A rise of less than this share of the whole is not worth a word. */
const MATERIAL = 0.015

/**
 * Whether something fills up, by its lowest values over some windows: the soonest of what they foretell. It never looks further
 * ahead than it has watched, and believes a rise only if both halves of the window show it: a nightly dump is a rise of one hour.
 *
 * The Kubernetes mixin's rule (less than 40 % left, and a straight line through six hours reaches the end within a day) is not
 * part of it: looking four times as far ahead as it has watched, it takes dumps and image pulls for the end.
 * @param left what is still free, in the values' unit; with nothing left there is nothing to foretell
 * @param whole what there is in all
 */
export function filling(trail: Trail, left: number, whole: number): Filling | undefined {
  if (left <= 0) return undefined
  const found = trail.flatMap(({ window, points }) => ahead(points, window, left, whole) ?? [])
  return found.sort((a, b) => a.likely - b.likely)[0]
}

function ahead(points: readonly Point[], window: number, left: number, whole: number): Filling | undefined {
  const span = (points.at(-1)?.t ?? 0) - (points[0]?.t ?? 0)
  if (points.length < FEWEST || span < WATCHED * window) return undefined
  const series = seriesOf(points)
  // A slower line is not full within the window, whatever else there is to it: mostly so, and the pairs are cheaper to ask than the line.
  const line = mostRise(series, left / window) ? theilSen(series) : undefined
  if (!line || line.low <= 0 || line.slope * span < MATERIAL * whole) return undefined
  const middle = points.length >> 1
  const [older, newer] = [senSlope(stretchOf(series, 0, middle)), senSlope(stretchOf(series, middle))]
  if (older === undefined || newer === undefined || older < line.slope / 2) return undefined
  const slope = Math.min(line.slope, Math.max(newer, line.slope / 2))
  return left / slope < window ? { likely: left / slope, slope, span, ...bounds(line, newer, left) } : undefined
}

function bounds(line: Line, newer: number, left: number): Pick<Filling, 'soonest' | 'latest'> {
  const slowest = Math.min(line.low, newer)
  return { soonest: left / Math.max(line.high, newer), latest: slowest > 0 ? left / slowest : null }
}
