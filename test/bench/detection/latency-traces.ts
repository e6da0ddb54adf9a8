import { type Dice, diceOf } from './dice.ts'

/** A trip of a simulated service: when it ended, in seconds, and how long it took. */
export interface Trip {
  readonly at: number
  readonly route: string
  readonly ms: number
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

/** The rule's default: what takes longer is slow. */
export const THRESHOLD_MS = 250

const HOUR = 3_600
const DAY = 24 * HOUR

export const HEALTHY: readonly TrafficPattern[] = [
  {
    name: 'steady, 0.5 % slow',
    hours: 24,
    begin: () => () => ({ traffic: 1, slow: 0.005 }),
  },
  {
    name: 'at nine tenths of the budget',
    hours: 24,
    begin: () => () => ({ traffic: 1, slow: 0.009 }),
  },
  {
    name: 'a wave of traffic, slowest at its peak',
    hours: 24,
    begin: () => (second) => {
      const wave = 0.5 - 0.5 * Math.cos((2 * Math.PI * second) / DAY)
      return { traffic: 0.2 + 1.6 * wave, slow: 0.002 + 0.006 * wave }
    },
  },
  {
    name: 'a pause of 1 s every 5 min',
    hours: 24,
    begin: (dice) => {
      const phase = dice.between(0, 300)
      return (second) => ({ traffic: 1, slow: (second + phase) % 300 < 1 ? 1 : 0.003 })
    },
  },
  {
    name: 'deploys: 15 s all slow, six a day',
    hours: 24,
    begin: (dice) => {
      const starts = Array.from({ length: 6 }, (_, nth) => nth * 4 * HOUR + dice.between(0, 3.9 * HOUR))
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
function routeOf(dice: Dice): string {
  const draw = dice.between(0, 1)
  if (draw < 0.7) return 'GET /'
  return draw < 0.9 ? 'GET /orders/:id' : 'POST /orders'
}

/** All trips of a run, oldest first: Poisson arrivals, exponential trip times under the threshold, uniform ones over it. */
export function* tripsOf(pattern: TrafficPattern, rate: number, seed: number): Generator<Trip> {
  const dice = diceOf(seed)
  const weatherAt = pattern.begin(dice)
  const end = pattern.hours * HOUR
  for (let at = 0; ; ) {
    const { traffic, slow } = weatherAt(at)
    at += dice.wait(1 / (rate * traffic))
    if (at >= end) return
    const isSlow = dice.between(0, 1) < slow
    const ms = isSlow ? dice.between(270, 3_000) : Math.min(240, 2 + dice.wait(25))
    yield { at, route: routeOf(dice), ms }
  }
}
