import type { Middleware } from 'koa'
import { awake } from './awake.ts'
import { assign } from './core/assignment.ts'
import type { Clock } from './core/clock.ts'
import { objections } from './core/probe.ts'
import type { Surroundings } from './core/surroundings.ts'
import type { Health, HealthOptions, Measure } from './health.ts'
import { asChoice, assertOptions, assertRoutesOptions } from './health-options.ts'
import { createArrivals } from './host/arrivals.ts'
import { createCaches } from './host/caches.ts'
import { createCollections } from './host/collections.ts'
import { createLoopWatcher } from './host/event-loop.ts'
import { createNumbers } from './host/numbers.ts'
import { createThreadStopwatch } from './host/thread.ts'
import { createTrips } from './host/trips.ts'
import { createHealthRoutes, type HealthRoutesOptions } from './http/health-routes.ts'
import { createMeter, type Meter } from './http/measure.ts'
import { createNodeHandler } from './http/node-handler.ts'
import type { Surface } from './http/surface.ts'
import { type Extras, surfaceOf } from './surfacing.ts'
import { systemClock } from './system-clock.ts'

/** A health service with the parts that failweb's own service goes on from. */
export interface Assembled {
  readonly health: Health
  readonly surface: Surface
  readonly meter: Meter
  /** Whether liveness fails now, or the last draw did. */
  unhealthy(): boolean
  /** Is not ready from now on. `by`: what for (`SIGTERM`, `self-drain`). */
  drain(by?: string): void
}

/** Puts engine, routes and metrics together. Nothing runs until `start`. @throws {SetupError} with every mistake in the options */
export function assembleHealth(options: HealthOptions, extras: Extras = {}): Assembled {
  assertOptions(options)
  const { clock = systemClock, drainMs = 0, address } = options
  const assignments = assign((options.checks ?? []).map(asChoice))
  const surroundings = extras.surroundings ?? surroundingsOf(clock, address)
  const collections = createCollections()
  const stopwatch = createThreadStopwatch()
  const leaving = new AbortController()
  let departure: ReturnType<Surface['departure']>
  const stops = { leaving: leaving.signal, departure: () => departure }
  const parts = { options, extras, assignments, surroundings, collections, stopwatch, stops }
  const surface = surfaceOf(parts)
  const meter = createMeter(surface)
  const routes = (wanted: HealthRoutesOptions = {}): Middleware => {
    assertRoutesOptions(wanted)
    return createHealthRoutes(surface, meter, wanted)
  }
  const drain = (by?: string) => {
    if (by !== undefined) departure ??= { by, at: clock.date().getTime() }
    leaving.abort()
  }
  const health: Health = {
    async start() {
      surface.registry.start()
      collections.start()
    },
    async stop() {
      drain()
      await awake(clock.sleep(drainMs))
      await awake(surface.registry.stop())
      collections.stop()
      stopwatch.close()
    },
    routes,
    middleware: (wanted) => meter.middleware(routes(wanted)),
    handler: (wanted) => createNodeHandler(routes(wanted)),
    measure: measureWith(meter),
    snapshot: surface.snapshot,
    registerCache: surroundings.caches.register,
    finite: surroundings.numbers.finite,
  }
  return { health, surface, meter, drain, unhealthy: () => isUnhealthy(surface) }
}

/** What a service lends its checks. */
export function surroundingsOf(clock: Clock, address: Surroundings['address'] = () => undefined): Surroundings {
  return {
    clock,
    caches: createCaches(),
    trips: createTrips(clock),
    arrivals: createArrivals(clock),
    numbers: createNumbers(),
    loop: createLoopWatcher(clock),
    address,
  }
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
