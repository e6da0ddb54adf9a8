import type { Assignment } from '../core/assignment.ts'
import { CannotTell, type Part, type Said, type Sample, type Values, type Verdict } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { cut } from '../core/setup-error.ts'
import type { CheckState, Sighting, Transition } from '../core/snapshot.ts'
import { advance, type Standing, UNSEEN } from '../core/standing.ts'
import type { Judged, Status } from '../core/status.ts'
import type { Surroundings } from '../core/surroundings.ts'
import { type Attempt, attempt } from './deadline.ts'
import { History } from './history.ts'
import { assertReadable, shapeVerdict } from './verdict-shape.ts'

/** A look that holds the event loop this long stops the whole service for as long: it is not accepted as a look. */
export const HELD_LOOP_MS = 100

/** A verdict is good for this many rounds without a look. */
const SHELF_ROUNDS = 3

/** Told of every look and of every change, as it happens. */
export interface Watcher {
  looked?(state: CheckState): void
  changed?(transition: Transition): void
}

export interface MonitorSetup {
  readonly clock: Clock
  readonly surroundings: Surroundings
  /** Uniform in [0, 1): spreads the looks of many checks and many pods over the period. */
  readonly random: () => number
  readonly watcher: Watcher
}

interface Look {
  readonly sample: Sample<unknown>
  /** For how long its synchronous part kept the event loop. */
  readonly heldMs: number
}

interface Seen {
  readonly status: Status
  readonly because: string
  readonly verdict?: Verdict
}

/** Runs one check: `run` keeps time, `tick` does one round. */
export class Monitor {
  readonly #assignment: Assignment
  readonly #setup: MonitorSetup
  readonly #history = new History()
  readonly #sentences: Partial<Record<Status, string>> = {}
  #standing: Standing = UNSEEN
  #samples: readonly Sample<unknown>[] = []
  /** A look that was given up and has not come back. While there is one, no other is begun. */
  #out: { readonly since: number } | undefined
  #held: { readonly value: unknown } | undefined
  /** On the monotonic clock: when the newest look ended, and when a look last gave a verdict. */
  #lookedAt = Number.NEGATIVE_INFINITY
  #seenAt: Date | undefined
  #state: CheckState

  constructor(assignment: Assignment, setup: MonitorSetup) {
    this.#assignment = assignment
    this.#setup = setup
    this.#state = firstState(assignment, setup.clock.date().getTime())
  }

  get state(): CheckState {
    return this.#state
  }

  get history(): readonly Sighting[] {
    return this.#history.all()
  }

  /** When, on the monotonic clock, what is said goes stale unless there is another look. */
  get staleAt(): number {
    const { everyMs, timeoutMs } = this.#assignment.rhythm
    return this.#lookedAt + SHELF_ROUNDS * everyMs + timeoutMs
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
      await clock.sleep(next - clock.now(), stop)
    }
    await this.#close()
  }

  /** One round: look, judge, say. Everything a check can do wrong ends here, as `unknown`. */
  async tick(stop: AbortSignal): Promise<void> {
    const begun = this.#setup.clock.now()
    const seen = this.#out ? this.#stillOut(this.#out.since) : await this.#look(stop)
    if (seen) this.#say(seen, this.#setup.clock.now() - begun)
  }

  /** The state as it is to be told at `now`: a verdict past its shelf life is no longer one. */
  stateAt(now: number): CheckState {
    if (now <= this.staleAt || !this.#state.looked) return this.#state
    const because = this.#unseen(`no look since ${isoOf(this.#state.lookedAt)}`)
    const status = this.#state.status === 'fail' ? 'fail' : 'unknown'
    return Object.freeze({ ...this.#state, status, because })
  }

  async #look(stop: AbortSignal): Promise<Seen | undefined> {
    const { rhythm } = this.#assignment
    const begun = this.#setup.clock.now()
    const looking = attempt((signal) => this.#sense(signal), rhythm.timeoutMs, this.#setup.clock, stop)
    const outcome = await looking.outcome
    switch (outcome.kind) {
      case 'done':
        return this.#judge(outcome.value)
      case 'threw':
        return { status: 'unknown', because: sentenceOf(outcome.error, 'its look failed') }
      case 'late':
        this.#abandon(looking, begun)
        return { status: 'unknown', because: `its look has not returned within ${rhythm.timeoutMs} ms` }
      case 'stopped':
        this.#abandon(looking, begun)
        return undefined
    }
  }

  async #sense(signal: AbortSignal): Promise<Look> {
    const { check, settings } = this.#assignment
    const { clock, surroundings } = this.#setup
    this.#held ??= { value: await check.open?.(settings, surroundings) }
    const at = clock.now()
    const sensing = check.sense({ settings, held: this.#held.value, signal })
    const heldMs = clock.now() - at
    const reading = await sensing
    return { sample: { at, tookMs: clock.now() - at, reading }, heldMs }
  }

  #judge({ sample, heldMs }: Look): Seen {
    const { check, settings } = this.#assignment
    const begun = this.#setup.clock.now()
    try {
      assertReadable(sample.reading)
      this.#samples = [...this.#samples, Object.freeze(sample)].slice(-(check.keep ?? 1))
      const verdict = shapeVerdict(check, check.judge(this.#samples as [Sample<unknown>], settings, this.#said()))
      const loopMs = heldMs + this.#setup.clock.now() - begun
      if (loopMs >= HELD_LOOP_MS) return { status: 'unknown', because: heldLoop(loopMs) }
      this.#seenAt = this.#setup.clock.date()
      return { status: verdict.status, because: verdict.because, verdict }
    } catch (error) {
      return { status: 'unknown', because: sentenceOf(error, 'its judge failed') }
    }
  }

  #said(): Said {
    const parts: Record<string, Judged> = {}
    for (const { subject, status } of this.#state.parts) parts[subject] = status
    return { status: this.#standing.said, parts }
  }

  #abandon(looking: Attempt<Look>, since: number): void {
    this.#out = { since }
    looking.returned.then(() => {
      this.#out = undefined
    })
  }

  #stillOut(since: number): Seen {
    const seconds = Math.round((this.#setup.clock.now() - since) / 1000)
    return { status: 'unknown', because: `its look of ${seconds} s ago has still not returned; no other is begun` }
  }

  #say(seen: Seen, tookMs: number): void {
    const { clock } = this.#setup
    const before = this.#state
    this.#lookedAt = clock.now()
    this.#standing = advance(this.#standing, seen.status, this.#assignment.rhythm)
    this.#sentences[seen.status] = seen.because
    this.#state = this.#nextState(seen, clock.date().getTime(), tookMs)
    this.#history.add(sightingOf(this.#state, seen))
    this.#tell(before)
  }

  #nextState(seen: Seen, at: number, tookMs: number): CheckState {
    const before = this.#state
    const status = this.#standing.said
    return Object.freeze({
      ...before,
      ...(seen.verdict ? told(seen.verdict) : {}),
      status,
      since: status === before.status && before.looked ? before.since : at,
      because: seen.status === 'unknown' ? this.#unseen(seen.because) : (this.#sentences[status] ?? seen.because),
      sighting: seen.status,
      looked: true,
      lookedAt: at,
      tookMs,
    })
  }

  /** The sentence when nothing could be seen: what stands keeps its reason, and says since when nobody has seen it. */
  #unseen(reason: string): string {
    const { said } = this.#standing
    const stands = said === 'unknown' ? undefined : this.#sentences[said]
    if (stands === undefined) return reason
    return `${stands}; not seen since ${isoOf(this.#seenAt?.getTime() ?? null)}: ${reason}`
  }

  #tell(before: CheckState): void {
    const { watcher } = this.#setup
    const { name, status, because, lookedAt } = this.#state
    watcher.looked?.(this.#state)
    if (status === before.status) return
    watcher.changed?.({ name, from: before.status, to: status, because, at: lookedAt ?? before.since })
  }

  async #close(): Promise<void> {
    const held = this.#held
    this.#held = undefined
    const { check, rhythm } = this.#assignment
    if (!held || !check.close) return
    const closing = attempt(() => check.close?.(held.value), rhythm.timeoutMs, this.#setup.clock, NEVER)
    await closing.outcome
  }
}

const NEVER = new AbortController().signal
const NO_VALUES: Values = Object.freeze({})
const NO_PARTS: readonly Part[] = Object.freeze([])

function firstState({ check, cure, rhythm }: Assignment, since: number): CheckState {
  const { name, about, observes } = check
  return Object.freeze({
    name,
    about,
    cure,
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

function told({ values, parts = NO_PARTS, forecast }: Verdict) {
  return { values, parts, forecast }
}

function sightingOf({ lookedAt, status, because }: CheckState, seen: Seen): Sighting {
  const values = seen.verdict?.values ?? NO_VALUES
  return { at: lookedAt ?? 0, sighting: seen.status, said: status, because: seen.because || because, values }
}

function heldLoop(ms: number): string {
  return `its look held the event loop for ${Math.round(ms)} ms, in which nothing was served; it may hold it for ${HELD_LOOP_MS} ms`
}

function sentenceOf(error: unknown, otherwise: string): string {
  if (error instanceof CannotTell) return error.message
  const message = error instanceof Error ? error.message : String(error)
  return cut(`${otherwise}: ${message || 'no reason given'}`, 300)
}

function isoOf(at: number | null): string {
  return at === null ? 'the start' : new Date(at).toISOString()
}
