import type { ValueLimits } from '../core/check.ts'
import { type Status, worst } from '../core/status.ts'
import type { Line } from './display.ts'
import { STATUS_COLOURS } from './status-colours.ts'

/** One point of a check's history: what was said, and the observed value where there was one. */
export interface Point {
  readonly status: Status
  readonly value?: number
}

export interface SparklineOptions {
  /** In cells. */
  readonly width: number
  /** What the value is held against: a full cell is the limit, or the greatest value beyond it. */
  readonly limits?: ValueLimits
}

const LEVELS = '▁▂▃▄▅▆▇█'

/**
 * The newest points from left to right, the newest at the right end. More points than cells are drawn together: the greatest value, in
 * the colour of the worst status. Without a value a cell is `·`.
 */
export function sparkline(points: readonly Point[], { width, limits = {} }: SparklineOptions): Line {
  const cells = gathered(points, width)
  const values = cells.flatMap(({ value }) => value ?? [])
  const ends = [limits.warn, limits.fail].flatMap((limit) => limit ?? [])
  const low = Math.min(...values, ...(ends.length > 0 ? [0] : []))
  const high = Math.max(...values, ...ends)
  const blank = { text: ' '.repeat(width - cells.length) }
  return [
    blank,
    ...cells.map(({ status, value }) => ({ text: levelOf(value, low, high), colour: STATUS_COLOURS[status] })),
  ]
}

function levelOf(value: number | undefined, low: number, high: number): string {
  if (value === undefined) return '·'
  // A value that hardly moves is drawn so: a quarter of its size is the least that fills a cell.
  const span = Math.max(high - low, Math.abs(high) / 4)
  const share = span > 0 ? (value - low) / span : 0
  return LEVELS[Math.round(share * (LEVELS.length - 1))] ?? '·'
}

function gathered(points: readonly Point[], width: number): readonly Point[] {
  const size = Math.max(1, Math.ceil(points.length / width))
  const first = points.length % size
  const groups = first === 0 ? [] : [points.slice(0, first)]
  for (let from = first; from < points.length; from += size) groups.push(points.slice(from, from + size))
  return groups.map((group) => {
    const values = group.flatMap(({ value }) => value ?? [])
    const status = worst(group.map(({ status }) => status))
    return values.length > 0 ? { status, value: Math.max(...values) } : { status }
  })
}
