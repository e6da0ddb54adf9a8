import { inBytes } from '../core/byte-size.ts'
import type { Forecast } from '../core/check.ts'
import { grade, type Limits } from '../core/limits.ts'
import { type Judged, type Status, worst } from '../core/status.ts'
import { inPercent, inWords } from '../core/wording.ts'
import { type Rise, riseOf } from '../stats/rise.ts'
import type { Point } from '../stats/theil-sen.ts'
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
  readonly ceiling: Ceiling
  /** The ceiling as the end of a sentence: `at which V8 gives up`. */
  readonly words: string
  /** The looks of the last minute, over milliseconds; asked for where it may rise. */
  readonly levels: () => readonly Point[]
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
export function levelOf({ usedBytes, ceiling, words, levels }: Height, limits: Limits, said?: Status): Level {
  const { bytes } = ceiling
  const ratio = usedBytes / bytes
  const now = grade(ratio, limits, said)
  const room = roomAbove(now, limits) * bytes - usedBytes
  const rise = ratio >= RISE_COUNTS_FROM ? riseIn(levels(), now, Math.max(0, room)) : undefined
  const soon = rise ? grade((usedBytes + rise.slope * rise.ahead) / bytes, limits) : 'pass'
  const status = worst([now, soon === 'fail' && ratio < RISE_FAILS_FROM ? 'warn' : soon])
  const next = status === 'pass' ? `warns at ${inPercent(limits.warnAt)}` : `fails at ${inPercent(limits.failAt)}`
  const rising = rise ? risingWords(rise, bytes - usedBytes) : ''
  return {
    status,
    because: `${inPercent(ratio)} of ${inBytes(bytes)} ${words}${rising}; ${next}`,
    ...(rise && { forecast: forecastOf(rise, usedBytes, ceiling) }),
  }
}

/** What would be worse than now, as a share of the ceiling. */
function roomAbove(now: Judged, { warnAt, failAt }: Limits): number {
  return { pass: warnAt, warn: failAt, fail: 1 }[now]
}

function riseIn(points: readonly Point[], now: Judged, room: number): Rise | undefined {
  const inAll = riseOf(points, AHEAD, room)
  return inAll || now === 'pass' ? inAll : riseOf(points.slice(-NEWEST_LOOKS), AHEAD, room)
}

function risingWords({ slope }: Rise, leftBytes: number): string {
  return `, rising by ${inBytes(slope * 1000)}/s${leftBytes > 0 ? `: full in ${inWords(leftBytes / slope)}` : ''}`
}

/** Where the end may come at the fastest and the likely slope, and where it surely comes at the slowest. */
function forecastOf({ low, slope, high }: Rise, usedBytes: number, { limit, bytes, endBytes }: Ceiling): Forecast {
  const secondsTo = (end: number, rise: number) => Math.max(0, end - usedBytes) / rise / 1000
  return { limit, etaSeconds: [secondsTo(bytes, high), secondsTo(bytes, slope), secondsTo(endBytes, low)] }
}
