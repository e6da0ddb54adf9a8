import type { Assignment } from '../core/assignment.ts'
import type { Part, Said, Values } from '../core/check.ts'
import { type Foretold, foretoldBy, later } from '../core/foretold.ts'
import type { CheckHistory } from '../core/history.ts'
import { shelfLifeMs } from '../core/rhythm.ts'
import type { CheckState, Sighting, Transition } from '../core/snapshot.ts'
import { advance, patienceFor, type Standing, UNSEEN } from '../core/standing.ts'
import type { Judged, Status } from '../core/status.ts'
import type { Temper, Tempered } from '../core/temper.ts'
import { History } from './history.ts'
import { Looker, type LookerSetup, type Seen } from './looker.ts'

/** A check that has never been able to look tries at least this often. */
const EAGER_MS = 5_000

/** Told of every look and of every change, as it happens. */
export interface Watcher {
  looked?(state: CheckState): void
  changed?(transition: Transition): void
}

export interface MonitorSetup extends LookerSetup {
  /** Uniform in [0, 1): spreads the looks of many checks and many pods over the period. */
  readonly random: () => number
  readonly watcher: Watcher
  /** Weighs each look before anything is said. Default: what is seen is heard. */
  readonly temper?: Temper
}

/** Runs one check: `run` keeps time, `tick` does one round, and what is said of the check is kept here. */
export class Monitor {
  readonly #assignment: Assignment
  readonly #setup: MonitorSetup
  readonly #looker: Looker
  readonly #history = new History()
  /** The newest sentence of each status that was seen, and what a person does about that. */
  readonly #sentences: Partial<Record<Status, string>> = {}
  readonly #advice: Partial<Record<Status, string | undefined>> = {}
  #standing: Standing = UNSEEN
  /** When, on the monotonic clock, the newest look ended. */
  #lookedAt = Number.NEGATIVE_INFINITY
  /** When a look last gave a verdict, by the time of day. */
  #seenAt: number | null = null
  #state: CheckState

  constructor(assignment: Assignment, setup: MonitorSetup) {
    this.#assignment = assignment
    this.#setup = setup
    this.#looker = new Looker(assignment, setup)
    this.#state = firstState(assignment, setup.clock.date().getTime())
  }

  get history(): CheckHistory {
    return this.#history.all()
  }

  /** When, on the monotonic clock, what is said goes stale unless there is another look. */
  get staleAt(): number {
    return this.#lookedAt + shelfLifeMs(this.#assignment.rhythm)
  }

  /** Looks at once, again after a random part of the period, then every period, until `stop` aborts. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock, random } = this.#setup
    const { everyMs } = this.#assignment.rhythm
    let next = clock.now() + random() * everyMs
    while (!stop.aborted) {
      await this.tick(stop)
      // After a suspend, or a look longer than the period, the missed rounds are not made up for.
      while (next <= clock.now()) next += everyMs
      const until = Math.min(next, clock.now() + this.#eagerMs)
      // Timers of whole milliseconds wake a little early: a second look at the same moment would be patience with nothing.
      while (!stop.aborted && clock.now() < until) await clock.sleep(until - clock.now(), stop)
    }
    await this.#looker.close()
  }

  /** Who has not been able to look yet keeps the service from being ready: that is tried again soon, however slow the rhythm. */
  get #eagerMs(): number {
    return this.#state.sighting === 'unknown' && !this.#standing.settled ? EAGER_MS : Number.POSITIVE_INFINITY
  }

  /** One round: look, judge, say. */
  async tick(stop: AbortSignal): Promise<void> {
    const begun = this.#setup.clock.now()
    const seen = await this.#looker.look(stop, this.#said())
    if (seen) this.#say(seen, this.#setup.clock.now() - begun)
  }

  /** The state as it is to be told at `now`: a verdict past its shelf life is no longer one. */
  stateAt(now: number): CheckState {
    if (now <= this.staleAt || !this.#state.looked) return this.#state
    const because = this.#unseen(`no look since ${isoOf(this.#state.lookedAt)}`)
    const status = this.#state.status === 'fail' ? 'fail' : 'unknown'
    const wentStaleAt = (this.#state.lookedAt ?? 0) + Math.round(this.staleAt - this.#lookedAt)
    const since = status === this.#state.status ? this.#state.since : wentStaleAt
    return Object.freeze({ ...this.#state, status, since, because })
  }

  #said(): Said {
    const parts: Record<string, Judged> = {}
    for (const { subject, status } of this.#state.parts) parts[subject] = status
    return { status: this.#standing.said, parts }
  }

  #say(seen: Seen, tookMs: number): void {
    const { clock } = this.#setup
    const before = this.#state
    const at = clock.date().getTime()
    const passedMs = clock.now() - this.#lookedAt
    this.#lookedAt = clock.now()
    if (seen.verdict) this.#seenAt = at
    const end = seen.verdict && foretoldBy(seen.verdict)
    const heard = this.#hear(seen, tookMs, end)
    const patience = patienceFor(this.#assignment.rhythm, heard.status, end)
    this.#standing = advance(this.#standing, heard.status, patience)
    this.#sentences[heard.status] = heard.because
    this.#advice[heard.status] = seen.verdict?.advice
    this.#state = this.#nextState({ ...seen, because: heard.because }, at, tookMs, passedMs)
    this.#history.add(sightingOf(seen, this.#state.status, at), this.#observedIn(seen))
    this.#tell(before, at)
  }

  #observedIn({ verdict }: Seen): number | undefined {
    const { observes } = this.#assignment.check
    return observes && verdict?.values[observes.value]
  }

  #hear({ status, because }: Seen, tookMs: number, end: Foretold | undefined): Tempered {
    const { name } = this.#assignment.check
    const look = { name, status, because, tookMs, said: this.#standing.said, ...(end && { end }) }
    return this.#setup.temper?.(look) ?? look
  }

  #nextState(seen: Seen, at: number, tookMs: number, passedMs: number): CheckState {
    const before = this.#state
    const { name, about, cure, rhythm, observes } = before
    const status = this.#standing.said
    const advice = this.#advice[status] ?? this.#assignment.check.advice
    const { values, parts = NO_PARTS, limits, forecast } = seen.verdict ?? nearer(before, passedMs)
    return Object.freeze({
      name,
      about,
      cure,
      ...(advice !== undefined && { advice }),
      rhythm,
      ...(observes && { observes }),
      status,
      since: status === before.status && before.looked ? before.since : at,
      because: seen.verdict ? (this.#sentences[status] ?? seen.because) : this.#unseen(seen.because),
      sighting: seen.status,
      looked: true,
      lookedAt: at,
      tookMs,
      values,
      parts,
      ...(limits && { limits }),
      ...(forecast && { forecast }),
    })
  }

  /** The sentence when nothing could be seen: what stands keeps its reason, and says since when nobody has seen it. */
  #unseen(reason: string): string {
    const { said } = this.#standing
    const stands = said === 'unknown' ? undefined : this.#sentences[said]
    return stands === undefined ? reason : `${stands}; not seen since ${isoOf(this.#seenAt)}: ${reason}`
  }

  #tell(before: CheckState, at: number): void {
    const { watcher } = this.#setup
    const { name, status, because } = this.#state
    watcher.looked?.(this.#state)
    if (status !== before.status) watcher.changed?.({ name, from: before.status, to: status, because, at })
  }
}

const NO_VALUES: Values = Object.freeze({})
const NO_PARTS: readonly Part[] = Object.freeze([])

function firstState({ check, cure, rhythm }: Assignment, since: number): CheckState {
  const { name, about, advice, observes } = check
  return Object.freeze({
    name,
    about,
    cure,
    ...(advice !== undefined && { advice }),
    rhythm,
    ...(observes && { observes }),
    status: 'unknown',
    since,
    because: 'it has not looked yet',
    sighting: 'unknown',
    looked: false,
    lookedAt: null,
    tookMs: 0,
    values: NO_VALUES,
    parts: NO_PARTS,
  })
}

/** What the last verdict foretold comes nearer while nobody can look. */
function nearer({ values, parts, limits, forecast }: CheckState, passedMs: number) {
  const ahead = parts.map((part) =>
    part.forecast ? Object.freeze({ ...part, forecast: later(part.forecast, passedMs) }) : part,
  )
  return { values, parts: Object.freeze(ahead), limits, forecast: forecast && later(forecast, passedMs) }
}

function sightingOf({ status, because, verdict }: Seen, said: Status, at: number): Sighting {
  return { at, sighting: status, said, because, values: verdict?.values ?? NO_VALUES }
}

function isoOf(at: number | null): string {
  return at === null ? 'the start' : new Date(at).toISOString()
}
