import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Middleware } from 'koa'
import { SELF_PROBE_AGENT, type TripRecorder } from '../core/surroundings.ts'
import { type Asked, note, whenOver } from './endings.ts'
import { LATE_MS } from './mishaps.ts'
import { isProbeRoute } from './probe-routes.ts'
import type { Surface } from './surface.ts'
import { agentOf } from './visitors.ts'

/**
 * Measures trips: from when a request came, as far as that can be known, to the last byte out. A request that nobody waited for any longer
 * has none, unless he had waited for a second and not a byte had come: then it is as long as he waited, at the least. A stream of events
 * takes as long as it is listened to, which from a second on is no trip.
 */
export interface Meter {
  /** For Koa; use it first. The route is the pattern that the router matched. With `inner` that one comes next, with no step of Koa's between. */
  middleware(inner?: Middleware): Middleware
  /** For node:http; call it first. `route` is the pattern, never the path: it becomes a label. Default: `*`, one route for all. */
  begin(req: IncomingMessage, res: ServerResponse, route?: string, isProbe?: boolean): void
  /**
   * Says that a request was a probe's: it is no user's, and takes no part in the latency. Its route is its own, whatever the host has called
   * what it measures: an alert on a host's route must not count failing probes.
   */
  isProbe(res: ServerResponse, route: string): void
}

/** The route of requests that no router matched: an unknown path never becomes a label. */
const UNMATCHED = 'unmatched'

/** Methods that get a label of their own; any other is `other`, so that nobody can add labels from outside. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Over HTTP/2 anybody may invent methods: they are told apart nowhere. */
function methodOf(asked: string): string {
  return METHODS.has(asked) ? asked : 'other'
}

/** Whether it is a stream of events: its asker says so, as browsers do, or its answer, where that can still be read. */
function isStream(res: ServerResponse): boolean {
  return [res.req.headers.accept, res.getHeader('content-type')].some((type) => `${type}`.startsWith(EVENTS))
}

const EVENTS = 'text/event-stream'

/** Everything that is kept of the requests of one method, route and status: found once a request, and nothing else is looked up. */
interface Way {
  readonly method: string
  readonly route: string
  readonly code: number
  /** `GET /orders/:id` */
  readonly trip: string
  /** Counts it in the histogram, and in nothing else. */
  readonly observe: (milliseconds: number) => void
  /** Where its trips go, which are counted in the histogram, too; a way that only probes come has none. */
  trips?: TripRecorder
}

/**
 * Methods, routes and codes are few, so that the ways are: a route is a pattern. The newest way is tried first, and methods are told
 * apart only where none is found: between two requests everything has left the processor's cache, so that each place in memory that is
 * not looked at saves more than the looking.
 */
class Ways {
  readonly #metrics: Pick<Surface['metrics'], 'answered'>
  readonly #ways = new Map<string, Way[]>()
  #newest: Way | undefined

  constructor(metrics: Pick<Surface['metrics'], 'answered'>) {
    this.#metrics = metrics
  }

  of(asked: string, route: string, code: number): Way {
    const newest = this.#newest
    if (newest?.code === code && newest.route === route && newest.method === asked) return newest
    const method = methodOf(asked)
    const way = this.#ways.get(route)?.find((way) => way.method === method && way.code === code)
    this.#newest = way ?? this.#add(method, route, code)
    return this.#newest
  }

  #add(method: string, route: string, code: number): Way {
    const seconds = this.#metrics.answered(method, route, code)
    const observe = (milliseconds: number) => seconds.observe(milliseconds / 1000)
    const way = { method, route, code, trip: `${method} ${route}`, observe }
    this.#ways.set(route, [...(this.#ways.get(route) ?? []), way])
    return way
  }
}

/** A request whose pattern is known when it is over: Koa's context is one. */
interface Routed extends Asked {
  /** Where Koa's router leaves the pattern. */
  readonly _matchedRoute?: unknown
}

/** Where the value of the second header is, which is the User-Agent that the service's own requests carry: nobody who might sort them stands between. */
const SECOND_VALUE = 3

export function createMeter({
  clock,
  trips,
  arrivals,
  metrics,
  mishaps,
}: Pick<Surface, 'clock' | 'trips' | 'arrivals' | 'metrics' | 'mishaps'>): Meter {
  const ways = new Ways(metrics)
  // What is noted on a response is its route as a probe's.
  const sent = (asked: Routed, begun: number, own?: string) => {
    const { res } = asked
    const now = clock.now()
    const milliseconds = now - begun
    const route = own ?? routeOf(asked)
    const way = ways.of(res.req.method ?? '', route, res.statusCode)
    if (own !== undefined) {
      way.observe(milliseconds)
      if (milliseconds >= LATE_MS && isProbeRoute(route)) mishaps.late(route, agentOf(res.req))
      return
    }
    if (milliseconds < LATE_MS || !isStream(res)) {
      way.trips ??= trips.recorder(way.trip, way.observe)
      way.trips.record(milliseconds, now)
    } else way.observe(milliseconds)
    if (way.code >= 500) mishaps.failed(way.trip, way.code)
  }
  const givenUp = (asked: Routed, begun: number, own?: string) => {
    const { res } = asked
    const milliseconds = clock.now() - begun
    if (milliseconds < LATE_MS || res.headersSent || own !== undefined || isStream(res)) return
    const trip = `${methodOf(res.req.method ?? '')} ${routeOf(asked)}`
    trips.record(trip, milliseconds)
    mishaps.givenUp(trip)
  }
  const told = { sent, givenUp }
  const watch = (req: IncomingMessage, asked: Routed) => {
    // Not `headers`: Node makes those when they are first asked for.
    const agent = req.rawHeaders[SECOND_VALUE]
    // The length first: that is at hand, and mostly enough.
    if (agent?.length === SELF_PROBE_AGENT.length && agent === SELF_PROBE_AGENT) return
    whenOver(req, asked, arrivals.came(req.socket), told)
  }
  return {
    middleware: (inner) => (ctx, next) => {
      watch(ctx.req, ctx)
      return inner ? inner(ctx, next) : next()
    },
    begin(req, res, route = '*', isProbe = false) {
      watch(req, { res, _matchedRoute: route })
      if (isProbe) note(res, route)
    },
    isProbe: note,
  }
}

function routeOf({ _matchedRoute: route }: Routed): string {
  if (typeof route === 'string') return route
  return route === undefined ? UNMATCHED : String(route)
}
