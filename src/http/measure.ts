import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Middleware } from 'koa'
import { SELF_PROBE_AGENT } from '../core/surroundings.ts'
import { LATE_MS } from './mishaps.ts'
import { isProbeRoute } from './probe-routes.ts'
import type { Surface } from './surface.ts'

/** Measures trips: from the first byte in to the last byte out. A request that is never answered has none. */
export interface Meter {
  /** For Koa; use it first. The route is the pattern that the router matched. */
  middleware(): Middleware
  /** For node:http; call it first. `route` is the pattern, never the path: it becomes a label. Default: `*`, one route for all. */
  begin(req: IncomingMessage, res: ServerResponse, route?: string, isProbe?: boolean): void
  /** Says that a request was a probe's: it is no user's, and takes no part in the latency. */
  isProbe(res: ServerResponse): void
}

/** The route of requests that no router matched: an unknown path never becomes a label. */
const UNMATCHED = 'unmatched'

/** Methods that get a label of their own; any other is `other`, so that nobody can add labels from outside. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * A mark on probes' responses. What every response needs is held by its listener instead: a property more on each makes them another
 * shape than Node's own, which Node's code then has to find out at each step.
 */
const PROBE = Symbol('probe')

type Marked = ServerResponse & { [PROBE]?: true }

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

export function createMeter({
  clock,
  trips,
  metrics,
  mishaps,
}: Pick<Surface, 'clock' | 'trips' | 'metrics' | 'mishaps'>): Meter {
  const tripOf = tripNames()
  const finished = (res: Marked, begun: number, found: string | Context, isProbe: boolean) => {
    const milliseconds = clock.now() - begun
    const { method: asked = '' } = res.req
    const method = METHODS.has(asked) ? asked : 'other'
    const route = typeof found === 'string' ? found : routeOfKoa(found)
    metrics.answered(method, route, res.statusCode, milliseconds)
    if (isProbe || res[PROBE]) {
      if (milliseconds >= LATE_MS && isProbeRoute(route)) mishaps.late(route)
      return
    }
    trips.record(tripOf(method, route), milliseconds)
    if (res.statusCode >= 500) mishaps.failed(tripOf(method, route), res.statusCode)
  }
  const watch = (req: IncomingMessage, res: ServerResponse, route: string | Context, isProbe = false) => {
    // Not `headers`: Node makes those when they are first asked for. No other header has this value.
    const isOwn = req.rawHeaders.includes(SELF_PROBE_AGENT)
    const begun = clock.now()
    // A response finishes once, and `on` costs less than `once`. All have the listener, lest a few without it be of another shape.
    res.on('finish', () => {
      if (!isOwn) finished(res, begun, route, isProbe)
    })
  }
  return {
    middleware: () => (ctx, next) => {
      watch(ctx.req, ctx.res, ctx)
      return next()
    },
    begin: (req, res, route = '*', isProbe) => watch(req, res, route, isProbe),
    isProbe: (res: Marked) => {
      res[PROBE] = true
    },
  }
}

function routeOfKoa(ctx: Context): string {
  const route: unknown = ctx['_matchedRoute']
  return route === undefined ? UNMATCHED : String(route)
}
