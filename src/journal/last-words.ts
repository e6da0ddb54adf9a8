import { answer, DECAY } from '../core/answer.ts'
import { inBytes } from '../core/byte-size.ts'
import type { Cure, Forecast, Values } from '../core/check.ts'
import type { Draw } from '../core/draw.ts'
import { withoutAgain } from '../core/remedy.ts'
import { cut } from '../core/setup-error.ts'
import type { CheckState, Snapshot } from '../core/snapshot.ts'
import { inNumber, inPercent, inWords } from '../core/wording.ts'

/** So they begin once what they told of has passed. */
export const HEALTHY_AGAIN = 'healthy again'

/** So it begins where failed draws are why, and so what is told of each thing that was noted. */
export const DRAWN = 'heartbeat failed'
export const NOTED = 'noted: '

/** What is known when last words are spoken. */
export interface Parting {
  readonly snapshot: Snapshot
  /** Which cures the heartbeat asks about. */
  readonly asks: readonly Cure[]
  /** The last draw of the chapter's counter, and how many have failed one after another; absent where there is none. */
  readonly draws?: { readonly last: Draw; readonly failedInARow: number }
  /** An error that nothing caught, in words: `uncaught Error: …`. */
  readonly uncaught?: string
  /** More to say, one sentence each: a stall, a diagnostic report. */
  readonly notes?: readonly string[]
  readonly uptimeSeconds: number
  /** How the run before ended, in one sentence. */
  readonly previous?: string
}

/** As much as the kubelet keeps. */
const LIMIT_BYTES = 4096

/** No sentence, and no list of values, is to push out everything else. */
const LONGEST_LINE = 500

/** This many of what stood then are told; the others are counted. */
const MOST_TOLD = 3

/** This many values of a check are told; the names are its own, so it orders them. */
const MOST_VALUES = 12

/**
 * The reasons of a run that may end: worst first, so that the first line alone says why. Plain lines, which `kubectl describe pod` shows as
 * they are; at most 4 KiB, the least important left out and counted.
 * @param otherwise what stands there in place of reasons, where there are none
 */
export function lastWords(parting: Parting, otherwise = 'nothing is failing'): string {
  const reasons = reasonsIn(parting)
  const first = reasons.length > 0 ? reasons : [otherwise]
  return fitted([...first, ...restOf(parting)], closingOf(parting))
}

/** Why a run may end, in one sentence; undefined where nothing stands against it. */
export function whyOf(parting: Parting): string | undefined {
  const reasons = reasonsIn(parting)
  const [first] = reasons
  return first === undefined ? undefined : `${first}${reasons.length > 1 ? `; and ${reasons.length - 1} more` : ''}`
}

/** What stood when a run is stopped that nothing ends: what fails, else what warns or was noted; undefined where all is well. */
export function standingOf(parting: Parting, notes: readonly string[] = []): string | undefined {
  const why = whyOf(parting)
  const warned = parting.snapshot.checks.filter(({ status }) => status === 'warn')
  // What was noted is what users and probes met with; a warning may be of a minute ago.
  const all = [
    ...notes.map((note) => `${NOTED}${note}`),
    ...warned.map(({ name, because }) => `warned: ${name}: ${because}`),
  ]
  if (why !== undefined || all.length === 0) return why
  const more = all.length > MOST_TOLD ? `; and ${all.length - MOST_TOLD} more` : ''
  return `${oneLine(all.slice(0, MOST_TOLD).join('; '))}${more}; no check was failing`
}

/** What stands against the run: an error, what liveness objects to, the draws, what else the heartbeat objects to. */
function reasonsIn({ snapshot, asks, draws, uncaught }: Parting): readonly string[] {
  const { objections } = answer('heartbeat', snapshot, { asks, draining: false })
  const live = answer('live', snapshot, { asks, draining: false }).objections
  const others = objections.filter(({ name }) => !live.some((one) => one.name === name))
  return [
    ...(uncaught === undefined ? [] : [uncaught]),
    ...live.map(({ name, because }) => `${name}: ${because}`),
    ...(draws && draws.failedInARow > 0 ? [drawnWords(draws)] : []),
    ...others.map(({ name, because }) => `${name}: ${because}`),
  ].map(oneLine)
}

function drawnWords({ last, failedInARow }: NonNullable<Parting['draws']>): string {
  const cause = last.onPurpose ? 'made to fail on purpose, by a fault that somebody set' : `${DECAY} ${last.percent}%`
  return `${DRAWN} ${inNumber(failedInARow, 'time')}: ${cause}`
}

/** What stands behind the reasons, and what is not yet one. */
function restOf({ snapshot }: Parting): readonly string[] {
  const said = (status: CheckState['status']) => snapshot.checks.filter((check) => check.status === status)
  return [
    ...said('fail').flatMap((check) => detailsOf(check, snapshot.at)),
    ...said('warn').map(({ name, because }) => oneLine(`warns: ${name}: ${because}`)),
    ...said('unknown').map(({ name, because }) => oneLine(`unknown: ${name}: ${because}`)),
  ]
}

function detailsOf({ name, since, values, parts, forecast }: CheckState, at: number): readonly string[] {
  const failing = parts.filter(({ status }) => status === 'fail').flatMap((part) => part.forecast ?? [])
  const forecasts = new Set([forecast, ...failing].flatMap((one) => (one ? [forecastWords(one)] : [])))
  const shown = valueWords(values)
  return [
    oneLine(`${name} has failed for ${inWords(Math.max(0, at - since))}${shown === '' ? '' : `, with ${shown}`}`),
    ...[...forecasts].map((words) => oneLine(`${name} ${words}`)),
  ]
}

function forecastWords({ limit, etaSeconds: [soonest, likely, latest] }: Forecast): string {
  const [from, about] = [inWords(soonest * 1000), inWords(likely * 1000)]
  const to = latest === null ? 'or never' : `at the latest ${inWords(latest * 1000)}`
  return `reaches ${limit} in ${about} (${from} at the soonest, ${to})`
}

function valueWords(values: Values): string {
  return Object.entries(values)
    .slice(0, MOST_VALUES)
    .map(([name, value]) => `${name} ${inUnit(name, value)}`)
    .join(', ')
}

/** A value's name ends in its unit. */
function inUnit(name: string, value: number): string {
  if (name.endsWith('_bytes')) return inBytes(value)
  if (name.endsWith('_ratio')) return inPercent(value)
  if (name.endsWith('_seconds')) return inWords(value * 1000)
  return String(Number(value.toPrecision(6)))
}

function closingOf({ notes = [], uptimeSeconds, previous }: Parting): readonly string[] {
  const up = `up for ${inWords(uptimeSeconds * 1000)}`
  return [...notes, up, ...(previous === undefined ? [] : [previous])].map(oneLine)
}

/** A reason may carry what users wrote: it is one line, and steers no terminal. Who reads it reads of a run that is over. */
function oneLine(text: string): string {
  return cutAtClause(withoutAgain(text).replace(/[\p{Cc}\s]+/gu, ' '), LONGEST_LINE)
}

/** A sentence that is cut in its middle says less than its clauses, or another thing. Cut anywhere where there is no clause's end late enough. */
function cutAtClause(text: string, longest: number): string {
  const kept = text.slice(0, longest - 3)
  const ends = ['; ', ', '].map((end) => ({ end, at: kept.lastIndexOf(end) }))
  const last = ends.find(({ at }) => at > longest / 2)
  return text.length <= longest || !last ? cut(text, longest) : `${kept.slice(0, last.at)}${last.end}…`
}

/** The lines that there is room for, how many there is none for, and the closing ones. Should even those be too long, the last two stay. */
function fitted(lines: readonly string[], closing: readonly string[]): string {
  const [kept, last] = [[...lines], [...closing]]
  const text = () => {
    const left = lines.length - kept.length
    return [...kept, ...(left > 0 ? [`… and ${inNumber(left, 'line')} more`] : []), ...last].join('\n')
  }
  while (kept.length > 1 && Buffer.byteLength(text()) > LIMIT_BYTES) kept.pop()
  while (last.length > 2 && Buffer.byteLength(text()) > LIMIT_BYTES) last.shift()
  return text()
}
