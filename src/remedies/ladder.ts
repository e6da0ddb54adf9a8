import { willBeTried } from '../core/remedy.ts'
import type { Status } from '../core/status.ts'
import { inNumber, inWords } from '../core/wording.ts'

/** What is tried for one check before its verdict stands. */
export interface Ladder {
  readonly check: string
  /** Names of remedies, in the order in which they are tried. */
  readonly remedies: readonly string[]
  /** The mildest sighting for which something is tried. */
  readonly from: 'warn' | 'fail'
  /** A look that judges a remedy begins at the earliest so long after its end. */
  readonly waitMs: number
  /** The same remedy is tried again at the earliest so long after it was last begun, whoever asked for it. */
  readonly cooldownMs: number
  /** How many attempts this ladder may begin within any hour. */
  readonly perHour: number
  /** A `fail` is held back for so long at the most, whatever is still to be tried or judged. */
  readonly holdMs: number
}

/** How far a ladder has been climbed. Times are milliseconds on the monotonic clock. */
export interface LadderState {
  /** Tried since the check was last well, each judged, and none helped. */
  readonly tried: readonly string[]
  /** The worst sighting since then. */
  readonly worst: 'warn' | 'fail'
  /** Whether all may be tried once more, for what has become worse. */
  readonly again: boolean
  /** Since when a `fail` is held back; absent while none was. */
  readonly heldSince?: number
  /** Begun, and not judged yet. */
  readonly open?: { readonly remedy: string; readonly endedAt?: number }
  /** When the attempts of the last hour began. */
  readonly begun: readonly number[]
}

export const GROUND: LadderState = { tried: [], worst: 'warn', again: false, begun: [] }

/** One look of the check: what it saw, and when it began. */
export interface Look {
  readonly status: Status
  readonly beganAt: number
  /** In how many milliseconds what it fails for will likely have come, where that is foretold. */
  readonly endsInMs?: number
}

/** What else counts, beside the ladder itself. */
export interface Circumstances {
  readonly now: number
  /** Whether a remedy is running, whoever asked for it; `stuck` once that has taken longer than it may. */
  readonly running: 'none' | 'one' | 'stuck'
  /** When a remedy last ran, whoever asked for it. */
  lastRun(remedy: string): LastRun | undefined
}

export interface LastRun {
  readonly begunAt: number
  /** Absent while it runs. */
  readonly endedAt?: number
  /** By its own numbers it changed nothing: no look has to judge it. */
  readonly inVain?: boolean
}

/**
 * - `rest`: nothing is wrong.
 * - `try`: begin this remedy.
 * - `wait`: let what has begun show its effect.
 * - `stand`: there is nothing to wait for.
 */
export type Step =
  | { readonly do: 'rest' }
  | { readonly do: 'try'; readonly remedy: string }
  | { readonly do: 'wait' | 'stand'; readonly because: string }

export interface Next {
  readonly step: Step
  readonly state: LadderState
  /**
   * Whether a `fail` is to be held back. That is done once: what has not helped before holds up nothing when it is tried again. And
   * only while there is time: an end that likely comes before the hold is over, or soon after, is told of while something is tried against it.
   */
  readonly holds: boolean
  /** A remedy that this look has judged. */
  readonly judged?: { readonly remedy: string; readonly helped: boolean }
}

const HOUR_MS = 3_600_000
/** After a hold the verdict still takes patience, and whoever hears it time to leave in good order. */
const AFTER_HOLD_MS = 30_000

/** What to do after a look. Pure: to begin the remedy, and to say when it ended, is the caller's. */
export function nextStep(ladder: Ladder, state: LadderState, look: Look, circumstances: Circumstances): Next {
  const { step, ...next } = climb(ladder, state, look, circumstances)
  if (look.status !== 'fail' || step.do === 'rest' || step.do === 'stand') return { ...next, step, holds: false }
  const { now } = circumstances
  const { heldSince = now, again } = next.state
  const left = heldSince + ladder.holdMs - now
  const holds = !again && left > 0 && (look.endsInMs ?? Number.POSITIVE_INFINITY) > left + AFTER_HOLD_MS
  return { ...next, step, holds, state: { ...next.state, heldSince } }
}

function climb(ladder: Ladder, state: LadderState, look: Look, circumstances: Circumstances): Omit<Next, 'holds'> {
  const { open } = state
  if (open && !judges(look, open.endedAt, ladder)) return { step: waitFor(open.remedy, open.endedAt), state }
  // Not having seen is no recovery: what was tried stays tried.
  if (look.status === 'unknown') return { step: { do: 'rest' }, state }
  const sick = look.status === 'fail' || (look.status === 'warn' && ladder.from === 'warn')
  const judged = open && { judged: { remedy: open.remedy, helped: !sick } }
  if (!sick) return { step: { do: 'rest' }, state: { ...GROUND, begun: state.begun }, ...judged }
  const higher = withoutHelp(state, look.status === 'fail' ? 'fail' : 'warn', ladder)
  return { step: stepFrom(ladder, higher, look, circumstances), state: higher, ...judged }
}

/** The state once an attempt has begun. */
export function begun(state: LadderState, remedy: string, now: number): LadderState {
  return { ...counted(state, now), open: { remedy } }
}

/** The state once the attempt has ended, however it did. */
export function ended({ open, ...state }: LadderState, now: number): LadderState {
  return open ? { ...state, open: { remedy: open.remedy, endedAt: now } } : state
}

/** The state once an attempt has ended that, by its own numbers, changed nothing: no look will see that it helped. */
export function endedInVain({ open, ...state }: LadderState): LadderState {
  return open ? { ...state, tried: [...state.tried, open.remedy] } : state
}

/** The state once an attempt was made in words only: it counts, and there is nothing to wait for. */
export function rehearsed(state: LadderState, remedy: string, now: number): LadderState {
  return { ...counted(state, now), tried: [...state.tried, remedy] }
}

function counted(state: LadderState, now: number): LadderState {
  return { ...state, begun: [...state.begun.filter((at) => now - at < HOUR_MS), now] }
}

/** Whether a look began late enough to show what a remedy did. */
function judges(look: Look, endedAt: number | undefined, { waitMs }: Ladder): boolean {
  return look.status !== 'unknown' && endedAt !== undefined && look.beganAt >= endedAt + waitMs
}

/** What was open has not helped. For what has become worse all may be tried once more. */
function withoutHelp({ open, ...state }: LadderState, sighting: 'warn' | 'fail', { remedies }: Ladder): LadderState {
  const tried = open ? [...state.tried, open.remedy] : state.tried
  const worse = sighting === 'fail' && state.worst === 'warn'
  const worst = worse ? 'fail' : state.worst
  if (worse && remedies.every((remedy) => tried.includes(remedy))) return { ...state, worst, tried: [], again: true }
  return { ...state, worst, tried }
}

function stepFrom(ladder: Ladder, { tried, begun }: LadderState, look: Look, now: Circumstances): Step {
  const left = ladder.remedies.filter((remedy) => !tried.includes(remedy))
  if (left.length === 0) return stand(`${tried.join(' and ')} did not help`)
  if (begun.filter((at) => now.now - at < HOUR_MS).length >= ladder.perHour) {
    return stand(`no remedy is tried: ${inNumber(ladder.perHour, 'attempt')} an hour are allowed, and were made`)
  }
  for (const remedy of left) {
    const last = now.lastRun(remedy)
    if (!last || now.now - last.begunAt >= ladder.cooldownMs) return tryNow(remedy, now.running)
    // Somebody else's run is as good as one's own, and judged like it.
    const isJudged = last.inVain === true || judges(look, last.endedAt, ladder)
    if (!isJudged && now.running !== 'stuck') return waitFor(remedy, last.endedAt)
  }
  return stand(`${left.join(' and ')} ran less than ${inWords(ladder.cooldownMs)} ago${willBeTried(left)}`)
}

function tryNow(remedy: string, running: Circumstances['running']): Step {
  if (running === 'stuck') return stand(`${remedy} is not tried: a remedy before it has not returned`)
  return running === 'one'
    ? { do: 'wait', because: `${remedy} is to be tried after another remedy` }
    : { do: 'try', remedy }
}

function waitFor(remedy: string, endedAt: number | undefined): Step {
  const so = endedAt === undefined ? 'is being tried' : 'was tried, too lately for this look to judge'
  return { do: 'wait', because: `${remedy} ${so}` }
}

function stand(because: string): Step {
  return { do: 'stand', because }
}
