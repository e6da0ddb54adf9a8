import type { Clock } from '../core/clock.ts'
import type { RouteTrips, TripCount, TripRecorder, Trips, TripTally } from '../core/surroundings.ts'
import { Batch } from '../stats/batch.ts'
import { bucketOf, LogLinear } from '../stats/log-linear.ts'
import { Ring } from '../stats/ring.ts'

/** This many routes are told apart, at about 95 KiB each; what comes after them is counted as `other`. */
export const MOST_ROUTES = 20
export const OTHER_ROUTE = 'other'

/** Both windows are made of whole steps. */
const STEP_MS = 5_000
const MINUTE_MS = 60_000
const FIVE_MINUTES_MS = 300_000
/** Of a life, or of a window, that was all stall but for less than this no rate can be told. */
const LEAST_AWAKE_MS = 5_000
/** More waits than this are put in as so many bundles: a long stall must not become a longer one. */
const MOST_WAITS = 256

/** The trip times of the last five minutes by route, in a bounded space. */
export function createTrips(clock: Clock): Trips {
  const startedAt = clock.now()
  const routes = new Map<string, Route>()
  const routeOf = (name: string) => routes.get(name) ?? admit(routes, name)
  return {
    record: (route, milliseconds) => routeOf(route).record(milliseconds, clock.now()),
    recorder: (route, also) => routeOf(route).recorder(also),
    settle() {
      for (const route of routes.values()) route.settle()
    },
    stalled(milliseconds) {
      const now = clock.now()
      const awakeMs = Math.min(FIVE_MINUTES_MS, now - startedAt) - milliseconds
      for (const route of routes.values()) route.stalled(now, milliseconds, awakeMs)
    },
    recorded: () => [...routes.values()].reduce((sum, route) => sum + route.recorded(), 0),
    tally: (thresholdMs) => tally(routes, thresholdMs, clock.now(), startedAt),
  }
}

function admit(routes: Map<string, Route>, wanted: string): Route {
  const name = routes.size < MOST_ROUTES ? wanted : OTHER_ROUTE
  const route = routes.get(name) ?? new Route()
  routes.set(name, route)
  return route
}

function tally(routes: Map<string, Route>, thresholdMs: number, now: number, startedAt: number): TripTally {
  const minuteSeconds = Math.max(1, Math.min(MINUTE_MS, now - startedAt) / 1000)
  const minute = new LogLinear()
  const fiveMinutes = new LogLinear()
  const allSlowTurns = new Set<number>()
  let newestSlowMs = Number.POSITIVE_INFINITY
  const told = [...routes].map(([name, route]): RouteTrips => {
    route.settle()
    const [own, five] = [route.minute.together(now), route.fiveMinutes.together(now)]
    minute.merge(own)
    fiveMinutes.merge(five)
    const counted = count(five, thresholdMs)
    const slowTurns = counted.slow > 0 ? route.fiveMinutes.turnsAbove(thresholdMs, now) : []
    for (const turn of slowTurns) allSlowTurns.add(turn)
    const perSecond = route.minute.arrived(now) / minuteSeconds
    const slowAgoMs = counted.slow > 0 ? route.lastSlow(thresholdMs, now) : undefined
    if (slowAgoMs !== undefined) newestSlowMs = Math.min(newestSlowMs, slowAgoMs)
    const spread = { slowHalfMinutes: slowTurns.length, ...counted, ...(slowAgoMs !== undefined && { slowAgoMs }) }
    return { route: name, perSecond, minute: count(own, thresholdMs), fiveMinutes: spread }
  })
  const perSecond = told.reduce((sum, route) => sum + route.perSecond, 0)
  const slowAgo = newestSlowMs < Number.POSITIVE_INFINITY && { slowAgoMs: newestSlowMs }
  const five = { slowHalfMinutes: allSlowTurns.size, ...count(fiveMinutes, thresholdMs), ...slowAgo }
  return { all: { perSecond, minute: count(minute, thresholdMs), fiveMinutes: five }, routes: told }
}

function count(trips: LogLinear, thresholdMs: number): TripCount {
  const [p50Ms, p99Ms] = [trips.quantile(0.5), trips.quantile(0.99)]
  const [requests, slow] = [trips.count, trips.countAbove(thresholdMs)]
  return p50Ms === undefined || p99Ms === undefined ? { requests, slow } : { requests, slow, p50Ms, p99Ms }
}

/** One route's two windows, and who records for it. What is recorded is put into both when its five seconds are over or when somebody looks. */
class Route {
  readonly minute = new Ring(12, STEP_MS)
  readonly fiveMinutes = new Ring(10, 30_000)
  readonly #newest = new LogLinear()
  /** The five seconds to which the newest belong, by the clock. */
  #from = 0
  until = 0
  #recorded = 0
  readonly #recorders: Recorder[] = []
  /** For who says no more than how long it took. */
  readonly #plain = this.recorder()

  recorder(also?: (milliseconds: number) => void): TripRecorder {
    const recorder = new Recorder(this, also)
    this.#recorders.push(recorder)
    return recorder
  }

  record(milliseconds: number, at: number): void {
    this.#plain.record(milliseconds, at)
  }

  /** From `until` on, before something is kept aside that belongs to that moment. */
  goOn(at: number): void {
    this.settle()
    this.#from = Math.floor(at / STEP_MS) * STEP_MS
    this.until = this.#from + STEP_MS
  }

  count(milliseconds: number): void {
    this.#newest.record(milliseconds)
  }

  /** How many there have been. */
  recorded(): number {
    this.settle()
    return this.#recorded
  }

  /** Puts the newest where they belong. */
  settle(): void {
    for (const recorder of this.#recorders) recorder.settle()
    if (this.#newest.count === 0) return
    this.#recorded += this.#newest.count
    this.minute.at(this.#from).arrive(this.#newest)
    this.fiveMinutes.at(this.#from).arrive(this.#newest)
    this.#newest.clear()
  }

  /** How long ago the newest slow trip was recorded, at the least. */
  lastSlow(thresholdMs: number, now: number): number | undefined {
    return this.minute.newestAbove(thresholdMs, now) ?? this.fiveMinutes.newestAbove(thresholdMs, now)
  }

  /**
   * The correction for coordinated omission: who arrived during the stall waited in the kernel's queue, where no trip had begun,
   * so that the trips recorded after it look short. They came as often as before it, one every i: their waits were D, D − i, D − 2i …
   */
  stalled(now: number, stallMs: number, awakeMs: number): void {
    this.settle()
    const waitedMs = Math.min(stallMs, FIVE_MINUTES_MS)
    const everyMs = Math.max(awakeMs, LEAST_AWAKE_MS) / this.fiveMinutes.arrived(now)
    const arrivals = Math.floor(waitedMs / everyMs)
    const bundle = Math.ceil(arrivals / MOST_WAITS)
    for (let nth = 0; nth < arrivals; nth += bundle) {
      const bucket = bucketOf(waitedMs - nth * everyMs)
      const times = Math.min(bundle, arrivals - nth)
      this.minute.at(now).trips.add(bucket, times)
      this.fiveMinutes.at(now).trips.add(bucket, times)
    }
  }
}

/** Keeps trips of a route aside, and counts many at a time: there, and where its owner counts them, too. */
class Recorder extends Batch implements TripRecorder {
  readonly #route: Route

  constructor(route: Route, also: (milliseconds: number) => void = () => {}) {
    super((kept, count) => {
      for (let nth = 0; nth < count; nth++) {
        const milliseconds = kept[nth] ?? 0
        route.count(milliseconds)
        also(milliseconds)
      }
    })
    this.#route = route
  }

  record(milliseconds: number, at: number): void {
    if (at >= this.#route.until) this.#route.goOn(at)
    this.add(milliseconds)
  }
}
