import type { Foretold } from './foretold.ts'
import type { Status } from './status.ts'

/** One look, as the engine hands it over before patience. */
export interface SeenLook {
  /** The check. */
  readonly name: string
  readonly status: Status
  readonly because: string
  readonly tookMs: number
  /** When what it fails for will have come, where that is foretold. */
  readonly end?: Foretold
  /** What is said of the check so far. */
  readonly said: Status
}

/** What the engine goes on from in place of what was seen. */
export interface Tempered {
  readonly status: Status
  readonly because: string
}

/** Weighs each look before anything is said: what can be helped is not to be called failed yet. */
export type Temper = (look: SeenLook) => Tempered
