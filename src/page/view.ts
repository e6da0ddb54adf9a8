import type { Cure } from '../core/check.ts'
import type { CheckHistory } from '../core/history.ts'
import type { PreviousRun } from '../core/previous-run.ts'
import type { Remark } from '../core/remark.ts'
import type { Attempt } from '../core/remedy.ts'
import type { Snapshot, Transition } from '../core/snapshot.ts'
import type { Identity } from '../render/scene.ts'
import type { Language } from './words.ts'

/** Everything that the page shows, at one moment. Times are of the day, in milliseconds since 1970. */
export interface StatusView {
  readonly language: Language
  /** Before every path of a link: `/internal`, or nothing. */
  readonly prefix: string
  readonly identity: Identity
  readonly now: number
  readonly startedAt: number
  /** By a clock that never jumps. */
  readonly uptimeSeconds: number
  readonly draining: boolean
  /** For what it stops (`SIGTERM`, `self-drain`) and since when, where that is known. */
  readonly leaving?: Leaving
  readonly snapshot: Snapshot
  /** Which cures the heartbeat asks about. */
  readonly asks: readonly Cure[]
  history(name: string): CheckHistory | undefined
  /** Oldest first, as are the attempts. */
  readonly transitions: readonly Transition[]
  readonly attempts: readonly Attempt[]
  /** What there is to say beside the checks. */
  readonly notes: readonly Remark[]
  readonly decay?: DecayView
  readonly previous?: PreviousRun
  /** Whether there is a journal, from which a run before this one would be known. */
  readonly keepsJournal: boolean
  /** Whether the guard's thread watches the main one. */
  readonly isGuarded: boolean
  readonly visits: readonly Visit[]
  readonly remedies: readonly { readonly name: string; readonly about: string }[]
  /** Absent unless faults are enabled. */
  readonly faults?: readonly FaultView[]
  /** Whether this reader may run remedies and set faults. */
  readonly mayChange: boolean
}

/** Why and since when a service stops. */
export interface Leaving {
  readonly by: string
  readonly at: number
}

/** The chapter's counter and the draws so far. */
export interface DecayView {
  /** The chance with which the last draw failed, in percent. */
  readonly percent: number
  /** How many percentage points a draw adds. */
  readonly step: number
  /** How many draws have failed one after another, up to the last. */
  readonly failedInARow: number
  /** Whether it was a fault that made the last draw fail. */
  readonly onPurpose?: boolean
  /** When the first of these was; absent where the last did not fail. */
  readonly failedSince?: number
}

/** Who came to one of the probes' routes, how often, and what they got. */
export interface Visit {
  readonly agent: 'kube-probe' | 'prometheus' | 'other'
  /** The route without a prefix: `/livez`. */
  readonly path: string
  readonly lastAt: number
  /** Absent where whoever asked had gone before the answer. */
  readonly lastCode?: number
  /** The time between two visits, over the newest ones; absent until there are three. */
  readonly everyMs?: number
  /** How many visits got which status code. */
  readonly codes: readonly (readonly [code: number, count: number])[]
  /** When each other code than the last one was last answered; absent where there is no other. */
  readonly others?: readonly (readonly [code: number, at: number])[]
  /** How many visitors had gone before the answer. */
  readonly unanswered: number
}

/** A fault on purpose, as far as the page shows it. */
export interface FaultView {
  readonly name: string
  readonly active: boolean
  readonly about?: string
  /** ISO 8601 UTC; absent unless it is active. */
  readonly until?: string
}

/** What a page that hears nothing more from its service can still say of it. */
export interface Outlook {
  readonly instance: string
  /** Where somebody inside the pod asks for liveness: `http://127.0.0.1:8080/livez` */
  readonly livez: string
  /** Whether a kubelet had asked for liveness when the page was opened, and whether the guard watches. */
  readonly isAsked: boolean
  readonly isGuarded: boolean
}
