import { setMaxListeners } from 'node:events'
import type { Assignment } from '../core/assignment.ts'
import { CannotTell, type Said, type Sample, type Verdict } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Status } from '../core/status.ts'
import type { Surroundings } from '../core/surroundings.ts'
import { messageOf } from '../core/thrown.ts'
import { inOneLine } from '../core/wording.ts'
import { type Attempt, attempt } from './deadline.ts'
import { assertReadable, shapeVerdict } from './verdict-shape.ts'

/**
 * A look that holds the event loop this long stops the whole service for as long: it is not accepted as a look. That the process was
 * not let run meanwhile, on a crowded machine or by its CPU quota, is no fault of the look, and not counted.
 */
export const HELD_LOOP_MS = 100
/** Less than this of it is not worth a word. */
const NOTICED_MS = 10

/** Who reads that a look is late is to know where to begin. */
const WHY_LATE = 'what it asks hangs, or this process is hardly let run'

export interface LookerSetup {
  readonly clock: Clock
  readonly surroundings: Surroundings
  /** Begins to watch how long this thread waits for a processor; what it returns tells of how many of so many milliseconds it did. */
  readonly queued?: () => (ms: number) => number | undefined
}

/** What one look came to. */
export interface Seen {
  readonly status: Status
  readonly because: string
  /** Absent when nothing could be seen. */
  readonly verdict?: Verdict
}

interface Look {
  readonly sample: Sample<unknown>
  /** For how long the event loop stood still in its synchronous part. */
  readonly heldMs: number
  /** For how many of so many milliseconds since it began the thread waited for a processor; undefined where nobody can tell. */
  queuedOf(ms: number): number | undefined
}

/** Looks with one check, and has it judged. Everything a check can do wrong ends here, as `unknown` with a sentence. */
export class Looker {
  readonly #assignment: Assignment
  readonly #clock: Clock
  readonly #surroundings: Surroundings
  readonly #queued: NonNullable<LookerSetup['queued']>
  #samples: readonly Sample<unknown>[] = []
  #held: { readonly value: unknown } | undefined
  /** A look that was given up and has not come back. While there is one, no other is begun. */
  #out: { readonly since: number } | undefined
  #closed = false

  constructor(assignment: Assignment, { clock, surroundings, queued = () => () => undefined }: LookerSetup) {
    this.#assignment = assignment
    this.#clock = clock
    this.#surroundings = surroundings
    this.#queued = queued
  }

  /** One look, within the timeout. Undefined when `stop` aborted it. Never rejects. */
  async look(stop: AbortSignal, said: Said): Promise<Seen | undefined> {
    if (this.#out) return this.#stillOut(this.#out.since)
    const { timeoutMs } = this.#assignment.rhythm
    const begun = this.#clock.now()
    const looking = attempt((signal) => this.#sense(signal), timeoutMs, this.#clock, stop)
    const outcome = await looking.outcome
    switch (outcome.kind) {
      case 'done':
        return this.#judge(outcome.value, said)
      case 'threw':
        return unknown(sentenceOf(outcome.error, 'its look failed'))
      case 'late':
        this.#abandon(looking, begun)
        return unknown(`its look has not returned within ${timeoutMs} ms: ${WHY_LATE}`)
      case 'stopped':
        this.#abandon(looking, begun)
        return undefined
    }
  }

  /** Gives back what the check holds open. Waits for that for the timeout at most. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    const held = this.#held
    this.#held = undefined
    const { check, rhythm } = this.#assignment
    if (!held || !check.close) return
    const closing = attempt(() => check.close?.(held.value), rhythm.timeoutMs, this.#clock, NEVER)
    await closing.outcome
  }

  async #sense(signal: AbortSignal): Promise<Look> {
    const { check, settings } = this.#assignment
    this.#held ??= { value: await check.open?.(settings, this.#surroundings) }
    // Opening may have taken until after the stop, or the deadline: nobody would hear what is seen then.
    signal.throwIfAborted()
    const queuedOf = this.#queued()
    const at = this.#clock.now()
    const sensing = check.sense({ settings, held: this.#held.value, signal })
    const heldMs = this.#clock.now() - at
    const reading = await sensing
    return { sample: { at, tookMs: this.#clock.now() - at, reading }, heldMs, queuedOf }
  }

  #judge({ sample, heldMs, queuedOf }: Look, said: Said): Seen {
    const { check, settings } = this.#assignment
    const begun = this.#clock.now()
    try {
      assertReadable(sample.reading)
      this.#samples = [...this.#samples, Object.freeze(sample)].slice(-(check.keep ?? 1))
      const verdict = shapeVerdict(check, check.judge(this.#samples as [Sample<unknown>], settings, said))
      const loopMs = heldMs + this.#clock.now() - begun
      const queuedMs = loopMs >= HELD_LOOP_MS ? queuedOf(loopMs) : undefined
      const isHeld = loopMs - (queuedMs ?? 0) >= HELD_LOOP_MS
      const { status, because } = verdict
      return isHeld ? unknown(heldLoop(loopMs, queuedMs)) : { status, because, verdict }
    } catch (error) {
      return unknown(sentenceOf(error, 'its judge failed'))
    }
  }

  #abandon(looking: Attempt<Look>, since: number): void {
    this.#out = { since }
    looking.returned.then(() => {
      this.#out = undefined
      // What was opened too late for the stop is given back now.
      if (this.#closed) this.close()
    })
  }

  #stillOut(since: number): Seen {
    const seconds = Math.round((this.#clock.now() - since) / 1000)
    return unknown(`its look of ${seconds} s ago has still not returned: ${WHY_LATE}; no other is begun`)
  }
}

const NEVER = new AbortController().signal
// Every check that closes listens on it for a moment.
setMaxListeners(0, NEVER)

function unknown(because: string): Seen {
  return { status: 'unknown', because }
}

function heldLoop(ms: number, queuedMs: number | undefined): string {
  const stood = `the event loop stood still for ${Math.round(ms)} ms while it looked, and nothing was served`
  const byLook = 'its look, that computes or waits for a blocking call'
  const allowed = `at most ${HELD_LOOP_MS} ms are allowed`
  if (queuedMs === undefined)
    return `${stood}: by ${byLook}, or because the process was not let run, as on a crowded machine; ${allowed}`
  const besides =
    queuedMs < NOTICED_MS ? '' : `, but for ${Math.round(queuedMs)} ms in which the process was not let run`
  return `${stood}: by ${byLook}${besides}; ${allowed}`
}

/** Whatever was thrown, in words. */
export function sentenceOf(error: unknown, otherwise: string): string {
  return inOneLine(ownWords(error) || `${otherwise}: ${messageOf(error) || 'no reason given'}`)
}

/** Of a check that says that it cannot tell: its sentence, and nothing besides. A proxy may refuse to be asked even that. */
function ownWords(error: unknown): string | undefined {
  try {
    return error instanceof CannotTell ? String(error.message) : undefined
  } catch {
    return undefined
  }
}
