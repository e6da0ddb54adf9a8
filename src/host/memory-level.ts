import { inBytes } from '../core/byte-size.ts'
import type { Forecast } from '../core/check.ts'
import { edgesOf, grade, type Limits, limitsInWords } from '../core/limits.ts'
import { isWorse, type Judged, type Status, worst } from '../core/status.ts'
import { apart, inPercent, inWords } from '../core/wording.ts'
import { type Rise, riseOf } from '../stats/rise.ts'
import { NO_POINTS, type Series, stretchOf } from '../stats/series.ts'
import type { Ceiling } from './memory-signals.ts'

/** How near memory is to where it ends, and when it will be there if it rises fast. */
export interface Level {
  readonly status: Judged
  /** From the percentage on. */
  readonly because: string
  readonly forecast?: Forecast
}

export interface Height {
  readonly usedBytes: number
  /** What it can have risen to since that was seen: all that is in use now, garbage included. Default: no more. */
  readonly mostBytes?: number
  readonly ceiling: Ceiling
  /** The ceiling as the end of a sentence: `at which V8 gives up`. */
  readonly words: string
  /** When it was looked at, in milliseconds. */
  readonly at: number
  /** What the last minute's looks saw, over the same milliseconds; asked for where it may rise. The newest may be older than the look. */
  readonly levels: () => Series
}

/** What rises fast is judged by where it will be when patience is through, but only once it has come this far. */
const RISE_COUNTS_FROM = 0.5
/** From here on a rise that will be at the limit for failing by then fails now. */
const RISE_FAILS_FROM = 0.7
/** A fast rise waits neither for the looks of patience nor for the time that leaving in good order takes. */
const AHEAD = { steps: 3, time: 15_000 }
/** Over a limit already, the newest looks alone may show a rise: it may have begun too late for the whole minute to agree. */
const NEWEST_LOOKS = 5

/** @param limits as shares of the ceiling; `said` of the same part by the last verdict */
export function levelOf(height: Height, limits: Limits, said?: Status): Level {
  const { usedBytes, mostBytes = usedBytes, ceiling, words, at, levels } = height
  const { bytes } = ceiling
  const ratio = usedBytes / bytes
  const now = grade(ratio, limits, said)
  const room = roomAbove(now, limits) * bytes - usedBytes
  const points = ratio >= RISE_COUNTS_FROM ? levels() : NO_POINTS
  const rise = riseIn(points, now, Math.max(0, room))
  // It has risen on since it was last seen, as far as what is in use allows: the heap's level is known at collections only.
  const risen = rise ? Math.min(rise.slope * (at - (points.times.at(-1) ?? at)), Math.max(0, mostBytes - usedBytes)) : 0
  const soon = rise ? grade((usedBytes + risen + rise.slope * rise.ahead) / bytes, limits) : 'pass'
  const status = worst([now, soon === 'fail' && ratio < RISE_FAILS_FROM ? 'warn' : soon])
  const forecast = rise && forecastOf(rise, usedBytes + risen, ceiling)
  const rising =
    rise && forecast ? risingWords(rise, forecast, risen > 0.02 * bytes ? usedBytes + risen : undefined) : ''
  const word = apart(inPercent, ratio, edgesOf(limits))
  const next = nextWords(status, now, ratio, limits, word)
  return {
    status,
    because: `${word(ratio)} of ${inBytes(bytes)} ${words}${rising}${next}`,
    ...(forecast && { forecast }),
  }
}

/** What comes next; and of a share that is not yet over the limit for what is said of it, that it is said early. */
function nextWords(
  status: Judged,
  now: Judged,
  ratio: number,
  limits: Limits,
  word: (share: number) => string,
): string {
  if (!isWorse(status, now)) return `; ${limitsInWords(status, ratio, limits, word)}`
  const [warn, fail] = [word(limits.warnAt), word(limits.failAt)]
  return status === 'fail'
    ? `, so it fails already, though below ${fail}`
    : `, so it warns already, though below ${warn}; fails at ${fail}`
}

/** What would be worse than now, as a share of the ceiling. */
function roomAbove(now: Judged, { warnAt, failAt }: Limits): number {
  return { pass: warnAt, warn: failAt, fail: 1 }[now]
}

function riseIn(points: Series, now: Judged, room: number): Rise | undefined {
  const inAll = riseOf(points, AHEAD, room)
  return inAll || now === 'pass' ? inAll : riseOf(stretchOf(points, -NEWEST_LOOKS), AHEAD, room)
}

/** @param by what it has risen to since it was seen, where that is much */
function risingWords({ slope }: Rise, { etaSeconds: [, likely] }: Forecast, by?: number): string {
  const since = by === undefined ? '' : `, to some ${inBytes(by)} by now`
  return `, rising by ${inBytes(slope * 1000)}/s${since}${likely > 0 ? `: full in ${inWords(likely * 1000)}` : ''}`
}

/** Where the end may come at the fastest and the likely slope, and where it surely comes at the slowest. */
function forecastOf({ low, slope, high }: Rise, level: number, { limit, bytes, endBytes }: Ceiling): Forecast {
  const secondsTo = (end: number, rise: number) => Math.max(0, end - level) / rise / 1000
  return { limit, etaSeconds: [secondsTo(bytes, high), secondsTo(bytes, slope), secondsTo(endBytes, low)] }
}
