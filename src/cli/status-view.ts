import { byWorse, isWorse } from '../core/status.ts'
import { inWords } from '../core/wording.ts'
import { humanDuration } from '../rehearse/kubelet/human-duration.ts'
import { type Line, type Piece, padTo, widthOf, wrap } from './display.ts'
import { sparkline } from './sparkline.ts'
import { STATUS_COLOURS } from './status-colours.ts'
import type { ReportedCheck, ReportedPart, ReportedRun, StatusReport } from './status-report.ts'

/** Cells of a check's chart: at one point every 10 s the last four minutes, drawn together when there are more. */
const CHART_WIDTH = 24
const STATUS_WIDTH = 9
/** Attempts at remedies that are shown of a check. */
const MOST_ATTEMPTS = 3
const INDENT = ' '.repeat(STATUS_WIDTH)

/**
 * A report for people: the verdict, then every check, the worst first: status, for how long, its history, and the sentence. What is not
 * a pass says in whole why, since when, when it will be fatal, and what cures it.
 * @param columns of the terminal; without an end where nothing is to be cut or broken
 */
export function statusView(report: StatusReport, columns: number): readonly Line[] {
  const now = nowOf(report)
  const name = Math.max(5, ...report.checks.map((check) => widthOf(check.name)))
  const worstFirst = report.checks.toSorted((a, b) => byWorse(a.status, b.status))
  const shown = { columns, now, nameWidth: name }
  return [
    ...verdict(report, columns),
    // Above the checks: they may all pass while users get errors.
    ...report.notes.flatMap((note) => labelled('note', note, columns)),
    [],
    ...(report.checks.length > 0 ? [header(report, name)] : []),
    ...worstFirst.flatMap((check) => checkLines(check, report, shown)),
    ...(report.run ? [[], ...runLines(report.run, columns)] : []),
  ]
}

interface Shown {
  readonly columns: number
  /** Milliseconds since 1970, by the service's clock where it tells. */
  readonly now: number | undefined
  readonly nameWidth: number
}

/** Ages are counted by the service's own clock: this machine's may go wrong by more than they are. */
function nowOf({ run }: StatusReport): number | undefined {
  return run && Date.parse(run.startedAt) + run.uptimeSeconds * 1000
}

function verdict(
  { status, output, percent, release, instance, url, description }: StatusReport,
  columns: number,
): Line[] {
  // Whose release: the service's own, which may be anybody's with failweb in it.
  const who = [release && `release ${release}`, instance && `on ${instance}`].filter(Boolean).join(' ')
  const counter = percent === undefined ? '' : `, counter at ${percent}%`
  const first: Line = [
    { text: padTo(status.toUpperCase(), STATUS_WIDTH), colour: STATUS_COLOURS[status] },
    { text: `${who && `${who}, `}${url}${counter}`, colour: 'bold' },
  ]
  return [first, ...indented(description, columns, 'dim'), ...indented(output, columns)]
}

function header({ withheld }: StatusReport, nameWidth: number): Line {
  const start = `${padTo('STATUS', STATUS_WIDTH)}${padTo('CHECK', nameWidth)}`
  return [
    { text: withheld ? start : `${start}  ${padTo('FOR', 6)}  ${padTo('HISTORY', CHART_WIDTH)}  SEEN`, colour: 'dim' },
  ]
}

function checkLines(check: ReportedCheck, { withheld, attempts }: StatusReport, shown: Shown): Line[] {
  const { name, status, history } = check
  const start: Line = [
    { text: padTo(status, STATUS_WIDTH), colour: STATUS_COLOURS[status] },
    { text: padTo(name, shown.nameWidth) },
  ]
  if (withheld) return [start]
  const { limits } = worstPart(check)
  const chart = sparkline(history, { width: CHART_WIDTH, ...(limits && { limits }) })
  const age = padTo(ageOf(check, shown.now), 6)
  const line: Line = [...start, { text: `  ${age}  ` }, ...chart, { text: `  ${summary(check)}` }]
  return [line, ...details(check, shown.columns), ...tried(name, attempts, shown.columns)]
}

function worstPart({ parts }: ReportedCheck): ReportedPart {
  return parts.reduce((worst, part) => (isWorse(part.status, worst.status) ? part : worst), parts[0] ?? NOTHING)
}

const NOTHING: ReportedPart = { status: 'unknown' }

/** What is well is said in the check's own line; what is not has lines of its own. */
function summary(check: ReportedCheck): string {
  if (check.status !== 'pass') return ''
  const more = check.parts.length - 1
  return `${worstPart(check).because ?? ''}${more > 0 ? ` (and ${more} more)` : ''}`
}

function details(check: ReportedCheck, columns: number): Line[] {
  const { status, since, cure, advice, parts } = check
  const telling = parts.filter(
    (part) => part.status !== 'pass' || part.forecast || (status !== 'pass' && parts.length === 1),
  )
  const sentences = [
    ...sentencesOf(check, telling).flatMap((sentence) => indented(sentence, columns)),
    ...telling.flatMap((part) => indented(forecastOf(part), columns, 'yellow')),
  ]
  if (status === 'pass') return sentences
  const cured = cure === undefined ? '' : `; cured by ${CURES[cure] ?? cure}`
  const when = since === undefined ? '' : `since ${timeOf(since)}${cured}`
  return [...sentences, ...indented(advice, columns), ...indented(when, columns, 'dim')]
}

/** What was tried for it last, newest first. */
function tried(name: string, attempts: StatusReport['attempts'], columns: number): Line[] {
  const own = attempts.filter(({ check }) => check === name).slice(-MOST_ATTEMPTS)
  return own.toReversed().flatMap(({ time, told }) => indented(`tried ${timeOf(time)}: ${told}`, columns))
}

/** The check's own sentence, and what its parts add. Of one that cannot tell, the parts are as they were before. */
function sentencesOf({ status, because }: ReportedCheck, telling: readonly ReportedPart[]): readonly string[] {
  if (status === 'unknown' && because !== undefined) return [because]
  const worse = telling.filter((part) => status !== 'pass' || part.status !== 'pass').map(sentenceOf)
  const all = because === undefined ? worse : [because, ...worse]
  const isSaid = (sentence: string, at: number) =>
    all.some((other, index) => index !== at && other.includes(sentence) && (other !== sentence || index < at))
  return all.filter((sentence, at) => !isSaid(sentence, at))
}

function sentenceOf({ subject, because }: ReportedPart): string {
  // `/var/log (contents)`: what is in brackets tells subjects apart, and sentences need not repeat it.
  const isNamed = subject === undefined || because?.includes(subject.replace(/ \([^)]*\)$/, ''))
  return isNamed ? (because ?? '') : `${subject}: ${because}`
}

function forecastOf({ subject, forecast }: ReportedPart): string {
  if (!forecast) return ''
  const [soonest, likely, latest] = forecast.etaSeconds.map((seconds) =>
    seconds === null ? 'never' : inWords(seconds * 1000),
  )
  const who = subject === undefined ? '' : `${subject} `
  return `${who}reaches ${forecast.limit} in about ${likely}: ${soonest} at the soonest, ${latest} at the latest`
}

const CURES: Readonly<Record<string, string>> = {
  restart: 'a restart',
  wait: 'time, or less traffic',
  person: 'a person',
}

function runLines({ startedAt, uptimeSeconds, previous }: ReportedRun, columns: number): Line[] {
  const now = labelled('run', `up ${humanDuration(uptimeSeconds * 1000)}, since ${timeOf(startedAt)}`, columns)
  if (!previous) return now
  const { endedAt, livedSeconds, why, exit } = previous
  const lived = `lived ${humanDuration(livedSeconds * 1000)}, ended ${timeOf(endedAt)} (${exit}): ${why}`
  return [...now, ...labelled('before', lived, columns)]
}

function labelled(label: string, text: string, columns: number): Line[] {
  const [first, ...others] = wrap(text, columns - STATUS_WIDTH)
  return [
    [{ text: padTo(label, STATUS_WIDTH), colour: 'dim' }, { text: first ?? '' }],
    ...others.map((text) => [{ text: INDENT + text }]),
  ]
}

function indented(text: string | undefined, columns: number, colour?: Piece['colour']): Line[] {
  if (text === undefined || text === '') return []
  return wrap(text, columns - STATUS_WIDTH).map((line) => [{ text: INDENT + line, colour }])
}

function ageOf({ since }: ReportedCheck, now: number | undefined): string {
  const at = since === undefined ? Number.NaN : Date.parse(since)
  return now === undefined || Number.isNaN(at) ? '' : humanDuration(Math.max(0, now - at))
}

/** `2026-11-22T23:36:48.123Z` → `2026-11-22 23:36:48Z`, as the service wrote it: pods, logs and people are in different time zones. */
function timeOf(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}
