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
  /** Empties it. */
  purge(): void | Promise<void>
}

/** The caches that a service has made known. */
export interface Caches {
  /**
   * Makes a cache known. Returns a function that forgets it again.
   * @throws {Error} when a cache of that name is known already
   */
  register(cache: Cache): () => void
  all(): readonly Cache[]
}

/** Where the HTTP room leaves the trip time of each answered request. */
export interface TripRecorder {
  /** `route` is the pattern (`GET /users/:id`), never the path. */
  record(route: string, milliseconds: number): void
}

/** What a service lends its checks: what only it can know of itself. */
export interface Surroundings {
  readonly clock: Clock
  readonly caches: Caches
  readonly trips: TripRecorder
  /** The service's own address once it listens (`http://127.0.0.1:8080`), for a check that asks itself. */
  address(): string | undefined
}
