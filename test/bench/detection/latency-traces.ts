import { type Dice, diceOf } from './dice.ts'

/** What was answered on one route within one second. */
export interface Batch {
  /** When that second began. */
  readonly second: number
  readonly route: string
  readonly fast: number
  readonly slow: number
}

/** How traffic behaves at a moment. */
interface Weather {
  /** Times the rate. */
  readonly traffic: number
  /** The share of trips that are slow. */
  readonly slow: number
}

export interface TrafficPattern {
  readonly name: string
  /** Hours of one run. */
  readonly hours: number
  /** From which second on it is too slow; absent where it never is. */
  readonly degradesAt?: number
  begin(dice: Dice): (second: number) => Weather
}

/** Requests a second. */
export const RATES: readonly number[] = [0.02, 0.2, 2, 20, 100]

const HOUR = 3_600
const DAY = 24 * HOUR

/** Of a healthy run. Many short ones tell more than a few long ones: each begins its deploys, pauses and waves elsewhere. */
const HEALTHY_HOURS = 4

export const HEALTHY: readonly TrafficPattern[] = [
  {
    name: 'steady, 0.5 % slow',
    hours: HEALTHY_HOURS,
    begin: () => () => ({ traffic: 1, slow: 0.005 }),
  },
  {
    name: 'at nine tenths of the budget',
    hours: HEALTHY_HOURS,
    begin: () => () => ({ traffic: 1, slow: 0.009 }),
  },
  {
    name: 'a wave of traffic, slowest at its peak',
    hours: HEALTHY_HOURS,
    begin: (dice) => {
      const begun = dice.between(0, DAY)
      return (second) => {
        const wave = 0.5 - 0.5 * Math.cos((2 * Math.PI * (begun + second)) / DAY)
        return { traffic: 0.2 + 1.6 * wave, slow: 0.002 + 0.006 * wave }
      }
    },
  },
  {
    name: 'a pause of 1 s every 5 min',
    hours: HEALTHY_HOURS,
    begin: (dice) => {
      const phase = dice.between(0, 300)
      return (second) => ({ traffic: 1, slow: (second + phase) % 300 < 1 ? 1 : 0.003 })
    },
  },
  {
    name: 'deploys: 15 s all slow, six a day',
    hours: HEALTHY_HOURS,
    begin: (dice) => {
      const starts = [0, 4, 8, 12, 16, 20].map((hour) => hour * HOUR + dice.between(0, 3.9 * HOUR))
      return (second) => ({ traffic: 1, slow: starts.some((at) => second >= at && second < at + 15) ? 1 : 0.003 })
    },
  },
]

const ONSET = HOUR

/** Healthy for an hour, then this share is slow. */
function degraded(share: number): TrafficPattern {
  return {
    name: `${share * 100} % slow`,
    hours: 3,
    degradesAt: ONSET,
    begin: () => (second) => ({ traffic: 1, slow: second < ONSET ? 0.005 : share }),
  }
}

export const DEGRADED: readonly TrafficPattern[] = [degraded(0.2), degraded(0.5), degraded(1)]

/** Three routes, of which one has most of the traffic. */
const ROUTES = [
  { route: 'GET /', share: 0.7 },
  { route: 'GET /orders/:id', share: 0.2 },
  { route: 'POST /orders', share: 0.1 },
]

/**
 * A run second by second, oldest first, without the seconds in which nothing came. Arrivals are Poisson's: the weather of its
 * first moment holds for a whole second, so that drawing how many came is drawing each of them.
 */
export function* batchesOf(pattern: TrafficPattern, rate: number, seed: number): Generator<Batch> {
  const dice = diceOf(seed)
  const weatherAt = pattern.begin(dice)
  for (let second = 0; second < pattern.hours * HOUR; second++) {
    const weather = weatherAt(second)
    for (const { route, share } of ROUTES) {
      const mean = rate * weather.traffic * share
      const fast = arrivals(dice, mean * (1 - weather.slow))
      const slow = arrivals(dice, mean * weather.slow)
      if (fast + slow > 0) yield { second, route, fast, slow }
    }
  }
}

/** How many come where `mean` come on average: those whose waits, one after another, fit in. */
function arrivals(dice: Dice, mean: number): number {
  let count = 0
  for (let waited = dice.wait(1); waited < mean; waited += dice.wait(1)) count++
  return count
}
