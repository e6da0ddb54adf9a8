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

/**
 * Exact, by going through every course: with `rows[j]` the chance that no row is complete and the newest j failed, a heartbeat that
 * fails with p moves each `rows[j]` to `rows[j + 1]`, and one that passes moves all to `rows[0]`.
 */
export function oddsAhead({ percent, step, failedInARow }: DecayView): OddsAhead {
  const chance = (draws: number) => Math.min(100, percent + step * draws) / 100
  const begun = Math.min(failedInARow, FAILURES_IN_A_ROW - 1)
  let rows: readonly number[] = Array.from({ length: FAILURES_IN_A_ROW }, (_, row) => (row === begun ? 1 : 0))
  let complete = 0
  let half: number | undefined
  let most: number | undefined
  for (let draws = 1; most === undefined && draws <= MOST_HEARTBEATS; draws++) {
    const p = chance(draws)
    if (p === 0 && step === 0) break
    complete += p * (rows.at(-1) ?? 0)
    const open = rows.reduce((sum, row) => sum + row, 0)
    rows = [(1 - p) * open, ...rows.slice(0, -1).map((row) => p * row)]
    if (complete >= 0.5) half ??= draws
    if (complete >= 0.9) most = draws
  }
  return {
    next: chance(1),
    nextThree: chance(1) * chance(2) * chance(3),
    ...(half !== undefined && { half }),
    ...(most !== undefined && { most }),
  }
}
