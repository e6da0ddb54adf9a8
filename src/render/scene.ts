import type { PreviousRun } from '../core/previous-run.ts'
import type { Attempt } from '../core/remedy.ts'

/** Who answers. */
export interface Identity {
  /** The public version of the service: `1`. */
  readonly version: string
  /** The version that is deployed: `1.4.0`. Absent where nobody has told it: none is told then, in the metrics `unknown`. */
  readonly releaseId?: string
  /** Which instance: the pod's name. */
  readonly serviceId: string
  readonly description: string
  readonly notes: readonly string[]
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
