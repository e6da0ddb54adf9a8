import type { Sighting } from './snapshot.ts'
import type { Status } from './status.ts'

/** What is remembered of one check: the newest looks in full, and its observed value over a day. */
export interface CheckHistory {
  /** The newest looks, oldest first. */
  readonly looks: readonly Sighting[]
  /** The last 15 minutes, one point every 5 s at most, oldest first. */
  readonly fine: readonly HistoryPoint[]
  /** The last 24 hours in spans of 5 minutes, oldest first. A span without a look is left out. */
  readonly coarse: readonly HistorySpan[]
  /** What was said over the last 15 minutes, oldest first. One that began before them is kept while it lasts into them. */
  readonly spells: readonly Spell[]
}

/** A time over which the same was said. It ends where the next begins. */
export interface Spell {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly said: Status
}

/** A look: what was said after it, and the check's observed value if it has one and the look saw it. */
export interface HistoryPoint {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly said: Status
  readonly value?: number
}

/** The looks of one span together. */
export interface HistorySpan {
  /** Milliseconds since 1970. The span ends where the next would begin. */
  readonly from: number
  readonly to: number
  readonly looks: number
  /** The worst that was said. */
  readonly worst: Status
  /** Of the observed values; absent where no look saw one. */
  readonly least?: number
  readonly mean?: number
  readonly most?: number
}
