import { oddsOf } from '../stats/odds.ts'
import type { DecayView } from './view.ts'

/** What the counter leads to from here. Chances are 0–1. */
export interface OddsAhead {
  /** That the next heartbeat fails. */
  readonly next: number
  /** That each of the next three fails. */
  readonly nextThree: number
  /**
   * Within how many more heartbeats a row of three failures is complete: in half of all courses, and in nine of ten.
   * Absent where that never comes, or not soon.
   */
  readonly half?: number
  readonly most?: number
}

/** Failures in a row after which the chapter's probe restarts the container. */
export const FAILURES_IN_A_ROW = 3

/** No course is followed further: one that is not over by then is not near. */
const MOST_HEARTBEATS = 10_000

/** Exact: see {@link oddsOf}. */
export function oddsAhead({ percent, step, failedInARow }: DecayView): OddsAhead {
  const chance = (draws: number) => Math.min(100, percent + step * draws) / 100
  const row = Math.min(failedInARow, FAILURES_IN_A_ROW - 1)
  const odds = oddsOf({ step, failureThreshold: FAILURES_IN_A_ROW, begun: { percent, row }, most: MOST_HEARTBEATS })
  const [half, most] = [odds.quantile(0.5), odds.quantile(0.9)]
  return {
    next: chance(1),
    nextThree: chance(1) * chance(2) * chance(3),
    ...(Number.isFinite(half) && { half }),
    ...(Number.isFinite(most) && { most }),
  }
}
