import { type Line, type Point, theilSen } from './theil-sen.ts'
import type { Trail } from './trail.ts'

/** When something that fills will be full. Times are in the points' unit. */
export interface Filling {
  readonly soonest: number
  readonly likely: number
  /** null when it may never be. */
  readonly latest: number | null
  /** How fast it fills: value units per time unit. */
  readonly slope: number
  /** Over how long that was seen. */
  readonly span: number
}

const HOUR = 3_600_000

/** The windows that are looked at, shortest first, in milliseconds. */
export const FILL_WINDOWS = [0.5 * HOUR, 2 * HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR] as const

/** The linear rule's: six hours, seen now and over the hour before. */
const LINEAR = { window: 7 * HOUR, span: 6 * HOUR, horizon: 24 * HOUR, ages: [0, HOUR / 2, HOUR], below: 0.4 } as const

/** What a {@link TrailKeeper} has to remember for {@link filling}. */
export const TRAIL_WINDOWS = [...FILL_WINDOWS, LINEAR.window] as const

const FEWEST = 8

/** Of a window, how much must have been watched. */
const WATCHED = 0.6

/** A rise of less than this share of the whole is not worth a word. */
const MATERIAL = 0.015

/**
 * Whether something fills up, by its lowest values over some windows: it never looks further ahead than it has watched. The second
 * rule is that of the Kubernetes mixin (NodeFilesystemSpaceFillingUp): less than 40 % left, and a straight line through six hours
 * reaches the end within a day, for an hour.
 * @param left what is still free; with nothing left there is nothing to foretell @param whole what there is in all, both in the values' unit
 */
export function filling(trail: Trail, left: number, whole: number): Filling | undefined {
  if (left <= 0) return undefined
  const byWindow = trail.filter(({ window }) => window !== LINEAR.window)
  const found = byWindow.flatMap(({ window, points }) => ahead(points, window, left, whole) ?? [])
  const linear = process.env["LIN"] ? straightAhead(trail.find(({ window }) => window === LINEAR.window)?.points ?? [], left, whole) : undefined
  return [...found, ...(linear ? [linear] : [])].reduce<Filling | undefined>(
    (soonest, next) => (soonest && soonest.likely <= next.likely ? soonest : next),
    undefined,
  )
}

function ahead(points: readonly Point[], window: number, left: number, whole: number): Filling | undefined {
  const span = spanOf(points)
  if (points.length < FEWEST || span < WATCHED * window) return undefined
  const line = theilSen(points)
  if (!line || line.low <= 0 || line.slope * span < MATERIAL * whole) return undefined
  const newer = theilSen(points.slice(points.length >> 1))?.slope ?? line.slope
  const older = theilSen(points.slice(0, (points.length + 1) >> 1))?.slope ?? line.slope
  if (older < line.slope * Number(process.env['OLD'] ?? 0)) return undefined
  const slope = Math.min(line.slope, Math.max(newer, line.slope / 2))
  return left / slope < window ? { ...bounds(line, slope, newer, left), slope, span } : undefined
}

function bounds(
  line: Line,
  slope: number,
  newer: number,
  left: number,
): Pick<Filling, 'soonest' | 'likely' | 'latest'> {
  const slowest = Math.min(line.low, newer)
  return {
    soonest: left / Math.max(line.high, newer),
    likely: left / slope,
    latest: slowest > 0 ? left / slowest : null,
  }
}

function straightAhead(points: readonly Point[], left: number, whole: number): Filling | undefined {
  if (left >= LINEAR.below * whole) return undefined
  const now = points.at(-1)?.t ?? 0
  const slopes = LINEAR.ages.map((age) => straightSlope(points, now - age))
  if (!slopes.every((slope) => slope > 0 && slope * LINEAR.horizon >= left)) return undefined
  const [soonest, likely, latest] = [Math.max(...slopes), slopes[0] ?? 0, Math.min(...slopes)].map(
    (slope) => left / slope,
  )
  if (soonest === undefined || likely === undefined || latest === undefined) return undefined
  return { soonest, likely, latest, slope: left / likely, span: LINEAR.span }
}

/** Least squares over the six hours before `to`; 0 where they were not watched. */
function straightSlope(points: readonly Point[], to: number): number {
  const within = points.filter(({ t }) => t <= to && t >= to - LINEAR.span)
  if (within.length < FEWEST || spanOf(within) < WATCHED * LINEAR.span) return 0
  const [meanT, meanV] = [mean(within.map(({ t }) => t)), mean(within.map(({ v }) => v))]
  const covariance = mean(within.map(({ t, v }) => (t - meanT) * (v - meanV)))
  return covariance / mean(within.map(({ t }) => (t - meanT) ** 2))
}

function spanOf(points: readonly Point[]): number {
  return (points.at(-1)?.t ?? 0) - (points[0]?.t ?? 0)
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
