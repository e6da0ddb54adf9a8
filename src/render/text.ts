import { type Answer, DECAY, shownChecks, unmatched } from '../core/answer.ts'
import type { Draw } from '../core/draw.ts'
import type { CheckHistory } from '../core/history.ts'
import { hasSay, type Objection, objects, type Probe } from '../core/probe.ts'
import type { CheckState } from '../core/snapshot.ts'
import { byWorse, type Status } from '../core/status.ts'
import { inOneLine } from '../core/wording.ts'

/** What somebody who may not know the reason is told. */
export const WITHHELD = 'reason withheld'

/** The kubelet reads 10 KiB of an answer and closes the connection; lines stop well before. */
const LINES_BYTES = 8 * 1024

/** The route of each probe, without its slash. */
export const PROBE_ROUTES: Readonly<Record<Probe, string>> = {
  heartbeat: 'healthz',
  live: 'livez',
  ready: 'readyz',
  startup: 'startupz',
}

/** `OK 2%` or `Server Error 44%` (`OK`, `Service Unavailable` where there is no counter), then a line for each objection. */
export function answerText(answer: Answer, open: boolean): string {
  const missed = unmatched(answer).map(unmatchedLine)
  if (answer.objections.length + missed.length === 0) return `${firstLine(answer)}\n`
  const lines = answer.objections.map((objection) => objectionLine(objection, open))
  return `${[firstLine(answer), ...fitted(lines), ...missed.slice(0, 5)].join('\n')}\n`
}

/** The same with one line for every check, and the verdict in words at the end. */
export function verboseText(answer: Answer, open: boolean): string {
  const checks = shownChecks(answer).map((check) => ({ line: checkLine(answer, check, open), status: check.status }))
  const drain = answer.objections.filter(({ name }) => !answer.snapshot.byName.has(name))
  const lines = [...drawLines(answer), ...drain.map(({ name, because }) => failed(name, because, open))]
  const verdict = `${PROBE_ROUTES[answer.probe]} check ${answer.passed ? 'passed' : 'failed'}`
  const missed = unmatched(answer).slice(0, 5).map(unmatchedLine)
  return `${[firstLine(answer), ...lines, ...fittedWorstFirst(checks), ...missed, verdict].join('\n')}\n`
}

/** One check alone: the line of the verbose form, then its parts, then its last looks, oldest first; the newest stay where not all fit. */
export function checkText(check: CheckState, open: boolean, history?: CheckHistory): string {
  const parts = open
    ? check.parts.map((part) => `  ${statusLine(inOneLine(part.subject), part.status, part.because, open)}`)
    : []
  const looks = (history?.looks ?? []).map(({ at, sighting, because }) => {
    return `  ${new Date(at).toISOString()} ${sighting}: ${because}`
  })
  const shown = fitted(parts, looks.length > 0 ? LINES_BYTES / 2 : LINES_BYTES)
  const newest = fitted(looks.toReversed(), LINES_BYTES - Buffer.byteLength(shown.join('\n'))).toReversed()
  return `${[statusLine(check.name, check.status, check.because, open), ...shown, ...newest].join('\n')}\n`
}

function firstLine({ probe, passed, draw }: Answer): string {
  const percent = draw ? ` ${inPoints(draw)}%` : ''
  if (passed) return `OK${percent}`
  return probe === 'heartbeat' ? `Server Error${percent}` : 'Service Unavailable'
}

/** Steps such as 0.1 add up to 0.30000000000000004. */
export function inPoints({ percent }: Draw): number {
  return Number.isInteger(percent) ? percent : Number(percent.toFixed(6))
}

function objectionLine({ name, because }: Objection, open: boolean): string {
  return `${name}: ${open ? because : WITHHELD}`
}

function drawLines({ draw, question }: Answer): readonly string[] {
  if (!draw) return []
  if (question.exclude?.has(DECAY)) return [excluded(DECAY)]
  return [draw.failed ? `[-]${DECAY} failed: the draw at ${inPoints(draw)}% failed` : `[+]${DECAY} ok`]
}

function checkLine(answer: Answer, check: CheckState, open: boolean): string {
  const { probe, question } = answer
  if (question.exclude?.has(check.name)) return excluded(check.name)
  if (probe === 'startup' || (probe === 'ready' && !check.looked)) {
    return check.looked ? `[+]${check.name} ok` : failed(check.name, check.because, open)
  }
  const unasked = open && objects(probe, check) && !hasSay(probe, check, question.asks)
  return statusLine(check.name, check.status, check.because, open, unasked ? ', not asked here' : '')
}

function statusLine(name: string, status: Status, because: string, open: boolean, note = ''): string {
  if (status === 'pass') return `[+]${name} ok`
  const [mark, word] = WORDS[status]
  return `[${mark}]${name} ${word}${note}: ${open ? because : WITHHELD}`
}

const WORDS = { warn: ['!', 'warn'], unknown: ['?', 'unknown'], fail: ['-', 'failed'] } as const

const failed = (name: string, because: string, open: boolean) => statusLine(name, 'fail', because, open)
const excluded = (name: string) => `[+]${name} excluded: ok`
const unmatchedLine = (name: string) => `exclude=${inOneLine(name).slice(0, 63)}: no check here has this name`

function fittedWorstFirst(checks: readonly { line: string; status: Status }[]): readonly string[] {
  const lines = checks.map(({ line }) => line)
  const kept = fitted(lines)
  if (kept.length === lines.length) return kept
  const sorted = checks.toSorted((a, b) => byWorse(a.status, b.status))
  return fitted(sorted.map(({ line }) => line))
}

/** As many lines as fit, then how many more there are. */
function fitted(lines: readonly string[], most = LINES_BYTES): readonly string[] {
  let bytes = 0
  for (const [index, line] of lines.entries()) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > most) return [...lines.slice(0, index), `… and ${lines.length - index} more`]
  }
  return lines
}
