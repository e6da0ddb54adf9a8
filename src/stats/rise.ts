import { mostRise } from './growth.ts'
import type { Series } from './series.ts'
import { type Line, theilSen } from './theil-sen.ts'

/** A rise that is about to use up its room: a line whose slowest likely slope still rises. */
export interface Rise extends Line {
  /** How far ahead that was asked. */
  readonly ahead: number
}

/** How far ahead a rise is asked for. */
export interface Reach {
  /** From one point to the next. */
  readonly steps: number
  /** In the unit of the points' time. */
  readonly time: number
}

/** A rise over fewer points may be one step. */
const FEWEST = 4

/**
 * A rise that nearly all of its points agree on.
 * @param reach how far ahead to ask: so many steps from one point to the next, and up to `time` where it has been watched for so long
 * @param room what is left: a rise that will not have used it up by then is none, and mostly so. The pairs are cheaper to ask than
 * their line
 */
export function riseOf(points: Series, reach: Reach, room: number): Rise | undefined {
  const { times } = points
  const [oldest = 0, newest = oldest] = [times[0], times.at(-1)]
  if (times.length < FEWEST) return undefined
  const span = newest - oldest
  const ahead = Math.max((reach.steps * span) / (times.length - 1), Math.min(reach.time, span))
  const line = ahead > 0 && mostRise(points, room / ahead) ? theilSen(points) : undefined
  return line && line.low > 0 ? { ahead, ...line } : undefined
}
