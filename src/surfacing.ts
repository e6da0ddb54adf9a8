import { hostname } from 'node:os'
import type { Assignment } from './core/assignment.ts'
import { CURES } from './core/check.ts'
import type { Decay } from './core/draw.ts'
import type { PreviousRun } from './core/previous-run.ts'
import type { Attempt } from './core/remedy.ts'
import type { Surroundings } from './core/surroundings.ts'
import type { Temper } from './core/temper.ts'
import type { Watcher } from './engine/monitor.ts'
import { Registry } from './engine/registry.ts'
import type { HealthOptions } from './health.ts'
import type { Collections } from './host/collections.ts'
import type { ThreadStopwatch } from './host/thread.ts'
import { createMishaps, LATE_MS } from './http/mishaps.ts'
import { PROBE_PATHS } from './http/probe-routes.ts'
import { remarksOf } from './http/remarks.ts'
import type { AccessRules, FaultControl, Surface } from './http/surface.ts'
import { createVisitors } from './http/visitors.ts'
import { createMetrics } from './metrics/metrics.ts'
import { purgeCache } from './remedies/purge-cache.ts'
import { createRemedies, type Remedies } from './remedies/remedies.ts'
import type { Identity } from './render/scene.ts'

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

/** Of what a surface is made. */
export interface SurfaceParts {
  readonly options: HealthOptions
  readonly extras: Extras
  readonly assignments: readonly Assignment[]
  readonly surroundings: Surroundings
  readonly collections: Collections
  readonly stopwatch: ThreadStopwatch
  readonly stops: Pick<Surface, 'leaving' | 'departure'>
}

/** Of a stopwatch, only how long the thread waited for a processor. */
const queuedBy = (stopwatch: ThreadStopwatch) => () => {
  const timesOf = stopwatch.begin()
  return (ms: number) => timesOf(ms)?.queuedMs
}

/** Everything that HTTP is handed, and the registry behind it. Nothing runs yet. */
export function surfaceOf(parts: SurfaceParts): Surface & { registry: Registry } {
  const { options, extras, assignments, surroundings, collections, stopwatch, stops } = parts
  const { clock } = surroundings
  const { decay, decayStep, temper, faults } = extras
  const [startedAt, startedNow] = [clock.date(), clock.now()]
  const identity = identityOf(options.identity)
  const visitors = createVisitors(clock)
  const { trips } = surroundings
  // A scrape that counted itself would never read the same twice.
  const visits = () => visitors.list().filter(({ path }) => PROBE_PATHS.includes(path))
  const mishaps = createMishaps(clock, {
    lately: () => trips.tally(LATE_MS).all.fiveMinutes.requests,
    ever: trips.recorded,
    probes: () =>
      visits().reduce(
        (sum, { codes, unanswered }) => codes.reduce((all, [, count]) => all + count, sum + unanswered),
        0,
      ),
  })
  const remedies =
    extras.remedies ?? remediesByHand(surroundings, ({ remedy, result }) => metrics.remedied(remedy, result))
  const snapshot = () => registry.snapshot()
  const history = (name: string) => registry.history(name)
  const remarks = () => remarksOf(snapshot(), mishaps, clock.now() - startedNow, history)
  const { releaseId } = identity
  const read = { assignments, collections, snapshot, remedies, visits, settle: trips.settle, releaseId, startedAt }
  const metrics = createMetrics({ ...extras, ...read, registry: options.registry })
  const watchers: Watcher[] = [{ looked: metrics.looked, changed: metrics.changed }]
  if (options.onTransition) watchers.push({ changed: options.onTransition })
  if (extras.watcher) watchers.push(extras.watcher)
  const engine = {
    clock,
    surroundings,
    queued: queuedBy(stopwatch),
    random: Math.random,
    watchers,
    ...(temper && { temper }),
  }
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
    arrivals: surroundings.arrivals,
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

function accessOf({ token, metrics }: HealthOptions): AccessRules {
  return { metricsPublic: metrics?.public ?? false, ...(token !== undefined && { token }) }
}

/** The release of a host is known to nobody but the host. An empty text, as of a variable that is not set, is none. */
function identityOf(identity: HealthOptions['identity'] = {}): Identity {
  return {
    version: identity.version ?? '1',
    ...(identity.releaseId && { releaseId: identity.releaseId }),
    serviceId: identity.serviceId ?? hostname(),
    description: identity.description ?? '',
    notes: identity.notes ?? [],
  }
}
