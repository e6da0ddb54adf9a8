import { hostname } from 'node:os'
import type { Middleware } from 'koa'
import { awake } from './awake.ts'
import { type Assignment, assign } from './core/assignment.ts'
import { CURES } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { Decay } from './core/draw.ts'
import { objections } from './core/probe.ts'
import type { Attempt } from './core/remedy.ts'
import type { Surroundings } from './core/surroundings.ts'
import type { Temper } from './core/temper.ts'
import type { Watcher } from './engine/monitor.ts'
import { Registry } from './engine/registry.ts'
import type { Health, HealthOptions, Measure } from './health.ts'
import { asChoice, assertOptions, assertRoutesOptions } from './health-options.ts'
import { createCaches } from './host/caches.ts'
import { type Collections, createCollections } from './host/collections.ts'
import { createLoopWatcher } from './host/event-loop.ts'
import { createNumbers } from './host/numbers.ts'
import { createThreadQueue, type ThreadQueue } from './host/thread.ts'
import { createTrips } from './host/trips.ts'
import { createHealthRoutes, type HealthRoutesOptions } from './http/health-routes.ts'
import { createMeter, type Meter } from './http/measure.ts'
import { createMishaps, LATE_MS } from './http/mishaps.ts'
import { createNodeHandler } from './http/node-handler.ts'
import { PROBE_PATHS } from './http/probe-routes.ts'
import { remarksOf } from './http/remarks.ts'
import type { AccessRules, FaultControl, Surface } from './http/surface.ts'
import { createVisitors } from './http/visitors.ts'
import { createMetrics } from './metrics/metrics.ts'
import { PACKAGE_VERSION } from './package.ts'
import { purgeCache } from './remedies/purge-cache.ts'
import { createRemedies, type Remedies } from './remedies/remedies.ts'
import type { Identity, PreviousRun } from './render/scene.ts'
import { systemClock } from './system-clock.ts'

/** What failweb's own service adds to the health service that a host would get. */
export interface Extras {
  readonly surroundings?: Surroundings
  readonly decay?: Decay
  /** Percentage points that each draw adds. */
  readonly decayStep?: number
  readonly temper?: Temper
  readonly remedies?: Omit<Remedies, 'temper'>
  readonly faults?: FaultControl
  readonly audit?: Surface['audit']
  /** Why the journal cannot be written now; undefined while it can. Absent where none is kept. */
  readonly journalTrouble?: () => string | undefined
  /** How the run before ended; absent where nothing is kept, undefined where nothing is known. */
  readonly previous?: PreviousRun | undefined
  readonly watcher?: Watcher
  /** Whether a guard watches the main thread. Default false. */
  readonly isGuarded?: boolean
}

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
  const queue = createThreadQueue()
  const leaving = new AbortController()
  let departure: ReturnType<Surface['departure']>
  const stops = { leaving: leaving.signal, departure: () => departure }
  const parts = { options, extras, assignments, surroundings, collections, queue, stops }
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
      queue.close()
    },
    routes,
    handler: (wanted) => createNodeHandler(routes(wanted)),
    measure: measureWith(meter),
    snapshot: surface.snapshot,
    registerCache: surroundings.caches.register,
    finite: surroundings.numbers.finite,
  }
  return { health, surface, meter, drain, unhealthy: () => isUnhealthy(surface) }
}

interface Parts {
  readonly options: HealthOptions
  readonly extras: Extras
  readonly assignments: readonly Assignment[]
  readonly surroundings: Surroundings
  readonly collections: Collections
  readonly queue: ThreadQueue
  readonly stops: Pick<Surface, 'leaving' | 'departure'>
}

function surfaceOf(parts: Parts): Surface & { registry: Registry } {
  const { options, extras, assignments, surroundings, collections, queue, stops } = parts
  const { clock } = surroundings
  const { decay, decayStep, temper, faults } = extras
  const [startedAt, startedNow] = [clock.date(), clock.now()]
  const identity = identityOf(options.identity)
  const visitors = createVisitors(clock)
  const { trips } = surroundings
  const lately = () => trips.tally(LATE_MS).all.fiveMinutes.requests
  const mishaps = createMishaps(clock, { lately, ever: trips.recorded })
  const remedies =
    extras.remedies ?? remediesByHand(surroundings, ({ remedy, result }) => metrics.remedied(remedy, result))
  const snapshot = () => registry.snapshot()
  const history = (name: string) => registry.history(name)
  const remarks = () => remarksOf(snapshot(), mishaps, clock.now() - startedNow, history)
  // A scrape that counted itself would never read the same twice.
  const visits = () => visitors.list().filter(({ path }) => PROBE_PATHS.includes(path))
  const { releaseId } = identity
  const read = { assignments, collections, snapshot, remedies, visits, releaseId, startedAt }
  const metrics = createMetrics({ ...extras, ...read, registry: options.registry })
  const watchers: Watcher[] = [{ looked: metrics.looked, changed: metrics.changed }]
  if (options.onTransition) watchers.push({ changed: options.onTransition })
  if (extras.watcher) watchers.push(extras.watcher)
  const engine = { clock, surroundings, queued: queue.begin, random: Math.random, watchers, ...(temper && { temper }) }
  const registry: Registry = new Registry(assignments, engine)
  return {
    registry,
    snapshot,
    history,
    transitions: () => registry.transitions(),
    asks: options.heartbeat?.asks ?? CURES,
    draining: () => stops.leaving.aborted,
    ...stops,
    identity,
    access: accessOf(options),
    metrics,
    trips: surroundings.trips,
    visitors,
    remedies: remedies.list,
    attempts: () => remedies.attempts(),
    notes: () => [...[extras.journalTrouble?.() ?? []].flat().map((seen) => ({ seen })), ...remarks()],
    noted: remarks,
    mishaps,
    clock,
    startedAt,
    startedNow,
    keepsJournal: extras.journalTrouble !== undefined,
    isGuarded: extras.isGuarded === true,
    ...(decay && { decay }),
    ...(decayStep !== undefined && { decayStep }),
    ...(faults && { faults }),
    ...(extras.audit && { audit: extras.audit }),
    ...(extras.previous && { previous: extras.previous }),
  }
}

/** For a host: on record in the metrics, and tried by nobody but who asks. */
function remediesByHand({ clock, caches }: Surroundings, onAttempt: (attempt: Attempt) => void): Remedies {
  return createRemedies({ clock, remedies: [purgeCache(caches)], ladders: [], onAttempt })
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
