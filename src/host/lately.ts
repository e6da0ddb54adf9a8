import { inWords } from '../core/wording.ts'
import type { Point } from '../stats/series.ts'

/** How much more there is than `ms` ago. */
export interface Change {
  readonly by: number
  readonly ms: number
}

/** What came of late, and how much of it at last: all of it may have come at once, and be over. */
export interface Lately extends Change {
  /** The longest time up to now in which hardly anything came, else the time since the look before; absent where that is all. */
  readonly last?: Change
}

/** So little of all that came tells nothing of whether it goes on: a log that somebody writes to is never quite still. */
const HARDLY = 0.05

/** @param points what was seen, look by look, oldest first. Undefined where there was one look */
export function latelyOf(points: readonly Point[]): Lately | undefined {
  const [oldest, newest] = [points[0], points.at(-1)]
  if (!oldest || !newest || newest.t <= oldest.t) return undefined
  const since = ({ t, v }: Point): Change => ({ by: newest.v - v, ms: newest.t - t })
  const { by, ms } = since(oldest)
  const came = points.findLastIndex(({ v }) => newest.v - v > HARDLY * by)
  const begin = points[Math.min(came + 1, points.length - 2)]
  return { by, ms, ...(begin && begin !== oldest && { last: since(begin) }) }
}

/** The same as a sentence goes on: `, 149 of them in the last 16 s, none in the last 14 s`. Nothing where nothing came. */
export function latelyInWords(lately: Lately | undefined, whole: string, word: (number: number) => string): string {
  if (!lately || lately.by <= 0) return ''
  const { by, ms, last } = lately
  const atLast = last ? `, ${last.by > 0 ? word(last.by) : 'none'} in the last ${inWords(last.ms)}` : ''
  return `, ${word(by)} of ${whole} in the last ${inWords(ms)}${atLast}`
}
