import { hostname } from 'node:os'
import type { Middleware } from 'koa'
import { awake } from './awake.ts'
import { type Assignment, assign, type Choice } from './core/assignment.ts'
import { type Check, CURES, type Cure } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { Decay } from './core/draw.ts'
import { objections } from './core/probe.ts'
import type { Snapshot, Transition } from './core/snapshot.ts'
import type { Cache, Surroundings } from './core/surroundings.ts'
import { Registry } from './engine/registry.ts'
import { createCaches } from './host/caches.ts'
import { type Collections, createCollections } from './host/collections.ts'
import { createLoopWatcher } from './host/event-loop.ts'
import { createNumbers } from './host/numbers.ts'
import { createTrips } from './host/trips.ts'
import { createHealthRoutes, type HealthRoutesOptions } from './http/health-routes.ts'
import { createMeter, type Meter } from './http/measure.ts'
import { createNodeHandler, type NodeHandler } from './http/node-handler.ts'
import type { AccessRules, Surface } from './http/surface.ts'
import { createMetrics, type Registry as MetricsRegistry } from './metrics/exposition.ts'
import { PACKAGE_VERSION } from './package-version.ts'
import { purgeCache } from './remedies/purge-cache.ts'
import type { Identity } from './render/health-json.ts'
import { systemClock } from './system-clock.ts'

export interface HealthOptions {
  /** Built-in checks (`latency({ thresholdMs: 100 })`) and one's own (an object made with `defineCheck`). Default: none. */
  readonly checks?: readonly (Check | Choice)[]
  /** The host's own prom-client registry. Default: a registry of its own, with the process metrics. */
  readonly registry?: MetricsRegistry
  /** With a token, reasons, values, metrics and changes need it. Default: none; then changes are accepted from loopback only. */
  readonly token?: string
  /** Whether `/metrics` is open even with a token. Default false. */
  readonly metrics?: { readonly public?: boolean }
  /** Which cures of failing checks make `/healthz` fail. Default: restart, wait and person. */
  readonly heartbeat?: { readonly asks?: readonly Cure[] }
  /** Who answers, as the detail says it. */
  readonly identity?: Partial<Identity>
  /** How long `stop` waits, not ready, before it ends the checks. Default 0. */
  readonly drainMs?: number
  /** The service's own address once it listens, for the self-probe of `latency`: `() => 'http://127.0.0.1:3000'`. Default: no self-probe. */
  readonly address?: () => string | undefined
  /** Told of each change of what is said of a check. */
  readonly onTransition?: (transition: Transition) => void
  /** The time. Default: the machine's. */
  readonly clock?: Clock
}

/** A health service inside a program: its checks, its routes and its metrics. */
export interface Health {
  /** Begins the checks. Each looks once at once; `/startupz` tells when all have. */
  start(): Promise<void>
  /** Is not ready from now on, waits `drainMs`, then ends the checks and gives back what they hold. */
  stop(): Promise<void>
  /** A Koa middleware with every health route. Any other path is left to whoever comes next. */
  routes(options?: HealthRoutesOptions): Middleware
  /** The same for `node:http`, Express and the like. */
  handler(options?: HealthRoutesOptions): NodeHandler
  /** A Koa middleware that measures trip times; use it first. With `req` and `res`, the same for one `node:http` request. */
  readonly measure: Measure
  /** Everything known now, frozen. */
  snapshot(): Snapshot
  /** Makes a cache known to `cache-size` and `purge-cache`. Returns a function that forgets it. */
  registerCache(cache: Cache): () => void
  /** Counts a number that is not finite under `name`, for the `numbers` check; returns it, or `fallback` in its place. */
  finite(name: string, value: number, fallback?: number): number
}

export interface Measure {
  (): Middleware
  /** `route` is the pattern (`/orders/:id`), never the path: it becomes a metric label. */
  (...request: Parameters<Meter['begin']>): void
}

/** Puts the engine and its surfaces together. Nothing runs until `start`. @throws {SetupError} with every mistake in the options */
export function createHealth(options: HealthOptions = {}): Health {
  return assembleHealth(options).health
}

/** A health service with the parts that failweb's own service goes on from. */
export interface Assembled {
  readonly health: Health
  readonly surface: Surface
  readonly meter: Meter
  /** Whether liveness fails now, or the last draw did. */
  unhealthy(): boolean
  /** Is not ready from now on. */
  drain(): void
}

export function assembleHealth(options: HealthOptions, decay?: Decay): Assembled {
  const { clock = systemClock, drainMs = 0, address } = options
  const assignments = assign((options.checks ?? []).map(asChoice))
  const surroundings = surroundingsOf(clock, address)
  const collections = createCollections()
  let draining = false
  const surface = surfaceOf({
    options,
    assignments,
    surroundings,
    collections,
    draining: () => draining,
    ...(decay && { decay }),
  })
  const meter = createMeter(surface)
  const routes = (wanted?: HealthRoutesOptions) => createHealthRoutes(surface, meter, wanted)
  const health: Health = {
    async start() {
      collections.start()
      surface.registry.start()
    },
    async stop() {
      draining = true
      await awake(clock.sleep(drainMs))
      await awake(surface.registry.stop())
      collections.stop()
    },
    routes,
    handler: (wanted) => createNodeHandler(routes(wanted)),
    measure: measureWith(meter),
    snapshot: surface.snapshot,
    registerCache: surroundings.caches.register,
    finite: surroundings.numbers.finite,
  }
  const drain = () => {
    draining = true
  }
  return { health, surface, meter, drain, unhealthy: () => isUnhealthy(surface) }
}

interface Parts {
  readonly options: HealthOptions
  readonly assignments: readonly Assignment[]
  readonly surroundings: Surroundings
  readonly collections: Collections
  readonly draining: () => boolean
  readonly decay?: Decay
}

function surfaceOf({
  options,
  assignments,
  surroundings,
  collections,
  draining,
  decay,
}: Parts): Surface & { registry: Registry } {
  const { clock } = surroundings
  const startedAt = clock.date()
  const identity = identityOf(options.identity)
  const metrics = createMetrics({
    assignments,
    snapshot: () => registry.snapshot(),
    releaseId: identity.releaseId,
    startedAt,
    collections,
    ...(decay && { decay }),
    ...(options.registry && { registry: options.registry }),
  })
  const own = { looked: metrics.looked, changed: metrics.changed }
  const watchers = options.onTransition ? [own, { changed: options.onTransition }] : [own]
  const registry: Registry = new Registry(assignments, { clock, surroundings, random: Math.random, watchers })
  return {
    registry,
    snapshot: () => registry.snapshot(),
    history: (name) => registry.history(name),
    asks: options.heartbeat?.asks ?? CURES,
    draining,
    identity,
    access: accessOf(options),
    metrics,
    trips: surroundings.trips,
    remedies: [purgeCache(surroundings.caches)],
    clock,
    startedAt,
    startedNow: clock.now(),
    ...(decay && { decay }),
  }
}

/** What a service lends its checks. */
export function surroundingsOf(clock: Clock, address: Surroundings['address'] = () => undefined): Surroundings {
  return {
    clock,
    caches: createCaches(),
    trips: createTrips(clock),
    numbers: createNumbers(),
    loop: createLoopWatcher(clock),
    address,
  }
}

function asChoice(given: Check | Choice): Choice {
  return 'check' in given ? given : { check: given, options: {} }
}

function isUnhealthy({ snapshot, asks, decay }: Surface): boolean {
  return decay?.last.failed === true || objections('live', snapshot(), { asks, draining: false }).length > 0
}

function measureWith(meter: Meter): Measure {
  function measure(): Middleware
  function measure(...request: Parameters<Meter['begin']>): void
  function measure(...request: [] | Parameters<Meter['begin']>): Middleware | undefined {
    if (request.length === 0) return meter.middleware()
    meter.begin(...request)
    return undefined
  }
  return measure
}

function accessOf({ token, metrics }: HealthOptions): AccessRules {
  return { metricsPublic: metrics?.public ?? false, ...(token !== undefined && { token }) }
}

function identityOf(identity: HealthOptions['identity'] = {}): Identity {
  return {
    version: identity.version ?? '1',
    releaseId: identity.releaseId ?? PACKAGE_VERSION,
    serviceId: identity.serviceId ?? hostname(),
    description: identity.description ?? '',
    notes: identity.notes ?? [],
  }
}
