import type { Clock } from '../core/clock.ts'
import type { Decay, Draw } from '../core/draw.ts'
import { namedMessageOf, stackOf } from '../core/thrown.ts'
import { writeTerminationMessage } from '../host/termination-message.ts'
import type { Stop } from './journal.ts'
import { HEALTHY_AGAIN, lastWords, type Parting, standingOf, whyOf } from './last-words.ts'
import { howUncaught, placeIn } from './place.ts'

export interface FarewellSetup {
  readonly clock: Clock
  /** The files that the last words go to: the kubelet's (`/dev/termination-log`), and the journal's copy for the next run. */
  readonly paths: readonly string[]
  /** What is known now, but for the draws, the notes and the error: those this keeps. */
  parting(): Omit<Parting, 'draws' | 'notes' | 'uncaught'>
  /** Told once of a file that cannot be written. */
  unwritable?(path: string): void
  /** At most so often, in milliseconds, while the run goes on. Default 500. */
  readonly everyMs?: number
}

/**
 * Keeps the last words up to date: from the moment liveness or the heartbeat fails, at each change, so that they are there however the run
 * ends. They are written on this thread: it is a small file, and by then little else may still be done.
 */
export class Farewell {
  readonly #setup: FarewellSetup
  readonly #notes: string[] = []
  readonly #unwritable = new Set<string>()
  #failedInARow = 0
  /** Seconds after the start at which the first of these failed. */
  #failedFrom = 0
  #last: Draw | undefined
  #writtenAt = Number.NEGATIVE_INFINITY
  #waiting = false
  /** Why the run might have ended, when that was last so. */
  #lastWhy: string | undefined
  #over = false

  constructor(setup: FarewellSetup) {
    this.#setup = setup
  }

  /** Why the run may end; undefined while nothing stands against it. */
  get why(): string | undefined {
    return whyOf(this.#parting())
  }

  /** What would be said, were the run to end now by no fault of its own: for the guard, which speaks when this thread cannot. */
  get standing(): string {
    return lastWords(this.#parting(), 'before that, no check was failing')
  }

  /** Tells of a change in what is said of a check. */
  changed(): void {
    if (this.#over || this.#waiting) return
    const { clock, everyMs = 500 } = this.#setup
    const inMs = this.#writtenAt + everyMs - clock.now()
    this.#waiting = inMs > 0
    if (inMs <= 0) this.#write()
    else void clock.sleep(inMs).then(() => this.#writeWaiting())
  }

  /** What the guard had to write in this thread's place is over: it is said so, in its place. */
  recoveredFrom(why: string): void {
    this.#lastWhy = why
    this.changed()
  }

  /** The same decay, each draw of which is heard of. A draw costs no more for that until one fails. */
  listening(decay: Decay): Decay {
    const draw = () => {
      const drawn = decay.draw()
      this.#drew(drawn)
      return drawn
    }
    return {
      draw,
      get last() {
        return decay.last
      },
    }
  }

  /** One more thing to say: a stall and where, a diagnostic report. The newest five are kept. */
  note(sentence: string): void {
    this.#notes.push(sentence)
    if (this.#notes.length > 5) this.#notes.shift()
    this.changed()
  }

  /** An error that ends the process: written before this returns. */
  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
    this.#over = true
    this.#say(
      lastWords({
        ...this.#parting(),
        uncaught: `${howUncaught(origin)} ${namedMessageOf(error)}${placeIn(stackOf(error))}`,
      }),
    )
  }

  /**
   * The run stops: the last last words. A healthy run leaves none, so that nobody reads of troubles that are over.
   * @param notes what there was to say beside the checks, one sentence each
   * @returns for the journal: what stood then, undefined where all was well; and whether anything failed, be it what no restart cures, or warned
   */
  stopping(unhealthy: boolean, notes: readonly string[] = []): Pick<Stop, 'why' | 'failing' | 'warned' | 'drawnAfter'> {
    this.#over = true
    const parting = this.#parting()
    if (unhealthy) this.#say(lastWords(parting))
    else this.#say('')
    const [why, failing] = [standingOf(parting, notes), whyOf(parting) !== undefined]
    const drawnAfter = this.#failedInARow > 0 && { drawnAfter: this.#failedFrom }
    return why === undefined ? {} : { why, failing, warned: !failing, ...drawnAfter }
  }

  #drew(draw: Draw): void {
    const before = this.#failedInARow
    this.#last = draw
    this.#failedInARow = draw.failed ? before + 1 : 0
    if (this.#failedInARow === 1) this.#failedFrom = this.#setup.parting().uptimeSeconds
    if (draw.failed || before > 0) this.changed()
  }

  #parting(): Parting {
    const draws = this.#last && { last: this.#last, failedInARow: this.#failedInARow }
    return { ...this.#setup.parting(), notes: this.#notes, ...(draws && { draws }) }
  }

  #writeWaiting(): void {
    this.#waiting = false
    if (!this.#over) this.#write()
  }

  #write(): void {
    const parting = this.#parting()
    const why = whyOf(parting)
    const was = this.#lastWhy
    // Nothing has ever stood against this run: there is nothing to leave.
    if (why === undefined && was === undefined) return
    this.#writtenAt = this.#setup.clock.now()
    this.#lastWhy = why ?? was
    this.#say(why === undefined ? `${HEALTHY_AGAIN}, after: ${was}\n${lastWords(parting)}` : lastWords(parting))
  }

  #say(text: string): void {
    for (const path of this.#setup.paths) {
      if (writeTerminationMessage(path, text) || text === '' || this.#unwritable.has(path)) continue
      this.#unwritable.add(path)
      this.#setup.unwritable?.(path)
    }
  }
}
