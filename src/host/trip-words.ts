import type { RouteTrips, TripCount } from '../core/surroundings.ts'
import { apart, inNumber, inPercent, inWords } from '../core/wording.ts'
import {
  BETTER_AT,
  FEW,
  type Finding,
  LEAST_BAD,
  LEAST_HALF_MINUTES,
  OVER_AT,
  plain,
  WARM_AT,
} from '../stats/two-windows.ts'
import type { SelfProbeReading } from './self-probe.ts'

/** What trips are held against. */
export interface TripLimits {
  /** A trip longer than this is slow. */
  readonly thresholdMs: number
  /** The share of slow trips that is in order. */
  readonly budget: number
}

export const shareOf = ({ requests, slow }: TripCount) => ({ all: requests, bad: slow })

/** What was found of a route's trips, as a sentence. @param passes whether that is in order */
export function tripsInWords(
  finding: Finding,
  { minute, fiveMinutes }: Pick<RouteTrips, 'minute' | 'fiveMinutes'>,
  { thresholdMs, budget }: TripLimits,
  passes: boolean,
): string {
  const { requests } = fiveMinutes
  const share = plain(shareOf(fiveMinutes))
  const bounds = { over: OVER_AT * budget, better: BETTER_AT * budget, warm: WARM_AT * budget }
  const word = apart(inPercent, share, Object.values(bounds))
  const slow = `${word(share)} of ${inNumber(requests, 'request')} in 5 min took over ${inWords(thresholdMs)}${ofOneMoment(fiveMinutes)}${isOver(fiveMinutes, passes)}`
  const p99 =
    minute.p99Ms === undefined
      ? ''
      : `p99 ${inWords(minute.p99Ms)} over 60 s, ${inNumber(minute.requests, 'request')}; `
  switch (finding) {
    case 'over':
      return `${p99}${slow}; fails when more than ${word(bounds.over)} do, chance ruled out`
    case 'held':
      return requests < FEW
        ? `it was too slow, and ${inNumber(requests, 'request')} in 5 min are too few to see it better; passes 5 min after the last that told`
        : `${p99}${slow}, which was too slow; passes when fewer than ${word(bounds.better)} do, chance ruled out`
    case 'warm':
      return `${p99}${slow}; warns when more than ${word(bounds.warm)} do, chance ruled out, fails over ${word(bounds.over)}`
    case 'few':
      return `${p99}not enough requests to judge: ${requests} in 5 min, of ${FEW}`
    case 'fine':
      return `${p99}${slow}; warns over ${word(bounds.warm)}, fails over ${word(bounds.over)}`
  }
}

/** Why many of a few may count for nothing. */
function ofOneMoment({ slow, slowHalfMinutes = LEAST_HALF_MINUTES }: TripCount): string {
  return slow >= LEAST_BAD && slowHalfMinutes < LEAST_HALF_MINUTES ? ', all within one minute' : ''
}

/** Trouble that is over is not to read as if it were there. */
function isOver({ slowAgoMs = 0 }: TripCount, passes: boolean): string {
  const until = passes ? '' : ' (passes 5 min after that at the latest)'
  return slowAgoMs < 10_000 ? '' : `, the last slow one ${inWords(slowAgoMs)} ago${until}`
}

/** @param isAlone whether no other request tells how long one takes */
export function ownRequestInWords({ newestMs, failed, unable }: SelfProbeReading, isAlone: boolean): string {
  if (unable !== undefined) return `; it cannot ask itself: ${unable}`
  if (failed !== undefined) return `; its own GET / failed: ${failed}`
  return newestMs !== undefined && isAlone ? `; its own GET / took ${inWords(newestMs)}` : ''
}
