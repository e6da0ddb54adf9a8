import type { Attempt, Tried } from '../core/remedy.ts'

/** Who answers. */
export interface Identity {
  /** The public version of the service: `1`. */
  readonly version: string
  /** The version that is deployed: `1.4.0`. */
  readonly releaseId: string
  /** Which instance: the pod's name. */
  readonly serviceId: string
  readonly description: string
  readonly notes: readonly string[]
}

/** How the run before this one ended. */
export interface PreviousRun {
  /** ISO 8601 UTC. */
  readonly endedAt: string
  /** Seconds. */
  readonly lived: number
  readonly why: string
  /** Whether something failed when it was stopped, be it in good order. */
  readonly failing?: boolean
  /** Whether nothing did, and something warned or was noted. */
  readonly warned?: boolean
  /** Where failed draws are why: whether the counter made them fail, or a fault. */
  readonly drawn?: 'counter' | 'fault'
  /** Whether its main thread had come to hang, and whether it is quoted what was noted beside the checks. */
  readonly hung?: boolean
  readonly noted?: boolean
  /** What to do about what was noted, should it come again, one sentence each. */
  readonly advice?: readonly string[]
  /** Whether it came to the end of its stop. */
  readonly orderly?: boolean
  /** Seconds after its start at which what failed, or warned, when it ended had come to that. */
  readonly failedAfter?: number
  readonly warnedAfter?: number
  /** Which faults were set on purpose when it ended. */
  readonly faults?: readonly string[]
  /** Which remedies were tried within an hour of its end. */
  readonly tried?: readonly Tried[]
  /** How many runs ended badly within the hour before this one began. */
  readonly badEnds?: number
  /** What it stopped for: `SIGTERM`, `exit 3`, `uncaught`, `killed`. */
  readonly exit: string
  readonly end: string
}

/** What a representation needs beside the answer. */
export interface Scene {
  readonly identity: Identity
  /** When the run began, and now: milliseconds since 1970. */
  readonly startedAt: number
  readonly now: number
  /** Seconds since the run began, by a clock that never jumps. */
  readonly uptimeSeconds: number
  readonly previous?: PreviousRun
  /** The remedies that were tried, oldest first. */
  readonly attempts: readonly Attempt[]
  /** Whether the reader may see reasons and values. */
  readonly open: boolean
  readonly links: Readonly<Record<string, string>>
}
