/** How many percentage points the chapter's counter gains with each draw. */
export const DEFAULT_STEP = 2

/** One access to the heartbeat: what the chapter's counter says, and whether the draw failed. */
export interface Draw {
  /** The counter, in percent: the probability with which this draw failed. */
  readonly percent: number
  readonly failed: boolean
  /** Whether a fault has made it fail although the counter drew no failure. Default false. */
  readonly onPurpose?: boolean
}

/** The chapter's counter: each draw makes the next failure likelier. It belongs to one run and begins at 0. */
export interface Decay {
  /** Adds a step, at most to 100, then draws with that probability. */
  draw(): Draw
  /** The last draw, which stands until the next; before any, 0 % and no failure. */
  readonly last: Draw
}
