import type { Tried } from './remedy.ts'

/** How a run ended. `killed`: it left no word of its end (SIGKILL, out of memory, V8's own abort, the machine went). */
export type RunEnd = 'clean' | 'unhealthy' | 'uncaught' | 'killed'

/** `computes`: its own code ran. `waits`: it waited in a call. `kept`: it was kept from running. `other`: nobody can tell. */
export type Hang = 'computes' | 'waits' | 'kept' | 'other'

/** What kind of trouble a run ended with, where it is one that no check tells. */
export interface Kind {
  /** Where failed draws are why: whether the counter made them fail, or a fault. */
  readonly drawn?: 'counter' | 'fault'
  /** What its main thread did, where that had come to hang. */
  readonly hung?: Hang
  /** Whether it is quoted what was noted beside the checks. */
  readonly noted?: boolean
  /** Whether that is that `/livez` was answered too late. */
  readonly late?: boolean
}

/** What a run's own lines say of its end. */
export interface Cause extends Kind {
  readonly end: RunEnd
  /** What it stopped for (`SIGTERM`), else `exit 3`, else `uncaught` or `killed`. */
  readonly exit: string
  /** Why it ended, in one sentence: what it said itself, or what was failing when it was last heard of. */
  readonly why: string
  /** Whether something failed when it was stopped, be it in good order: a full disk does not make a stop unclean. */
  readonly failing?: boolean
  /** Whether nothing did, and something warned or was noted. */
  readonly warned?: boolean
  /** What to do about what was noted, should it come again, one sentence each; absent where nothing was. */
  readonly advice?: readonly string[]
  /** What each check that failed or warned then advised, by its name; absent where that is not known. */
  readonly checkAdvice?: Readonly<Record<string, string>>
  /** Whether it came to the end of its stop. */
  readonly orderly?: boolean
}

/** What is known of the run before this one. */
export interface PreviousRun extends Omit<Cause, 'end'> {
  /** A {@link RunEnd}, as far as its reader knows them. */
  readonly end: string
  /** ISO 8601 UTC. */
  readonly startedAt: string
  /** ISO 8601 UTC. Of a killed run its last sign of life. */
  readonly endedAt: string
  /** Whether that was its guard's, whose main thread hung; absent where it was not. */
  readonly guardSpoke?: boolean
  /** Seconds, by a clock that never jumps. */
  readonly lived: number
  /** Seconds after its start at which the first of what failed when it ended had come to fail; absent where nothing did, or that is not known. */
  readonly failedAfter?: number
  /** The same of what warned or was noted. */
  readonly warnedAfter?: number
  /** The same at which the first of the checks that stood then was first not well: it may have warned before it failed. */
  readonly illAfter?: number
  /** Which faults were set on purpose when it ended; absent where none was. */
  readonly faults?: readonly string[]
  /** Which remedies were tried within an hour of its end; absent where none was. */
  readonly tried?: readonly Tried[]
  /** How many runs ended badly within the hour before this one began. */
  readonly badEnds?: number
}
