import { wilson } from './wilson.ts'

/** How many were counted, and how many of them were bad. */
export interface Tally {
  readonly all: number
  readonly bad: number
}

/** With fewer than this in the short window, its plain share speaks: no interval over so few could exceed anything. */
export const FEW = 30

/** Fewer bad ones than this are an accident, whatever their share. */
export const LEAST_BAD = 5

/**
 * Whether the share of bad ones is above `bound`, beyond reasonable doubt and still: the 99 % lower bound over the long window
 * says that it is real, the short window that it has not passed. Two windows against one another are the SRE workbook's idea
 * (Beyer et al. 2018, ch. 5); bounds in place of plain shares are what keeps a service of few requests from alarming at random.
 */
export function exceeds(long: Tally, short: Tally, bound: number): boolean {
  return long.bad >= LEAST_BAD && lowest(long) > bound && (short.all < FEW ? plain(short) : lowest(short)) > bound
}

/** Whether the share is under `bound` beyond reasonable doubt. */
export function isUnder({ bad, all }: Tally, bound: number): boolean {
  return wilson(bad, all).high < bound
}

/** Bad ones among all, 0–1; 0 where there were none at all. */
export function plain({ bad, all }: Tally): number {
  return all > 0 ? bad / all : 0
}

function lowest({ bad, all }: Tally): number {
  return wilson(bad, all).low
}
