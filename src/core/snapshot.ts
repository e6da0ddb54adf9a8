import type { Cure, Forecast, Part, ValueLimits, Values } from './check.ts'
import type { Rhythm } from './rhythm.ts'
import type { Status } from './status.ts'

/** What is known of one check at one moment. Times are of the day, in milliseconds since 1970. */
export interface CheckState {
  readonly name: string
  readonly about: string
  readonly cure: Cure
  /** What a person does about it, where the check knows. */
  readonly advice?: string
  readonly rhythm: Rhythm
  /** What we say, after patience and shelf life. */
  readonly status: Status
  /** Since when we say it. */
  readonly since: number
  /** Why we say it: the sentence of the newest look that saw what is said. */
  readonly because: string
  /** What the newest look saw, which patience may not have said yet. */
  readonly sighting: Status
  /** Whether its first look has ended, however it ended. */
  readonly looked: boolean
  /** When the newest look ended; null before the first. */
  readonly lookedAt: number | null
  /** How long it took, in milliseconds. */
  readonly tookMs: number
  /** The values, parts, limits and forecast of the newest verdict. */
  readonly values: Values
  readonly parts: readonly Part[]
  readonly limits?: ValueLimits
  readonly forecast?: Forecast
  readonly observes?: { readonly measurement: string; readonly value: string }
}

/** One look, remembered. */
export interface Sighting {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly sighting: Status
  readonly said: Status
  readonly because: string
  readonly values: Values
}

/** A change in what is said of a check. */
export interface Transition {
  readonly name: string
  readonly from: Status
  readonly to: Status
  readonly because: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Everything known at one moment. Frozen, and made once per change: the same object as long as nothing has changed. */
export interface Snapshot {
  /** When it was made, in milliseconds since 1970. */
  readonly at: number
  readonly checks: readonly CheckState[]
  readonly byName: ReadonlyMap<string, CheckState>
}
