import type { Clock } from '../core/clock.ts'
import type { Attempt, Remedy, RemedyReport } from '../core/remedy.ts'
import { isWorse } from '../core/status.ts'
import type { SeenLook, Temper, Tempered } from '../core/temper.ts'
import { type Running, start } from './attempt.ts'
import {
  begun,
  ended,
  endedInVain,
  GROUND,
  type Ladder,
  type LadderState,
  type LastRun,
  type Next,
  nextStep,
  rehearsed,
  type Step,
} from './ladder.ts'

export interface RemediesSetup {
  readonly clock: Clock
  /** All that may be done, by whomever. */
  readonly remedies: readonly Remedy[]
  /** What is done without being asked. */
  readonly ladders: readonly Ladder[]
  /** Says what would be tried, and tries nothing by itself. Default false. */
  readonly dryRun?: boolean
  /** How long a remedy may take before nobody waits for it any more. Default 10 s. */
  readonly timeoutMs?: number
  /** Told of each attempt when it has ended, and once more when it is judged: by a look, or at once where it changed nothing. */
  readonly onAttempt?: (attempt: Attempt) => void
}

/** Tries what may help before a verdict stands: one remedy at a time, and everything on record. */
export interface Remedies {
  /** The remedies for whoever asks by hand: those are on record too, and never run beside another. */
  readonly list: readonly Remedy[]
  /** What is tried without being asked. */
  readonly ladders: readonly Ladder[]
  /** The newest attempts, oldest first. */
  attempts(): readonly Attempt[]
  /**
   * For the engine. A `fail` that is not said yet is heard as `warn` while remedies are tried and judged, for the ladder's `holdMs`
   * at the most, and not where its end likely comes before that or soon after. What is said to have failed stays so.
   */
  readonly temper: Temper
}

/** A remedy cannot be run now, as another has not come back. */
export class RemedyStuck extends Error {
  override readonly name = 'RemedyStuck'
  readonly status = 503
  readonly expose = true
}

const KEPT_ATTEMPTS = 50
const DEFAULT_TIMEOUT_MS = 10_000

export function createRemedies(setup: RemediesSetup): Remedies {
  return new RunningRemedies(setup)
}

class RunningRemedies implements Remedies {
  readonly list: readonly Remedy[]
  readonly ladders: readonly Ladder[]
  readonly #setup: RemediesSetup
  readonly #ladders: ReadonlyMap<string, Ladder>
  readonly #states = new Map<string, LadderState>()
  readonly #lastRuns = new Map<string, LastRun>()
  #attempts: readonly Attempt[] = []
  #running: Running | undefined
  #stuck = false

  constructor(setup: RemediesSetup) {
    this.#setup = setup
    this.ladders = setup.ladders
    this.#ladders = new Map(setup.ladders.map((ladder) => [ladder.check, ladder]))
    this.list = setup.remedies.map((remedy) => this.#onRecord(remedy))
  }

  #onRecord(remedy: Remedy): Remedy {
    const { name, about } = remedy
    const only = (names: readonly string[]) => this.#onRecord(remedy.only?.(names) ?? remedy)
    return { name, about, run: () => this.#runByHand(remedy), ...(remedy.only && { only }) }
  }

  attempts(): readonly Attempt[] {
    return this.#attempts
  }

  readonly temper = (look: SeenLook): Tempered => {
    const ladder = this.#ladders.get(look.name)
    if (!ladder) return look
    const { step, holds } = this.#next(ladder, look)
    const { dryRun = false } = this.#setup
    if (step.do === 'try') this.#try(look, step.remedy, dryRun)
    const mercy = holds && !dryRun && look.status === 'fail' && look.said !== 'fail'
    return { status: mercy ? 'warn' : look.status, because: sentenceOf(look, step, dryRun) }
  }

  #next(ladder: Ladder, { name, status, tookMs, end }: SeenLook): Next {
    const now = this.#setup.clock.now()
    const running = this.#stuck ? 'stuck' : this.#running ? 'one' : 'none'
    const circumstances = { now, running, lastRun: (remedy: string) => this.#lastRuns.get(remedy) } as const
    const look = { status, beganAt: now - tookMs, ...(end && { endsInMs: end.likelyMs }) }
    const next = nextStep(ladder, this.#stateOf(name), look, circumstances)
    this.#states.set(name, next.state)
    if (next.judged) this.#judge(name, next.judged.remedy, next.judged.helped)
    return next
  }

  #try({ name: check, because, status, said }: SeenLook, wanted: string, dryRun: boolean): void {
    const { clock, remedies } = this.#setup
    const remedy = remedies.find(({ name }) => name === wanted)
    if (!remedy) return
    const take = dryRun ? rehearsed : begun
    this.#states.set(check, take(this.#stateOf(check), wanted, clock.now()))
    const at = clock.date().getTime()
    const why = { check, because, ...(isWorse(status, said) && { ahead: status }) }
    if (dryRun) this.#record({ remedy: wanted, ...why, at, tookMs: 0, result: 'dry-run' })
    else this.#begin(remedy, why)
  }

  #begin(remedy: Remedy, why: Pick<Attempt, 'check' | 'because' | 'ahead'>): Running {
    const { clock, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#setup
    const [at, begunAt] = [clock.date().getTime(), clock.now()]
    const running = start(remedy, timeoutMs, clock)
    this.#running = running
    this.#lastRuns.set(remedy.name, { begunAt })
    const back = (inVain: boolean) => {
      this.#running = undefined
      this.#stuck = false
      this.#lastRuns.set(remedy.name, { begunAt, endedAt: clock.now(), inVain })
    }
    running.returned.then(
      (report) => back(didNothing(report)),
      () => back(false),
    )
    running.outcome.then((outcome) => {
      const now = clock.now()
      this.#stuck = outcome.result === 'late' && this.#running === running
      this.#record({ remedy: remedy.name, ...why, at, tookMs: now - begunAt, ...outcome })
      if (why.check !== undefined) this.#end(why.check, remedy.name, didNothing(outcome.report))
    })
    return running
  }

  #end(check: string, remedy: string, inVain: boolean): void {
    const state = this.#stateOf(check)
    this.#states.set(check, inVain ? endedInVain(state) : ended(state, this.#setup.clock.now()))
    if (inVain) this.#judge(check, remedy, false)
  }

  /** Waits for another remedy to come back; two who ask for the same share one run. */
  async #runByHand(remedy: Remedy): Promise<RemedyReport> {
    for (let running = this.#running; running; running = this.#running) {
      if (running.remedy === remedy) return onRecord(running)
      if (this.#stuck)
        throw new RemedyStuck(`${running.remedy.name} has not returned; until it does, no other is begun`)
      await Promise.race([running.outcome, running.returned.catch(() => {})])
    }
    return onRecord(this.#begin(remedy, {}))
  }

  #record(attempt: Attempt): void {
    this.#attempts = [...this.#attempts, Object.freeze(attempt)].slice(-KEPT_ATTEMPTS)
    this.#setup.onAttempt?.(attempt)
  }

  #judge(check: string, remedy: string, helped: boolean): void {
    const index = this.#attempts.findLastIndex((one) => one.check === check && one.remedy === remedy)
    const attempt = this.#attempts[index]
    if (!attempt || attempt.result === 'dry-run') return
    const judged = Object.freeze({ ...attempt, helped })
    this.#attempts = this.#attempts.with(index, judged)
    this.#setup.onAttempt?.(judged)
  }

  #stateOf(check: string): LadderState {
    return this.#states.get(check) ?? GROUND
  }
}

/** What leaves more than this has changed nothing that a check could see. */
const WORTHLESS = 0.99

/** There was nothing to be had, by its own numbers: what becomes well then does so by itself. */
function didNothing(report: RemedyReport | undefined): boolean {
  const effects = [report?.entries, report?.bytes].filter((effect) => effect !== undefined)
  return effects.length > 0 && effects.every(({ before, after }) => after >= before || after > WORTHLESS * before)
}

/**
 * The record comes first: who reads it after the answer finds the run there.
 * @throws {RemedyStuck} when it has not returned in its time: who asked is not kept waiting for what may never come
 */
async function onRecord({ remedy, outcome, returned }: Running): Promise<RemedyReport> {
  const { result } = await outcome
  if (result !== 'late') return returned
  returned.catch(() => {})
  throw new RemedyStuck(`${remedy.name} has not returned in its time; until it does, no other is begun`)
}

/** What was seen, and what is being done about it. */
function sentenceOf({ because, status }: SeenLook, step: Step, dryRun: boolean): string {
  if (step.do === 'rest' || status === 'pass' || status === 'unknown') return because
  if (step.do === 'try') return `${because}; ${step.remedy} ${dryRun ? 'would be tried (dry run)' : 'is being tried'}`
  return dryRun ? because : `${because}; ${step.because}`
}
