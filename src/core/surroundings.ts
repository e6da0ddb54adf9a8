import type { Clock } from './clock.ts'

/** A cache that `cache-size` watches and `purge-cache` empties. */
export interface Cache {
  /** Unique among the registered caches; a metric label. */
  readonly name: string
  /** How many entries it holds now. */
  size(): number
  /** How many bytes it holds now, where that is known. */
  bytes?(): number
  /** How many entries it may hold, where there is a limit. */
  readonly max?: number
  /** Look-ups that found, and that did not, since the cache was made. */
  hits?(): number
  misses?(): number
  /** The object behind it. If that is an lru-cache, it is not shown a second time as one that was found. */
  readonly instance?: object
  /** Whether nobody registered it: it was found. What its owner keeps in it is unknown, so that `purge-cache` leaves it alone. */
  readonly found?: boolean
  /** Empties it. */
  purge(): void | Promise<void>
}

/** The caches that a service has made known, and those that were found. */
export interface Caches {
  /**
   * Makes a cache known. Returns a function that forgets it again.
   * @throws {SetupError} when it lacks what a cache needs, a cache of that name is known already, or the name is one that found caches
   * are given
   */
  register(cache: Cache): () => void
  /** The registered ones first. What is found is found only while somebody watches. */
  all(): readonly Cache[]
  /**
   * Looks out for lru-caches that nobody registered, until the function that it returns is called. It slows their
   * operations a little, so that only who shows them should watch. Several may watch at once.
   */
  watch(): () => void
}

/** Where the trip times of one route are left. */
export interface TripRecorder {
  /** Never throws, whatever the number. `at` is what the clock says: who has just read it need not again, which costs more than recording. */
  record(milliseconds: number, at: number): void
}

/** The trips of one stretch of time. */
export interface TripCount {
  /** Those that were recorded, and the waits of those whom a stall made wait. */
  readonly requests: number
  /** How many took longer than the threshold. */
  readonly slow: number
  /** In how many half-minutes of the last five minutes there was a slow one; absent where that was not counted. */
  readonly slowHalfMinutes?: number
  /** How many milliseconds ago the newest slow one was, to within 5 s, and to within 30 s after a minute; absent where there was none. */
  readonly slowAgoMs?: number
  /** Milliseconds; absent where there were no requests. */
  readonly p50Ms?: number
  readonly p99Ms?: number
}

/** One route, over the last minute and the last five. */
export interface RouteTrips {
  /** The pattern, or `other` for all the routes that came after there was no more room. */
  readonly route: string
  /** Requests a second over the last minute. */
  readonly perSecond: number
  readonly minute: TripCount
  readonly fiveMinutes: TripCount
}

/** Everything counted, at one moment. */
export interface TripTally {
  /** All routes together. */
  readonly all: Omit<RouteTrips, 'route'>
  /** Every route ever recorded, quiet ones too, in the order in which they came. */
  readonly routes: readonly RouteTrips[]
}

/** The trip times of the last five minutes. Looking at them changes nothing. */
export interface Trips {
  /** Records one trip. `route` is the pattern (`GET /users/:id`), never the path. Never throws, whatever the number. */
  record(route: string, milliseconds: number): void
  /**
   * The same for who records many: to be kept, so that no trip pays for finding its route. Each that is asked for stays.
   * @param also told of each trip, too: not at once but many at a time, at the latest when `settle` is called
   */
  recorder(route: string, also?: (milliseconds: number) => void): TripRecorder
  /** Counts all that was recorded, before somebody reads what a recorder's `also` counts. */
  settle(): void
  /** The event loop stood still for that long: the requests that must have come meanwhile waited, each its share of it. */
  stalled(milliseconds: number): void
  /** How many there have been since the process began. */
  recorded(): number
  tally(thresholdMs: number): TripTally
}

/** What callers waited before anybody knew of their requests. */
export interface Arrivals {
  /** Tells that a connection had waited for so many milliseconds, at the least, before it was taken up. */
  waited(connection: object, milliseconds: number): void
  /** When the request that is just begun on a connection came, at the latest: milliseconds on the monotonic clock. */
  came(connection: object): number
}

/** What was counted of one name since the process began. */
export interface NumberTally {
  readonly name: string
  readonly numbers: number
  /** How many of them were NaN, Infinity or -Infinity. */
  readonly notFinite: number
}

/** Sees the mistakes in arithmetic that JavaScript keeps silent about: a division by zero throws nothing. */
export interface Numbers {
  /**
   * Returns `value` if it is finite, else counts it under `name` and returns `fallback`; without one, the value as it is.
   * `name` comes from a bounded set: it becomes a metric label.
   */
  finite(name: string, value: number, fallback?: number): number
  tally(): readonly NumberTally[]
}

/**
 * The `User-Agent` with which the service asks itself. Requests whose second header carries it, as the service's own do, are no user's:
 * they are not measured, and leave nothing behind.
 */
export const SELF_PROBE_AGENT = 'failweb-self-probe'

/** How the event loop did. Only differences of active and idle time mean anything. */
export interface LoopReading {
  /** How long it stood still in the last 60 s, in all. */
  readonly stalledMs: number
  /** The longest time at once, of those that ended in the last 60 s or have not ended. */
  readonly longestMs: number
  /** For how much of `stalledMs` the thread ran; absent where the kernel does not tell. */
  readonly ranMs?: number
  /** For how much of `stalledMs` the thread waited for a processor; absent where the kernel does not tell. */
  readonly queuedMs?: number
  /** How long ago the longest ended; absent where there was none. */
  readonly longestAgoMs?: number
  /** For how long it has been watched, at most the 60 s. */
  readonly watchedMs: number
  /** Milliseconds since the process began in which it ran code, and in which it waited for something to do. */
  readonly activeMs: number
  readonly idleMs: number
}

/** Watches one event loop until it is told to stop. Looking changes nothing. */
export interface LoopWatch {
  look(): LoopReading
  stop(): void
}

/** Watches the event loop for whoever asks. */
export interface LoopWatcher {
  /** @param onStall told of each stall as soon as it is over */
  watch(onStall?: (milliseconds: number) => void): LoopWatch
}

/** What a service lends its checks: what only it can know of itself. */
export interface Surroundings {
  readonly clock: Clock
  readonly caches: Caches
  readonly trips: Trips
  readonly arrivals: Arrivals
  readonly numbers: Numbers
  readonly loop: LoopWatcher
  /** The service's own address once it listens (`http://127.0.0.1:8080`), for a check that asks itself. */
  address(): string | undefined
}
