import { type Answer, DECAY, shownChecks, unmatched } from '../core/answer.ts'
import type { Draw } from '../core/draw.ts'
import type { CheckHistory } from '../core/history.ts'
import type { CheckState } from '../core/snapshot.ts'
import { attemptsJson } from './attempts-json.ts'
import { checksJson, iso, round } from './check-json.ts'
import { historyJson } from './history-json.ts'
import type { Scene } from './scene.ts'
import { inPoints, WITHHELD } from './text.ts'

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
    ...(open && { version, ...(releaseId !== undefined && { releaseId }), serviceId }),
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
