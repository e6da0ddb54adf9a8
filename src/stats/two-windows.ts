import { wilson } from './wilson.ts'

/** How many were counted, and how many of them were bad. */
export interface Tally {
  readonly all: number
  readonly bad: number
}

/** What was counted over the last five minutes and over the last one, at a moment in milliseconds. */
export interface Windows {
  readonly at: number
  readonly long: Tally
  readonly short: Tally
  /** In how many half-minutes of the long window there was a bad one; absent where that was not counted. */
  readonly badHalfMinutes?: number
}

/**
 * What a share of bad ones comes to, against its budget:
 * `over` ten times it, for certain and still · `held` was over, and nothing tells that it is better · `warm` over twice it,
 * for certain and still · `few` too few to tell · `fine`.
 */
export type Finding = 'over' | 'held' | 'warm' | 'few' | 'fine'

/** With fewer than this in a window its interval is so wide that it says next to nothing. */
export const FEW = 30
/** Fewer bad ones than this are an accident, whatever their share. */
export const LEAST_BAD = 5
/**
 * Where few are counted the bad ones must not all be of one moment: a deploy of some seconds, in which by chance many came, touches two
 * half-minutes. A bound takes them for independent of one another, and is wrong there; many in five minutes outweigh such a moment.
 */
export const LEAST_HALF_MINUTES = 3
/**
 * Times the budget: over the first for certain is `over`, under the second for certain is better again, over the third is `warm`.
 * At the budget itself a service just within it would be found over it some times a day: so many looks, so many routes.
 */
export const OVER_AT = 10
export const BETTER_AT = 5
export const WARM_AT = 2
export const LONG_MS = 300_000
export const SHORT_MS = 60_000

/**
 * Judges the newest of some windows.
 *
 * What was over is better when the upper bound over five minutes is under half of where it began, or when no bad one is left
 * among them: without that, a service of 30 to 100 requests in five minutes could not recover, since no interval over so few
 * reaches down there. When requests stop coming, because the service was taken out, it is better five minutes after the last windows that told.
 * @param now the newest windows
 * @param earlier those before, newest first: asked only where `over` is what is being said, and only until one of them tells
 */
export function judgeShare(now: Windows, budget: number, wasOver = false, earlier: Iterable<Windows> = []): Finding {
  if (exceeds(now, OVER_AT * budget)) return 'over'
  if (wasOver && !isBetter(now, earlier, budget)) return 'held'
  if (now.long.all < FEW) return 'few'
  return exceeds(now, WARM_AT * budget) ? 'warm' : 'fine'
}

/**
 * Whether the share of bad ones is above `bound`, beyond reasonable doubt and still: the 99 % lower bound over the long window
 * says that it is real, the short window that it has not passed. Two windows against one another are the SRE workbook's idea
 * (Beyer et al. 2018, chapter 5); bounds in place of plain shares keep a service of few requests from alarming at random.
 */
export function exceeds({ long, short, badHalfMinutes = LEAST_HALF_MINUTES }: Windows, bound: number): boolean {
  if (short.all < FEW && badHalfMinutes < LEAST_HALF_MINUTES) return false
  const still = short.all < FEW ? plain(short) : wilson(short.bad, short.all).low
  return long.bad >= LEAST_BAD && wilson(long.bad, long.all).low > bound && still > bound
}

/** Bad ones among all, 0–1; 0 where there were none at all. */
export function plain({ bad, all }: Tally): number {
  return all > 0 ? bad / all : 0
}

function isBetter({ at, long }: Windows, earlier: Iterable<Windows>, budget: number): boolean {
  if (long.all >= FEW) return long.bad === 0 || wilson(long.bad, long.all).high < BETTER_AT * budget
  for (const windows of earlier) if (tells(windows, budget)) return at - windows.at >= LONG_MS
  return true
}

function tells(windows: Windows, budget: number): boolean {
  return (windows.long.all >= FEW && windows.short.all > 0) || exceeds(windows, OVER_AT * budget)
}
