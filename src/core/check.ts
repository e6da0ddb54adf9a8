import type { Rhythm } from './rhythm.ts'
import type { SettingsSchema } from './settings-schema.ts'
import type { Judged, Status } from './status.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * What would make a failing check pass again. It decides which probes ask the check:
 * - `restart`: a new process (leaked memory, a wedged loop). Asked by liveness and readiness.
 * - `wait`: time, or less traffic (overload, slow answers). Asked by readiness only.
 * - `person`: somebody (the disk behind a volume). Asked by no probe, but shown and alerted on.
 */
export type Cure = 'restart' | 'wait' | 'person'

export const CURES: readonly Cure[] = ['restart', 'wait', 'person']

/** A reading with its time. */
export interface Sample<Reading> {
  /** When the look began: milliseconds on the monotonic clock. Only differences mean anything. */
  readonly at: number
  /** How long the look took, in milliseconds. */
  readonly tookMs: number
  readonly reading: Reading
}

/** When a limit will be reached. */
export interface Forecast {
  /** The limit, in words: `cgroup memory.max`. */
  readonly limit: string
  /** Seconds from the look: soonest, likely, latest; the latest is null when it may never come. */
  readonly etaSeconds: readonly [soonest: number, likely: number, latest: number | null]
}

/** The limits that a verdict's observed value was held against, in its unit: for charts and for metrics. */
export interface ValueLimits {
  readonly warn?: number
  readonly fail?: number
}

/**
 * One of several subjects in one check (a mount, a route, a cache). The check's status is at least that of its worst part; where the judge
 * called the whole better, the sentence and the numbers of that part are the check's.
 */
export interface Part {
  /** What it is about, from a bounded set: it becomes a metric label. */
  readonly subject: string
  readonly status: Judged
  readonly because: string
  readonly values: Values
  readonly limits?: ValueLimits
  readonly forecast?: Forecast
}

/**
 * Numbers by name. A name is `[a-z][a-z0-9_]*` and ends in its unit: `used_bytes`, `used_ratio`, `p99_seconds`. Its last word may not be
 * `total`, `count`, `sum`, `bucket` or `info`, which Prometheus puts at the end of names itself.
 */
export type Values = Readonly<Record<string, number>>

/** What judge concluded. */
export interface Verdict {
  readonly status: Judged
  /** One sentence for a person woken at night: what was seen, against what limit. */
  readonly because: string
  /** What a person does about just this, where that is not all of the check's own `advice`. */
  readonly advice?: string
  readonly values: Values
  readonly limits?: ValueLimits
  readonly forecast?: Forecast
  readonly parts?: readonly Part[]
}

/** What was said before this look, for limits with a band. */
export interface Said {
  /** What is said of the whole check, after patience. */
  readonly status: Status
  /** What the last verdict said of each of its parts, by subject. */
  readonly parts: Readonly<Record<string, Judged>>
}

/** What a look is given. */
export interface Senses<Settings, Held> {
  readonly settings: Settings
  /** What `open` returned. */
  readonly held: Held
  /** Aborts at the timeout and when the engine stops. A look that ignores it is abandoned, and not begun again until it returns. */
  readonly signal: AbortSignal
}

/** The most prominent value of a check: `componentName:measurement` and `observedValue` of health+json. */
export interface Observation {
  /** `utilization`, `responseTime`, `connections`, `uptime`, or a word of one's own. */
  readonly measurement: string
  /** Which of the verdict's values it is. */
  readonly value: string
}

/**
 * The plug-in contract: `sense` looks and has no opinion, `judge` has the opinion and does no I/O.
 * Whatever every check would repeat (timeout, catching, logging, naming, metrics) is the engine's.
 *
 * `sense` and `judge` are methods on purpose: a `readonly Check[]` of any readings then needs no `any`.
 */
export interface Check<Reading = unknown, Settings = unknown, Held = unknown> {
  /**
   * Kebab-case, at most 63 characters; a URL segment and a metric label. Not `decay`, `draining` or `main-thread`, by which answers call
   * what is no check.
   */
  readonly name: string
  /** One line: what it looks at. */
  readonly about: string
  /** The default: an operator may override it. */
  readonly cure: Cure
  /** What a person does about it, in one sentence without a period at its end: shown while it warns or fails. */
  readonly advice?: string
  /** What may be set, with defaults. Without it the check has no settings. */
  readonly settings?: SettingsSchema<Settings>
  /** How often it looks, how long a look may take, and its patience. What is missing is {@link DEFAULT_RHYTHM}'s. */
  readonly rhythm?: Partial<Rhythm>
  /** How many samples judge sees, newest last. Default 1. */
  readonly keep?: number
  /** Every value that a verdict or a part may carry, with one line about it: the metrics' names and help. */
  readonly values?: Readonly<Record<string, string>>
  readonly observes?: Observation
  /** Opens what stays open between looks. Called once, before the first look, and again at a later look if it threw. */
  open?(settings: Settings, surroundings: Surroundings): Held | Promise<Held>
  /** Gives back what `open` opened. Called once, when the engine stops. */
  close?(held: Held): void | Promise<void>
  /** Looks: all the I/O, no opinion. Throwing is "could not look": the check becomes `unknown`. */
  sense(senses: Senses<Settings, Held>): Reading | Promise<Reading>
  /**
   * Judges: the opinion, with no I/O and no clock. The same samples, settings and `said` give the same verdict.
   * @throws {CannotTell} where there is nothing to judge by
   */
  judge(samples: readonly [Sample<Reading>, ...Sample<Reading>[]], settings: Settings, said?: Said): Verdict
}

/** Thrown by a judge, or by a look, that has nothing to go by. The check becomes `unknown`, with this message as its sentence. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell'
}

/** Gives a check of one's own its types: the reading, the settings and what is held are inferred. Returns it unchanged. */
export function defineCheck<Reading, Settings = Record<string, never>, Held = undefined>(
  check: Check<Reading, Settings, Held>,
): Check<Reading, Settings, Held> {
  return check
}
