import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cure } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Decay } from '../core/draw.ts'
import type { CheckHistory } from '../core/history.ts'
import type { PreviousRun } from '../core/previous-run.ts'
import type { Remark } from '../core/remark.ts'
import type { Attempt, Remedy } from '../core/remedy.ts'
import type { Snapshot, Transition } from '../core/snapshot.ts'
import type { Arrivals, Trips } from '../core/surroundings.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { FaultView, Leaving } from '../page/view.ts'
import type { Identity } from '../render/scene.ts'
import type { Mishaps } from './mishaps.ts'
import type { Visitors } from './visitors.ts'

/** Everything HTTP is handed. It never sees the engine: no request can start a check. */
export interface Surface {
  snapshot(): Snapshot
  /** What is remembered of a check; undefined for an unknown name. */
  history(name: string): CheckHistory | undefined
  /** The newest changes of what is said, oldest first. */
  transitions(): readonly Transition[]
  /** Which cures the heartbeat asks about. */
  readonly asks: readonly Cure[]
  /** Whether the service is about to stop. */
  draining(): boolean
  /** Aborts when it begins to. */
  readonly leaving: AbortSignal
  /** For what it stops and since when; undefined while it does not, and where that is not known. */
  departure(): Leaving | undefined
  /** The chapter's counter; absent for a service without one. */
  readonly decay?: Decay
  /** Percentage points that each draw adds. */
  readonly decayStep?: number
  readonly identity: Identity
  readonly access: AccessRules
  readonly metrics: Metrics
  readonly trips: Pick<Trips, 'record' | 'recorder'>
  readonly arrivals: Pick<Arrivals, 'came'>
  /** What goes wrong for those who ask. */
  readonly mishaps: Mishaps
  /** Who came to the probes. */
  readonly visitors: Visitors
  readonly remedies: readonly Remedy[]
  /** What was tried, by itself or by hand: the newest last, at most fifty. */
  attempts(): readonly Attempt[]
  /** What there is to say beside the checks: that the journal cannot be written, that users get errors. */
  notes(): readonly Remark[]
  /** The same without what the next run would know by itself. */
  noted(): readonly Remark[]
  /** Told of each change that somebody asked for who may. What is refused to strangers is not theirs to fill a record with. */
  audit?(change: AskedChange): void
  /** Absent unless faults are enabled: then there are no routes for them. */
  readonly faults?: FaultControl
  /** How the run before this one ended, where that is known. */
  readonly previous?: PreviousRun
  /** Whether that would be known. */
  readonly keepsJournal: boolean
  /** Whether a guard watches the main thread, and leaves word of where that hangs. */
  readonly isGuarded: boolean
  readonly clock: Clock
  /** When the run began: by the time of day, and on the monotonic clock. */
  readonly startedAt: Date
  readonly startedNow: number
}

/** Somebody changed something by hand. Nothing of it is secret. */
export interface AskedChange {
  /** Who: the remote address. */
  readonly by: string
  /** Method and path: `PUT /faults/latency`. */
  readonly what: string
  /** What came of it: `done`, or why it could not be. */
  readonly result: string
}

/** Faults on purpose, for the routes under `/faults`. What it refuses it throws with `status` and `expose`. */
export interface FaultControl {
  list(): readonly FaultView[]
  /** Meets a request, before it is answered: by it, or not at all. */
  onRequest(req: IncomingMessage, res: ServerResponse): Promise<'go on' | 'answered'>
  /** Begins one, as a request body asks for it. */
  set(name: string, body: string): object
  /** Ends one, or all. */
  clear(name?: string): Promise<void>
}

export interface AccessRules {
  /** With one, reasons, values and changes need it. */
  readonly token?: string
  /** Whether metrics are open even with a token. */
  readonly metricsPublic: boolean
}
