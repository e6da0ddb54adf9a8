import { type Growth, growthOf, isSteep } from './growth.ts'
import { bucketMinima } from './minima.ts'
import { NO_POINTS, type Series } from './series.ts'
import { surgeIn } from './surge.ts'

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
  /** Until the limit is surely reached, where the end may come, less the reserve; null likewise. 0 when one more surge does not fit now. */
  readonly due: number | null
  /** Value units per time unit. */
  readonly slope: number
  /** Where the line stands at the newest point. */
  readonly level: number
  /** What the largest surge of late took, with what it left behind: the room that the next one needs. 0 where there was none. */
  readonly reserve: number
  /** The window that speaks: the one with the nearest end. */
  readonly window: Window
}

/** Floors are compared bucket by bucket: 32 of them keep all pairs cheap. */
const BUCKETS = 32
/** A line through fewer points says little. */
const FEWEST_POINTS = 5
/** Of a window, how much must have been watched. */
const WATCHED = 0.6
/** Close under the limit there is no room left to work in: what is likely is forecast to 97 % of it. */
const FULL = 0.97
/** What the interval is widened by, beyond what the slopes themselves show. */
const HASTE = 1.15
const DELAY = 0.85
/** A growth whose newer half is slower is expected to go on at no less than this share of its whole slope. */
const SLOWING = 0.5
/** Half of all pairs lie further apart than this share of the whole: so a slope is at most the range of values over it. */
const NEAREST_HALF = 1 / 6
/** A surge comes and goes within two buckets of the longest window: in a window shorter than that it looks like growth. */
const SURGE_LENGTH = 2 / BUCKETS
/** Surges of less than this share of the limit are noise. */
const LEAST_SURGE = 0.015

/**
 * When a value whose floor grows will reach a limit: by robust lines over several windows, each of which may only look as far ahead
 * as its horizon. A growth counts when it is significant (ranks, or a steady rise that is large) and material (large against the
 * limit and against its own noise). Where values surge from time to time, it ends as soon as one more surge does not fit.
 * @returns undefined when nothing that was watched long enough grows so
 * @see Machida et al. 2013, on the false alarms of Mann–Kendall alone in software ageing: hence `material` and the horizon
 */
export function foresee(series: Series, now: number, limit: Limit, windows: readonly Window[]): Outlook | undefined {
  const longest = windows.reduce((long, { length }) => Math.max(long, length), 0)
  const ranges = rangesIn(series, now, windows)
  const widest = ranges.reduce((most, { low, high }) => Math.max(most, high - low), 0)
  // No surge needs more room than twice the widest range.
  const room = limit.from - 2 * widest
  const near = windows.filter((window, nth) => mayReach(ranges[nth] ?? NOTHING, room, window))
  if (near.length === 0) return undefined
  const surge = surgeIn(series, now - longest, now, BUCKETS)
  const reserve = surge.height > LEAST_SURGE * limit.from ? surge.height : 0
  const less = { from: limit.from - reserve, to: limit.to }
  const found = near.flatMap(
    (window) => standingAt(series, now, window.length < SURGE_LENGTH * longest ? limit : less, window) ?? [],
  )
  const [first] = found.sort((a, b) => a.likely - b.likely)
  if (!first) return undefined
  const full = reserve > 0 && surge.floor >= FULL * limit.from - reserve
  return {
    ...first,
    reserve,
    soonest: Math.min(...found.map(({ soonest }) => soonest)),
    latest: found.map(({ latest }) => latest).reduce(later),
    due: full ? 0 : found.map(({ due }) => due).reduce(later),
  }
}

type Ahead = Omit<Outlook, 'reserve'>

/** What a window says, if it said so some time ago, too. */
function standingAt(series: Series, now: number, limit: Limit, window: Window): Ahead | undefined {
  const ahead = aheadAt(series, now, limit, window)
  return ahead && aheadAt(series, now - window.standing, limit, window) && ahead
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

interface Range {
  readonly low: number
  readonly high: number
}

const NOTHING: Range = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY }

/** Of each window, in one go through the longest: a longer one holds all that a shorter one does. */
function rangesIn({ times, values }: Series, now: number, windows: readonly Window[]): readonly Range[] {
  const ranges = windows.map(() => NOTHING)
  const byLength = [...windows.keys()].sort((a, b) => (windows[a]?.length ?? 0) - (windows[b]?.length ?? 0))
  let [{ low, high }, i] = [NOTHING, times.length - 1]
  for (const nth of byLength) {
    const from = now - (windows[nth]?.length ?? 0)
    for (; i >= 0 && (times[i] ?? from) >= from; i--) {
      const v = values[i] ?? 0
      if (v < low) low = v
      if (v > high) high = v
    }
    ranges[nth] = { low, high }
  }
  return ranges
}

/** Whether the range of values leaves it possible at all that a line through them ends within the horizon: mostly not, and cheap to ask. */
function mayReach({ low, high }: Range, limit: number, { length, horizon }: Window): boolean {
  const steepest = (high - low) / (NEAREST_HALF * WATCHED * length)
  return FULL * limit - high - (high - low) < steepest * horizon
}

/** The window's floors, or none when it is not filled well enough to speak. */
function floorsIn(series: Series, now: number, { length }: Window): Series {
  const floors = bucketMinima(series, now - length, now, BUCKETS)
  const [oldest = now, newest = oldest] = [floors.times[0], floors.times.at(-1)]
  const filled = newest - oldest >= WATCHED * length && now - newest < 0.4 * length
  return filled && floors.times.length >= FEWEST_POINTS ? floors : NO_POINTS
}

function aheadAt(series: Series, now: number, limit: Limit, window: Window): Ahead | undefined {
  const floors = floorsIn(series, now, window)
  const growth = isSteep(floors, FULL * limit.from, window.horizon) ? growthOf(floors, limit.from) : undefined
  return growth && aheadOf(growth, now, limit, window)
}

function aheadOf(growth: Growth, now: number, limit: Limit, window: Window): Ahead | undefined {
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
  const likely = Math.max(0, (head + (limit.to - limit.from) / 2) / pace - passed)
  const latest = fromNow(surely(Math.max(head, limit.to - level)))
  return {
    soonest: Math.max(0, head / (HASTE * Math.max(line.high, recent, line.slope)) - passed),
    likely,
    // Where the two are the same they differ by a rounding.
    latest: latest === null ? null : Math.max(latest, likely),
    due: fromNow(due),
    slope: line.slope,
    level,
    window,
  }
}
