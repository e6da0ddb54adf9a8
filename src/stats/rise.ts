import { mostRise } from './growth.ts'
import { type Point, theilSen } from './theil-sen.ts'

/** A rise that is about to use up its room. */
export interface Rise {
  /** Value units per time unit; 0 where there is none. */
  readonly rise: number
  /** How far ahead that was asked. */
  readonly ahead: number
}

export const NO_RISE: Rise = { rise: 0, ahead: 0 }

/** A rise over fewer points may be one step. */
const FEWEST = 4

/**
 * A rise that nearly all of its points agree on.
 * @param steps how far ahead to ask, in steps from one point to the next
 * @param room what is left: a rise that will not have used it up by then is none, and mostly so. The pairs are cheaper to ask than
 * their line
 */
export function riseOf(points: readonly Point[], steps: number, room: number): Rise {
  const [oldest, newest] = [points[0], points.at(-1)]
  if (!oldest || !newest || points.length < FEWEST) return NO_RISE
  const ahead = (steps * (newest.t - oldest.t)) / (points.length - 1)
  const line = ahead > 0 && mostRise(points, room / ahead) ? theilSen(points) : undefined
  return { rise: line && line.low > 0 ? line.slope : 0, ahead }
}
