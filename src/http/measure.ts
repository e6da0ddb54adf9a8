import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Middleware } from 'koa'
import { SELF_PROBE_AGENT } from '../core/surroundings.ts'
import type { Surface } from './surface.ts'

/** Measures trips: from the first byte in to the last byte out. A request that is never answered has none. */
export interface Meter {
  /** For Koa; use it first. The route is the pattern that the router matched. */
  middleware(): Middleware
  /** For node:http; call it first. `route` is the pattern, never the path: it becomes a label. Default: `*`, one route for all. */
  begin(req: IncomingMessage, res: ServerResponse, route?: string): void
  /** Says that a request was a probe's: it is no user's, and takes no part in the latency. */
  isProbe(res: ServerResponse): void
}

/** The route of requests that no router matched: an unknown path never becomes a label. */
const UNMATCHED = 'unmatched'

/** Methods that get a label of their own; any other is `other`, so that nobody can add labels from outside. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** On the response itself: a WeakSet of them costs each probe half a microsecond, and the collector its share. */
const PROBE = Symbol('probe')
const TRIP = Symbol('trip')

interface Trip {
  readonly begun: number
  /** The pattern, or the context that will know it. */
  readonly route: string | Context
}

type Watched = ServerResponse & { [TRIP]?: Trip | undefined }

/** `GET /orders/:id`, made once: a string that is put together anew at each request has to be hashed anew, too. */
function tripNames(): (method: string, route: string) => string {
  const names = new Map<string, Map<string, string>>()
  const add = (method: string, route: string) => {
    const name = `${method} ${route}`
    names.set(route, (names.get(route) ?? new Map()).set(method, name))
    return name
  }
  return (method, route) => names.get(route)?.get(method) ?? add(method, route)
}

export function createMeter({ clock, trips, metrics }: Pick<Surface, 'clock' | 'trips' | 'metrics'>): Meter {
  const tripOf = tripNames()
  /** One listener for all: a closure for each request would be garbage of each. */
  function finished(this: Watched): void {
    const { [TRIP]: trip, req, statusCode } = this
    if (!trip) return
    const milliseconds = clock.now() - trip.begun
    const method = req.method !== undefined && METHODS.has(req.method) ? req.method : 'other'
    const route = typeof trip.route === 'string' ? trip.route : routeOfKoa(trip.route)
    metrics.answered(method, route, statusCode, milliseconds)
    if (!(PROBE in this)) trips.record(tripOf(method, route), milliseconds)
  }
  const watch = (req: IncomingMessage, res: Watched, route: string | Context) => {
    if (req.headers['user-agent'] === SELF_PROBE_AGENT) return
    res[TRIP] = { begun: clock.now(), route }
    // A response finishes once, and `on` costs less than `once`.
    res.on('finish', finished)
  }
  return {
    middleware: () => (ctx, next) => {
      watch(ctx.req, ctx.res, ctx)
      return next()
    },
    begin: (req, res, route = '*') => watch(req, res, route),
    isProbe: (res) => void Object.assign(res, { [PROBE]: true }),
  }
}

/** Of a response that never finishes nothing is measured, and nothing kept. */
export function forgetTrip(res: Watched): void {
  // Not deleted: an object that has lost a property takes three KiB more.
  res[TRIP] = undefined
}

function routeOfKoa(ctx: Context): string {
  const route: unknown = ctx['_matchedRoute']
  return route === undefined ? UNMATCHED : String(route)
}
