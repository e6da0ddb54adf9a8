import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import { type Access, createAccess } from './access.ts'
import { createChanges } from './changes.ts'
import { routeChecks } from './check-routes.ts'
import { meetFaults, routeFaults } from './fault-routes.ts'
import type { Meter } from './measure.ts'
import { routeMetrics } from './metrics-routes.ts'
import { plainly } from './plain-requests.ts'
import { mindGoing, plainProbes, routeProbes } from './probe-routes.ts'
import { answerProblem, problems } from './problems.ts'
import { routeRemedies } from './remedy-routes.ts'
import { routeStatus } from './status-routes.ts'
import type { Surface } from './surface.ts'

/** Where the health routes are, and which. */
export interface HealthRoutesOptions {
  /** Put before every path: `/internal` gives `/internal/healthz`. Default none. */
  readonly prefix?: string
  /** Whether `/metrics` is among the routes. Default true. */
  readonly metrics?: boolean
}

/**
 * Every health route as one Koa middleware. A path that is not among them is left to whoever comes next.
 * @param access shared by all that a service answers: it counts the wrong tokens
 */
export function createHealthRoutes(
  surface: Surface,
  meter: Meter,
  options: HealthRoutesOptions = {},
  access: Access = createAccess(surface),
): Middleware {
  const { prefix = '', metrics = true } = options
  const changes = createChanges(surface, access)
  const router = new Router({ prefix, sensitive: true })
  router.use((ctx, next) => {
    // The pattern, not the context, which a stream of events would keep for as long as it lasts. What is matched here are middlewares, too.
    meter.isProbe(ctx.res, String(ctx.matched?.findLast(({ methods }) => methods.length > 0)?.path))
    const path = `${mountedAt(ctx)}${prefix}`
    ctx.state['healthPrefix'] = path
    ctx.state['healthLinks'] = { about: `${path}/status`, ...(metrics && { metrics: `${path}/metrics` }) }
    return next()
  })
  router.use(mindGoing(surface, prefix))
  if (surface.faults) meetFaults(router, surface.faults)
  routeProbes(router, surface, access)
  routeChecks(router, surface, access)
  if (metrics) routeMetrics(router, surface, access)
  routeStatus(router, surface, access)
  routeRemedies(router, surface, changes)
  if (surface.faults) routeFaults(router, surface.faults, access, changes)
  const routes = answering(router)
  // The host's own requests come by here too: most pay a look at one letter, not a match with every route.
  const mayBeOurs = among(firstSegments(router, prefix), prefix)
  const plain = surface.faults ? () => undefined : plainly(plainProbes(surface, access, prefix))
  return (ctx, next) => {
    const { req, res } = ctx
    if (!mayBeOurs(req.url ?? '')) return next()
    // Faults meet what has been routed.
    const answer = plain(req)
    if (!answer) return routes(ctx, next)
    meter.isProbe(res, req.url ?? '')
    ctx['_matchedRoute'] = req.url
    ctx.respond = false
    answer(req, res)
    return ANSWERED
  }
}

const ANSWERED = Promise.resolve()

/** Where a host has mounted all of this (`/internal`): what it took off the target's beginning, as koa-mount, Express and Connect do. */
function mountedAt({ req, originalUrl, url }: Context): string {
  const whole = (req as { readonly originalUrl?: string }).originalUrl ?? originalUrl
  const path = whole.endsWith(url) ? whole.slice(0, whole.length - url.length) : ''
  // No target may lead to another host.
  return /^\/(?!\/)/.test(path) ? path : ''
}

/** `healthz`, `livez` and so on: what follows the prefix in the paths of a router. */
function firstSegments(router: Router, prefix: string): ReadonlySet<string> {
  const paths = router.stack.map(({ path }) => String(path).slice(prefix.length))
  return new Set(paths.flatMap((path) => path.split('/')[1] ?? []).filter((segment) => /^[a-z]+$/.test(segment)))
}

/**
 * Whether a target may be one of the routes: it begins like one, or is written out with a host, which the routes understand.
 * Koa's own `ctx.path` says it exactly, and takes longer than all the rest that the request pays here.
 */
function among(segments: ReadonlySet<string>, prefix: string): (target: string) => boolean {
  const begins = prefix.length + 1
  const initials = [...segments].map((segment) => segment.charCodeAt(0))
  return (target) => {
    if (!target.startsWith('/')) return true
    // Most of a host's paths are told by one letter.
    if (target.length <= begins || !initials.includes(target.charCodeAt(begins))) return false
    return target.startsWith(prefix) && segments.has(/^[a-z]*/.exec(target.slice(begins))?.[0] ?? '')
  }
}

/**
 * A router's routes; on one of its paths, a method that it does not route is 405, and mistakes are answered as problems.
 * What comes next runs outside of that: a host's own errors are the host's.
 */
export function answering(router: Router): Middleware {
  const routes = router.routes()
  return async (ctx, next) => {
    let ours = true
    const otherwise = async () => {
      const allowed = allowedMethods(router, ctx)
      ours = allowed.length > 0
      if (ours) refuseMethod(ctx, allowed)
    }
    await problems(ctx, () => routes(ctx as never, otherwise))
    if (!ours) await next()
  }
}

function refuseMethod(ctx: Context, allowed: readonly string[]): void {
  const list = allowed.join(', ')
  answerProblem(ctx, {
    status: 405,
    message: `${ctx.method} is not allowed here; allowed: ${list}`,
    headers: { Allow: list },
  })
}

function allowedMethods(router: Router, ctx: Context): readonly string[] {
  const { path, route } = router.match(ctx.path, ctx.method)
  return route ? [] : [...new Set(path.flatMap(({ methods }) => methods))].sort()
}
