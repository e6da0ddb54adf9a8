import { type Answer, DECAY, shownChecks, unmatched } from '../core/answer.ts'
import type { Forecast, ValueLimits, Values } from '../core/check.ts'
import type { Draw } from '../core/draw.ts'
import type { CheckHistory } from '../core/history.ts'
import type { Attempt } from '../core/remedy.ts'
import type { CheckState } from '../core/snapshot.ts'
import type { Status } from '../core/status.ts'
import { attemptsJson } from './attempts-json.ts'
import { historyJson } from './history-json.ts'
import { inPoints, WITHHELD } from './text.ts'

/** Who answers. */
export interface Identity {
  /** The public version of the service: `1`. */
  readonly version: string
  /** The version that is deployed: `1.4.0`. */
  readonly releaseId: string
  /** Which instance: the pod's name. */
  readonly serviceId: string
  readonly description: string
  readonly notes: readonly string[]
}

/** How the run before this one ended. */
export interface PreviousRun {
  /** ISO 8601 UTC. */
  readonly endedAt: string
  /** Seconds. */
  readonly lived: number
  readonly why: string
  /** Whether something failed when it was stopped, be it in good order. */
  readonly failing?: boolean
  /** Whether nothing did, and something warned or was noted. */
  readonly warned?: boolean
  /** Whether it came to the end of its stop. */
  readonly orderly?: boolean
  /** Seconds after its start at which what failed, or warned, when it ended had come to that. */
  readonly failedAfter?: number
  readonly warnedAfter?: number
  /** Which faults were set on purpose when it ended. */
  readonly faults?: readonly string[]
  /** Which remedies were tried within an hour of its end. */
  readonly tried?: readonly string[]
  /** How many runs ended badly within the hour before this one began. */
  readonly badEnds?: number
  /** What it stopped for: `SIGTERM`, `exit 3`, `uncaught`, `killed`. */
  readonly exit: string
  readonly end: string
}

/** What a representation needs beside the answer. */
export interface Scene {
  readonly identity: Identity
  /** When the run began, and now: milliseconds since 1970. */
  readonly startedAt: number
  readonly now: number
  /** Seconds since the run began, by a clock that never jumps. */
  readonly uptimeSeconds: number
  readonly previous?: PreviousRun
  /** The remedies that were tried, oldest first. */
  readonly attempts: readonly Attempt[]
  /** Whether the reader may see reasons and values. */
  readonly open: boolean
  readonly links: Readonly<Record<string, string>>
}

type Json = Record<string, unknown>

/**
 * The detail, as draft-inadarei-api-health-check-06 has it with extension keys of our own; `health.schema.json` is its schema.
 * Who may not see reasons gets names, statuses and the counter's percentage, and nothing else.
 */
export function answerJson(answer: Answer, scene: Scene): Json {
  const { draw, question } = answer
  const checks = shownChecks(answer)
  const counted = checks.filter(({ name }) => !question.exclude?.has(name))
  const notes = notesOf(answer)
  const body = checksJson(checks, scene)
  return {
    status: overall(answer.passed, counted),
    ...about(scene, notes),
    ...outputOf(answer, scene.open),
    checks: draw ? { ...decayJson(draw, scene), ...body } : body,
    ...runAndLinks(scene),
  }
}

/** One check alone, with its history where that was asked for. */
export function checkJson(check: CheckState, scene: Scene, history?: CheckHistory): Json {
  return {
    status: overall(check.status !== 'fail', [check]),
    ...about(scene, []),
    ...(check.status !== 'pass' && { output: `${check.name}: ${scene.open ? check.because : WITHHELD}` }),
    checks: checksJson([check], scene),
    ...(history && { history: historyJson(history) }),
    ...runAndLinks(scene),
  }
}

function overall(passed: boolean, checks: readonly CheckState[]): 'pass' | 'warn' | 'fail' {
  if (!passed) return 'fail'
  return checks.every(({ status }) => status === 'pass') ? 'pass' : 'warn'
}

function about({ identity, open }: Scene, notes: readonly string[]): Json {
  const { version, releaseId, serviceId, description } = identity
  const said = [...(open ? identity.notes : []), ...notes]
  return {
    ...(open && { version, releaseId, serviceId }),
    ...(open && description && { description }),
    ...(said.length > 0 && { notes: said }),
  }
}

function notesOf(answer: Answer): readonly string[] {
  const missed = unmatched(answer)
  const left = [...(answer.question.exclude ?? [])].filter((name) => !missed.includes(name))
  return [
    ...left.map((name) => `${name} is excluded from the verdict`),
    ...missed.map((name) => `exclude=${name}: no check here has this name`),
  ]
}

function outputOf({ passed, draw, question, objections }: Answer, open: boolean): Json {
  if (passed) return {}
  const drawFailed = draw?.failed && !question.exclude?.has(DECAY)
  const reasons = objections.map(({ name, because }) => `${name}: ${open ? because : WITHHELD}`)
  return { output: [...(drawFailed ? [`${DECAY}: failed at ${inPoints(draw)}%`] : []), ...reasons].join('; ') }
}

function runAndLinks({ open, startedAt, uptimeSeconds, previous, attempts, links }: Scene): Json {
  if (!open) return {}
  const before = previous && {
    endedAt: previous.endedAt,
    lived: round(previous.lived),
    why: previous.why,
    exit: previous.exit,
  }
  return {
    run: { startedAt: iso(startedAt), uptimeSeconds: round(uptimeSeconds), ...(before && { previous: before }) },
    ...(attempts.length > 0 && { attempts: attemptsJson(attempts) }),
    links,
  }
}

function decayJson(draw: Draw, { now }: Scene): Json {
  const percent = inPoints(draw)
  const { failed } = draw
  const status = failed ? 'fail' : 'pass'
  const output = failed ? { output: `failed at ${percent}%` } : {}
  const element = { componentType: 'component', observedValue: percent, observedUnit: 'percent', status }
  return { [`${DECAY}:utilization`]: [{ ...element, time: iso(now), ...output }] }
}

function checksJson(checks: readonly CheckState[], scene: Scene): Json {
  return Object.fromEntries(checks.map((check) => [keyOf(check), elementsOf(check, scene)]))
}

function keyOf({ name, observes }: CheckState): string {
  return observes ? `${name}:${observes.measurement}` : name
}

function elementsOf(check: CheckState, scene: Scene): readonly Json[] {
  if (!scene.open) return [{ componentType: 'component', ...statusJson(check.status) }]
  const whole = { ...statusJson(check.status), ...timesOf(check, scene), cure: check.cure }
  if (check.parts.length === 0) return [{ componentType: 'component', ...whole, ...subjectJson(check, check) }]
  return check.parts.map((part) => ({
    componentId: part.subject,
    componentType: 'component',
    ...whole,
    ...subjectJson(part, check),
    // Patience, and with it the standing, is the check's; a part's own status is as it was last seen.
    ...(check.status !== 'unknown' && { status: part.status }),
  }))
}

interface Subject {
  readonly status: Status
  readonly because: string
  readonly values: Values
  readonly limits?: ValueLimits
  readonly forecast?: Forecast
}

function subjectJson(subject: Subject, { observes, advice }: Pick<CheckState, 'observes' | 'advice'>): Json {
  const { status, because, values, limits, forecast } = subject
  const observed = observes && values[observes.value]
  const isWrong = status === 'warn' || status === 'fail'
  return {
    ...(observed !== undefined && { observedValue: observed, observedUnit: unitOf(observes?.value ?? '') }),
    ...(status !== 'pass' && { output: because }),
    because,
    ...(isWrong && advice !== undefined && { advice }),
    values,
    ...(limits && { limits }),
    ...(forecast && { forecast }),
  }
}

function statusJson(status: Status): Json {
  return { status: status === 'unknown' ? 'warn' : status, standing: status }
}

function timesOf({ since, lookedAt }: CheckState, { now }: Scene): Json {
  if (lookedAt === null) return { time: iso(now), since: iso(since) }
  return { time: iso(lookedAt), since: iso(since), age: round(Math.max(0, now - lookedAt) / 1000) }
}

const UNITS: readonly (readonly [ending: string, unit: string])[] = [
  ['_seconds', 's'],
  ['_bytes', 'bytes'],
  ['_ratio', 'ratio'],
  ['_percent', 'percent'],
]

function unitOf(valueName: string): string {
  return UNITS.find(([ending]) => valueName.endsWith(ending))?.[1] ?? valueName.slice(valueName.lastIndexOf('_') + 1)
}

const iso = (at: number) => new Date(at).toISOString()
const round = (seconds: number) => Math.round(seconds * 1000) / 1000
