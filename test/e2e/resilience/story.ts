import type { ServiceProcess } from '../service-process.ts'
import type { World } from './world.ts'

/** A status, or that no answer came within a second. */
export type Reply = number | 'none'

/** What the probes are answered. */
export interface Probes {
  /** `GET /healthz?peek`. */
  readonly heartbeat: Reply
  readonly live: Reply
  readonly ready: Reply
  /** The guard's `/livez`, where there is a guard. */
  readonly guard?: Reply
}

export const ALL_PASS: Probes = { heartbeat: 200, live: 200, ready: 200 }

/** One fault, from the moment it is set to what the next run tells of it. */
export interface Story {
  /** What goes wrong, in words. Unique. */
  readonly title: string
  readonly fault: string
  readonly settings: Readonly<Record<string, unknown>>
  /** What is different when it is set once more, in the next run. */
  readonly again?: Readonly<Record<string, unknown>>
  /** Of the service, beside a journal, a termination message, faults and short rhythms. */
  readonly config?: object
  /** Options of Node, and what the process is started under. */
  readonly node?: readonly string[]
  readonly under?: readonly string[]
  /** What users do meanwhile, if that is needed to see it. */
  meanwhile?(service: ServiceProcess): Promise<unknown>
  /** Who says what, and within how many seconds of the fault. */
  readonly says: Saying
  /** What the probes are answered then; absent for a process that is gone too soon to be asked. */
  readonly probes?: Probes
  /** How the first run ends: told to, while the fault lasts, or by itself. A `SIGKILL` comes after a SIGTERM that did nothing. */
  readonly ends: { readonly by: 'SIGTERM' | 'SIGKILL' | 'itself'; readonly exit: number | 'SIGKILL' }
  /** The termination message; empty where a healthy run leaves none. */
  readonly lastWords: RegExp | ''
  /** What the log of the first run says, in this order; and what it never says. */
  readonly logs?: readonly RegExp[]
  readonly never?: RegExp
  /** What the next run tells of it. */
  readonly next: RegExp
  /** How it is over, in the next run, when it is set once more; absent where a restart is what ends it. */
  readonly recovers?: Recovery
}

export interface Saying {
  /** A check, a note in the detail, a metric, an event of the log, or what is left in the termination message. */
  readonly by:
    | { readonly check: string }
    | { readonly note: RegExp }
    | { readonly metric: RegExp }
    | { readonly words: RegExp }
    | { readonly log: string }
  /** What a check is said to be. Default `fail`. */
  readonly status?: 'warn' | 'fail'
  readonly because?: RegExp
  readonly withinSeconds: number
}

export interface Recovery {
  /** In words: what has to happen. */
  readonly by: string
  /** Beside the fault's end, which it comes after. Absent where nothing else has to be done. */
  act?(service: ServiceProcess, world: World): Promise<unknown>
  /** Whether the fault is left to end by itself. */
  readonly alone?: boolean
  readonly withinSeconds: number
}
