import { kendall } from './kendall.ts'
import { medianAbsoluteDeviation } from './median.ts'
import { bucketMinima } from './minima.ts'
import { type Line, type Point, senSlope, theilSen } from './theil-sen.ts'

/** How far to look back, and how far ahead that entitles to look. In the time units of the points. */
export interface Window {
  readonly length: number
  readonly horizon: number
  /** A growth must have shown itself this long ago, too: three bursts in a row look like one for a moment. */
  readonly standing: number
  /** How many horizons later at most the limit must surely be reached; absent: whenever. A short window full of bursts is never sure. */
  readonly sureWithin?: number
}

/** Where a growth may end, and where it does: V8 may give up at 80 % of its limit, and has at all of it. */
export interface Limit {
  readonly from: number
  /** At least `from`. */
  readonly to: number
}

/** A growth that reaches its limit within the horizon of the window that shows it. Times are from `now`. */
export interface Outlook {
  readonly soonest: number
  /** Until the middle of the limit. */
  readonly likely: number
  /** Until the end is certain; null when it may never come. */
  readonly latest: number | null
  /** Until the limit is surely reached, where the end may come; null likewise. Without a further end the same as `latest`. */
  readonly due: number | null
  /** Value units per time unit. */
  readonly slope: number
  /** Where the line stands at the newest point. */
  readonly level: number
  /** The window that speaks: the one with the nearest end. */
  readonly window: Window
}

/** Floors are compared bucket by bucket: 32 of them keep all pairs cheap. */
const BUCKETS = 32
/** A line through fewer points says little. */
const FEWEST_POINTS = 5
/** Close under the limit there is no room left to work in: what is likely is forecast to 97 % of it. */
const FULL = 0.97
/** What the interval is widened by, beyond what the slopes themselves show. */
const HASTE = 1.15
const DELAY = 0.85
/** A growth whose newer half is slower is expected to go on at no less than this share of its whole slope. */
const SLOWING = 0.5
/** Half of all pairs lie further apart than this share of the whole: so a slope is at most the range of values over it. */
const NEAREST_HALF = 1 / 6
/** One-sided 0.1 %. */
const Z_999 = 3.09

/**
 * When a value whose floor grows will reach a limit: by robust lines over several windows, each of which may only look as far ahead
 * as its horizon. A growth counts when it is significant (ranks, or a steady rise that is large) and material (large against the
 * limit and against its own noise).
 * @param points in the order of time
 * @returns undefined when nothing that was watched long enough grows so
 * @see Machida et al. 2013, on the false alarms of Mann–Kendall alone in software ageing: hence `material` and the horizon
 */
export function foresee(
  points: readonly Point[],
  now: number,
  limit: Limit,
  windows: readonly Window[],
): Outlook | undefined {
  const outlooks = windows.flatMap((window) => {
    const outlook = outlookOf(floorsIn(points, now, window), now, limit, window)
    const before = now - window.standing
    return outlook && outlookOf(floorsIn(points, before, window), before, limit, window) ? [outlook] : []
  })
  const [first] = outlooks.sort((a, b) => a.likely - b.likely)
  if (!first) return undefined
  return {
    ...first,
    soonest: Math.min(...outlooks.map(({ soonest }) => soonest)),
    latest: outlooks.map(({ latest }) => latest).reduce(later),
    due: outlooks.map(({ due }) => due).reduce(later),
  }
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

/** The window's floors, or nothing when it is not filled well enough to speak. */
function floorsIn(points: readonly Point[], now: number, { length }: Window): readonly Point[] {
  const floors = bucketMinima(points, now - length, now, BUCKETS)
  const [oldest, newest] = [floors[0], floors.at(-1)]
  const filled = oldest && newest && newest.t - oldest.t >= 0.6 * length && now - newest.t < 0.4 * length
  return filled && floors.length >= FEWEST_POINTS ? floors : []
}

function outlookOf(floors: readonly Point[], now: number, limit: Limit, window: Window): Outlook | undefined {
  const growth = mayReach(floors, limit.from, window) ? growthOf(floors, limit.from) : undefined
  if (!growth) return undefined
  const { line, recent, level, newestAt } = growth
  const head = Math.max(0, FULL * limit.from - level)
  const pace = Math.min(line.slope, Math.max(recent, SLOWING * line.slope))
  const least = DELAY * Math.min(line.low > 0 ? line.low : line.slope / 2, recent, line.slope)
  const surely = (way: number) => (least > 0 ? way / least : null)
  const due = surely(head)
  const sure = window.sureWithin === undefined || (due ?? Number.POSITIVE_INFINITY) < window.sureWithin * window.horizon
  if (head / pace >= window.horizon || !sure) return undefined
  const passed = now - newestAt
  const fromNow = (time: number | null) => (time === null ? null : Math.max(0, time - passed))
  return {
    soonest: Math.max(0, head / (HASTE * Math.max(line.high, recent, line.slope)) - passed),
    likely: Math.max(0, (head + (limit.to - limit.from) / 2) / pace - passed),
    latest: fromNow(surely(Math.max(head, limit.to - level))),
    due: fromNow(due),
    slope: line.slope,
    level,
    window,
  }
}

/** Whether the range of values leaves it possible at all that a line through them ends within the horizon: mostly not, and cheap to ask. */
function mayReach(floors: readonly Point[], limit: number, { horizon }: Window): boolean {
  const [oldest, newest] = [floors[0], floors.at(-1)]
  if (!oldest || !newest) return false
  let [low, high] = [oldest.v, oldest.v]
  for (const { v } of floors) {
    if (v < low) low = v
    if (v > high) high = v
  }
  const steepest = (high - low) / (NEAREST_HALF * (newest.t - oldest.t))
  return FULL * limit - high - (high - low) < steepest * horizon
}

interface Growth {
  readonly line: Line
  /** The slope of the newer half. */
  readonly recent: number
  readonly level: number
  readonly newestAt: number
}

/** The line of a growth that counts. The ranks are asked first: they cost a tenth of the line, and mostly say no. */
function growthOf(floors: readonly Point[], limit: number): Growth | undefined {
  const [oldest, newest] = [floors[0], floors.at(-1)]
  if (!oldest || !newest) return undefined
  const n = floors.length
  const { tau, z } = kendall(floors)
  const ranked = n >= 8 && z > Z_999
  const steady = tau >= (n === FEWEST_POINTS ? 1 : 0.9)
  if (!ranked && !steady) return undefined
  const line = theilSen(floors)
  if (!line || line.slope <= 0) return undefined
  const rise = line.slope * (newest.t - oldest.t)
  const noise = medianAbsoluteDeviation(floors.map(({ t, v }) => v - line.slope * t))
  const significant = (ranked && line.low > 0) || (steady && rise > 0.06 * limit && rise > 8 * noise)
  if (!significant || rise <= Math.max(0.015 * limit, 3 * noise)) return undefined
  const recent = senSlope(floors.slice(n >> 1)) ?? line.slope
  return { line, recent, level: line.intercept + line.slope * newest.t, newestAt: newest.t }
}
