import type { Clock } from '../../../src/core/clock.ts'
import type { RouteTrips, TripCount, TripTally } from '../../../src/core/surroundings.ts'
import { createTrips } from '../../../src/host/trips.ts'
import { diceOf } from './dice.ts'
import { type Batch, batchesOf, type TrafficPattern } from './latency-traces.ts'

/** The rule's default: what takes longer is slow. */
export const THRESHOLD_MS = 250

export const LOOK_SECONDS = 10

/** From this rate on trips are counted and not timed: see {@link countOnly}. */
export const COUNTED_FROM = 20

/** What is looked at every ten seconds: the tally that the check gets, and the counts of the stretch for the peers. */
export interface Look {
  readonly second: number
  readonly tally: TripTally
  readonly requests: number
  readonly slow: number
}

/** Takes a trace in and tells what the check would be told of it. */
export interface Recorder {
  take(batch: Batch): void
  tally(second: number): TripTally
}

/** Plays a trace through a recorder, looking at it every ten seconds. */
export function* looksOf(
  pattern: TrafficPattern,
  rate: number,
  seed: number,
  recorder: Recorder = rate < COUNTED_FROM ? recordEach(seed) : countOnly(),
): Generator<Look> {
  const arriving = batchesOf(pattern, rate, seed)
  let next = arriving.next()
  for (let second = LOOK_SECONDS; second <= pattern.hours * 3_600; second += LOOK_SECONDS) {
    let [requests, slow] = [0, 0]
    for (; !next.done && next.value.second < second; next = arriving.next()) {
      recorder.take(next.value)
      requests += next.value.fast + next.value.slow
      slow += next.value.slow
    }
    yield { second, tally: recorder.tally(second), requests, slow }
  }
}

/** The real recorder: every trip has its time, exponential under the threshold, uniform over it. */
export function recordEach(seed: number): Recorder {
  // Chance of its own, so that the trace is the same whoever records it.
  const dice = diceOf(-seed)
  let now = 0
  const clock: Clock = {
    now: () => now,
    date: () => new Date(now),
    sleep: () => Promise.resolve(),
    every: () => () => {},
  }
  const trips = createTrips(clock)
  return {
    take({ second, route, fast, slow }) {
      now = second * 1_000
      for (let nth = 0; nth < fast; nth++) trips.record(route, Math.min(240, 2 + dice.wait(25)))
      for (let nth = 0; nth < slow; nth++) trips.record(route, dice.between(270, 3_000))
    },
    tally(second) {
      now = second * 1_000
      return trips.tally(THRESHOLD_MS)
    },
  }
}

/**
 * Counts the slow and the others in the real recorder's windows, without their times: ten times as quick, and enough to judge by.
 * A verdict needs the times for its sentence alone; that it is the same one is tested.
 */
export function countOnly(): Recorder {
  const routes = new Map<string, readonly [minute: CountRing, fiveMinutes: CountRing]>()
  const ringsOf = (route: string) => {
    const rings = routes.get(route) ?? [new CountRing(12, 5), new CountRing(10, 30)]
    routes.set(route, rings)
    return rings
  }
  return {
    take({ second, route, fast, slow }) {
      for (const ring of ringsOf(route)) ring.add(second, fast, slow)
    },
    tally(second) {
      const slowTurns = new Set<number>()
      const told = [...routes].map(([route, [minute, fiveMinutes]]) => {
        const turns = fiveMinutes.slowTurns(second)
        for (const turn of turns) slowTurns.add(turn)
        const five = { ...fiveMinutes.together(second), slowHalfMinutes: turns.length }
        return toldOf(route, minute.together(second), five, second)
      })
      const sumOf = (window: 'minute' | 'fiveMinutes') => told.map((route) => route[window]).reduce(sum, NONE)
      const perSecond = told.reduce((total, route) => total + route.perSecond, 0)
      const five = { ...sumOf('fiveMinutes'), slowHalfMinutes: slowTurns.size }
      return { all: { perSecond, minute: sumOf('minute'), fiveMinutes: five }, routes: told }
    },
  }
}

const NONE: TripCount = { requests: 0, slow: 0 }

const sum = (a: TripCount, b: TripCount): TripCount => ({ requests: a.requests + b.requests, slow: a.slow + b.slow })

function toldOf(route: string, minute: TripCount, fiveMinutes: TripCount, second: number): RouteTrips {
  return { route, perSecond: minute.requests / Math.min(60, second), minute, fiveMinutes }
}

/** The newest stretches of time, each a slot that is emptied when its turn comes again: as the real recorder has them. */
class CountRing {
  readonly #slots: { turn: number; requests: number; slow: number }[] = []
  readonly #size: number
  readonly #seconds: number

  constructor(size: number, seconds: number) {
    this.#size = size
    this.#seconds = seconds
  }

  add(second: number, fast: number, slow: number): void {
    const turn = Math.floor(second / this.#seconds)
    const slot = this.#slots[turn % this.#size]
    const kept = slot?.turn === turn ? slot : { turn, requests: 0, slow: 0 }
    kept.requests += fast + slow
    kept.slow += slow
    this.#slots[turn % this.#size] = kept
  }

  together(second: number): TripCount {
    return this.#current(second).reduce(sum, NONE)
  }

  slowTurns(second: number): readonly number[] {
    return this.#current(second).flatMap(({ turn, slow }) => (slow > 0 ? turn : []))
  }

  #current(second: number) {
    const oldest = Math.floor(second / this.#seconds) - this.#size + 1
    return this.#slots.filter(({ turn }) => turn >= oldest)
  }
}
