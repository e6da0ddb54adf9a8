import type { PreviousRun, RunEnd } from '../core/previous-run.ts'
import type { Tried } from '../core/remedy.ts'
import { inNumber, inWords } from '../core/wording.ts'
import { causeOf } from './cause.ts'
import { isTime, type Line, read, wordsIn } from './line.ts'
import { type SignOfLife, signIn } from './sign-of-life.ts'
import { stateFilesIn, tailOf, writtenAt } from './state-folder.ts'

/** What is known of a run that is over. */
export interface PastRun extends PreviousRun {
  readonly end: RunEnd
  /** Which version ran, where that is known. */
  readonly release?: string
  /** Whether its last line was torn; it is dropped. */
  readonly torn: boolean
  /** How many other lines are missing: they could not be written. */
  readonly lost: number
  /** Why its journal could not be written at the end, if so. */
  readonly trouble?: string
}

/** However large a file may be that lies there under a journal's name. */
const MOST_BYTES = 64 * 1024 ** 2

/** What the last run left behind; undefined where there was none, or it left nothing. Never throws. */
export function previousRun(folder: string): PastRun | undefined {
  return pastRuns(folder).at(-1)
}

/** Every run that the journal still knows, oldest first. Never throws. */
export function pastRuns(folder: string): readonly PastRun[] {
  const files = stateFilesIn(folder)
  const { lines, torn } = read(`${tailOf(files.older, MOST_BYTES)}\n${tailOf(files.journal, MOST_BYTES)}`)
  const sign = signIn(tailOf(files.alive, 1024))
  const runs = byRun(lines)
  // The sign of life is the last run's, and so are the last words. It may be all that there is of it.
  if (sign && sign.at > (lines.at(-1)?.at ?? '') && !runs.has(sign.run)) runs.set(sign.run, [])
  const last = [...runs.keys()].at(-1)
  const words = { text: tailOf(files.lastWords, 4096), at: writtenAt(files.lastWords) }
  return [...runs].map(([run, its]) =>
    runOf(its, { torn: torn.has(run), ...(run === last && { words }), ...(run === sign?.run && { sign }) }),
  )
}

/** One line of a log: `previous run lived 41 s and was killed: memory-growth: …`. */
export function tellPreviousRun(run: PastRun | undefined): string {
  if (!run) return 'no previous run is known'
  const torn = run.torn ? '; its last line was torn and is dropped' : ''
  const lost = run.lost > 0 ? `; ${inNumber(run.lost, 'line')} of its journal could not be written` : ''
  const trouble = run.trouble === undefined ? '' : `; ${run.trouble}`
  const killed = run.end === 'killed' ? ' and was killed' : ''
  return `previous run lived ${inWords(run.lived * 1000)}${killed}: ${run.why}${torn}${lost}${trouble}`
}

function byRun(lines: readonly Line[]): Map<string, readonly Line[]> {
  const runs = new Map<string, Map<number, Line>>()
  for (const line of lines) runs.set(line.run, (runs.get(line.run) ?? new Map<number, Line>()).set(line.n, line))
  return new Map([...runs].map(([run, its]) => [run, [...its.values()].sort((a, b) => a.n - b.n)]))
}

interface Traces {
  readonly torn: boolean
  readonly sign?: SignOfLife
  /** Last words, and when they were written: milliseconds since 1970, 0 for never. */
  readonly words?: { readonly text: string; readonly at: number }
}

const NOTHING = { at: new Date(0).toISOString(), up: 0 }

function runOf(lines: readonly Line[], { torn, sign, words }: Traces): PastRun {
  const cause = causeOf(lines, words?.text)
  const last = lines.at(-1) ?? sign ?? NOTHING
  const signed = cause.end === 'killed' && sign && sign.up > last.up ? sign : last
  const heard = cause.end === 'killed' && words?.text ? laterOf(signed, words.at) : signed
  const release = lines.find(({ entry }) => entry === 'start')?.['release']
  const [faults, tried] = [faultsIn(lines), triedIn(lines)]
  const [failing, warning] = [troubleIn(lines, 'fail'), troubleIn(lines, 'warn')]
  const failedAfter = failing?.came ?? toldAfter(lines, 'drawnAfter') ?? hungAfter(signed, heard)
  const warnedAfter = first(warning?.came, toldAfter(lines, 'notedAfter'))
  const illAfter = failedAfter === undefined ? warning?.ill : failing?.ill
  return {
    ...cause,
    startedAt: new Date(Date.parse(heard.at) - heard.up * 1000).toISOString(),
    endedAt: heard.at,
    ...(heard !== signed && cause.hung !== undefined && { guardSpoke: true }),
    lived: Math.round(heard.up * 10) / 10,
    ...(failedAfter !== undefined && { failedAfter }),
    ...(warnedAfter !== undefined && { warnedAfter }),
    ...(illAfter !== undefined && { illAfter }),
    ...(faults.length > 0 && { faults }),
    ...(tried.length > 0 && { tried }),
    ...(typeof release === 'string' && { release }),
    torn,
    lost: gapsIn(lines),
    ...(sign?.trouble !== undefined && { trouble: sign.trouble }),
  }
}

/** Of one check, in seconds after the start. */
interface Trouble {
  /** What it has come to, and when; absent while nothing is said. */
  readonly to?: string | undefined
  readonly came: number
  /** When it was first not well in this trouble. */
  readonly ill: number
}

/** When the first of what stood at a status at the end had come to that, and when the first of it was not well. */
function troubleIn(lines: readonly Line[], status: 'fail' | 'warn'): Pick<Trouble, 'came' | 'ill'> | undefined {
  const standing = new Map<string | undefined, Trouble>()
  for (const line of lines) {
    const name = wordsIn(line.entry === 'remedy' ? line['check'] : line['name'])
    const now = troubleAfter(line, standing.get(name))
    if (now) standing.set(name, now)
    else standing.delete(name)
  }
  const all = [...standing.values()].filter(({ to }) => to === status)
  if (all.length === 0) return undefined
  return { came: Math.min(...all.map(({ came }) => came)), ill: Math.min(...all.map(({ ill }) => ill)) }
}

/** A remedy is tried at the first look that sees something; what is said later than this afterwards is of another trouble. */
const EARLY_SECONDS = 120

function troubleAfter(line: Line, before: Trouble | undefined): Trouble | undefined {
  const known = before?.to === undefined && before && line.up - before.ill > EARLY_SECONDS ? undefined : before
  if (line.entry === 'remedy') return known?.to === undefined ? triedAfter(line, known) : known
  if (line.entry !== 'transition') return before
  const to = wordsIn(line['to'])
  if (to === 'pass') return undefined
  return { to, came: known && known.to === to ? known.came : line.up, ill: known?.ill ?? line.up }
}

/** An attempt is told when it has ended, and once more when it has been judged: what it helped against is over. */
function triedAfter(line: Line, before: Trouble | undefined): Trouble | undefined {
  const { helped } = line
  if (helped !== undefined) return helped === true ? undefined : before
  const begun = begunAt(line)
  return before ?? { came: begun, ill: begun }
}

/** Of an attempt, which is told when it has ended: seconds after the start. */
function begunAt({ up, tookMs }: Line): number {
  return up - (isTime(tookMs) ? tookMs / 1000 : 0)
}

/** What the run itself told of that when it stopped. */
function toldAfter(lines: readonly Line[], what: 'drawnAfter' | 'notedAfter'): number | undefined {
  const after = lines.findLast(({ entry }) => entry === 'stopping')?.[what]
  return isTime(after) ? after : undefined
}

function first(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

/** Signs come every second: when only the guard has been heard of for longer, the main thread had come to hang by the last of them. */
const HUNG_SECONDS = 5

function hungAfter(signed: Heard, heard: Heard): number | undefined {
  return heard.up - signed.up > HUNG_SECONDS ? signed.up : undefined
}

/** Those that had begun and not ended. A stop ends them, too: what ended after it began was set until then. */
function faultsIn(lines: readonly Line[]): readonly string[] {
  const stopping = lines.find(({ entry }) => entry === 'stopping')?.n ?? Number.POSITIVE_INFINITY
  const active = new Set<string>()
  for (const { entry, n, ...line } of lines) {
    if (entry !== 'fault' || n > stopping || typeof line['name'] !== 'string') continue
    if (line['active'] === true) active.add(line['name'])
    else active.delete(line['name'])
  }
  return [...active]
}

const HOUR_SECONDS = 3_600

/** An attempt is told when it has ended, and once more when it has been judged. */
function triedIn(lines: readonly Line[]): readonly Tried[] {
  const since = (lines.at(-1)?.up ?? 0) - HOUR_SECONDS
  const told = lines.filter(
    ({ entry, up, ...line }) => entry === 'remedy' && up >= since && line['result'] !== 'dry-run',
  )
  return [...new Set(told.flatMap((line) => wordsIn(line['remedy']) ?? []))].map((remedy) => {
    const its = told.filter((line) => wordsIn(line['remedy']) === remedy)
    const judgements = its.flatMap(({ helped }) => helped ?? [])
    const helped = judgements.filter((one) => one === true).length
    const judged = judgements.length
    const checks = [...new Set(its.flatMap(({ check }) => (typeof check === 'string' ? check : [])))]
    const last = its.findLast((line) => line['helped'] === undefined)
    // Of one whose first line is gone with an older half, the judgement is left.
    const times = Math.max(judged, its.length - judged)
    return { remedy, checks, times, ...(last && { after: begunAt(last) }), judged, helped }
  })
}

interface Heard {
  readonly at: string
  readonly up: number
}

/** A main thread that hangs signs no more, and its guard still speaks: the run lived as long as that. */
function laterOf(heard: Heard, spokenAt: number): Heard {
  const moreMs = spokenAt - Date.parse(heard.at)
  return moreMs > 0 ? { at: new Date(spokenAt).toISOString(), up: heard.up + moreMs / 1000 } : heard
}

/** How many numbers are missing. That there are none between the head and the next line is the rotation's doing. */
function gapsIn(lines: readonly Line[]): number {
  const numbers = lines.flatMap(({ n }) => (n === 0 ? [] : [n]))
  const [first = 1, last = 0] = [numbers[0], numbers.at(-1)]
  return last - first + 1 - numbers.length
}
