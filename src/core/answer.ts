import type { Draw } from './draw.ts'
import { hasSay, type Objection, objections, type Probe, type Question } from './probe.ts'
import type { CheckState, Snapshot } from './snapshot.ts'

/** A probe's question and all that was found: every representation (text, JSON) is made from this. */
export interface Answer {
  readonly probe: Probe
  readonly passed: boolean
  readonly objections: readonly Objection[]
  /** The chapter's draw, on the heartbeat of a service that has one. */
  readonly draw?: Draw
  readonly snapshot: Snapshot
  readonly question: Question
}

/** The name by which the draw may be excluded. */
export const DECAY = 'decay'

export function answer(probe: Probe, snapshot: Snapshot, question: Question, draw?: Draw): Answer {
  const found = question.exclude ? objections(probe, snapshot, question) : remembered(probe, snapshot, question)
  const drawFailed = draw?.failed === true && !question.exclude?.has(DECAY)
  const passed = found.length === 0 && !drawFailed
  // Two literals: each probe makes one, and to spread a part into it costs more than all else here.
  return draw
    ? { probe, passed, objections: found, snapshot, question, draw }
    : { probe, passed, objections: found, snapshot, question }
}

/** The status code of an answer. The heartbeat's is the chapter's own. */
export function codeOf({ probe, passed }: Pick<Answer, 'probe' | 'passed'>): number {
  if (passed) return 200
  return probe === 'heartbeat' ? 500 : 503
}

/** What a probe shows: the heartbeat every check, the others those that have a say. */
export function shownChecks({ probe, snapshot, question }: Answer): readonly CheckState[] {
  if (probe === 'heartbeat') return snapshot.checks
  return snapshot.checks.filter((check) => hasSay(probe, check, question.asks))
}

/** Excluded names that are no check's of this probe: they are said, and change nothing. */
export function unmatched(answer: Answer): readonly string[] {
  if (!answer.question.exclude) return []
  const shown = new Set(shownChecks(answer).map(({ name }) => name))
  return [...answer.question.exclude].filter((name) => !shown.has(name) && !(answer.draw && name === DECAY))
}

interface Remembered extends Question {
  readonly found: readonly Objection[]
}

const memories = new WeakMap<Snapshot, Map<Probe, Remembered>>()

/** Ten thousand checks do not slow the heartbeat: they are gone through once per change, not once per access. */
function remembered(probe: Probe, snapshot: Snapshot, { asks, draining }: Question): readonly Objection[] {
  const memory = memories.get(snapshot)
  const last = memory?.get(probe)
  if (last?.draining === draining && last.asks === asks) return last.found
  const found = objections(probe, snapshot, { asks, draining })
  memories.set(snapshot, (memory ?? new Map()).set(probe, { asks, draining, found }))
  return found
}
