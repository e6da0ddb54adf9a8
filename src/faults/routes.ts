import type { IncomingMessage } from 'node:http'
import type { Field } from './fields.ts'

/** Paths that a fault may hit: `/orders`, `/orders/*` with everything under it, or `*`. */
export type Routes = readonly string[]

/** What a health service is asked. `*` leaves it out, and only its own path hits a probe. */
const HEALTH = ['/healthz', '/livez', '/readyz', '/startupz', '/status', '/metrics', '/faults', '/remedies']

/** By these a fault is seen and ended: they always work. */
const EXEMPT = ['/metrics', '/status', '/faults', '/remedies']

/** By default every route of the service's users, and neither probes nor control. */
export const routes: Field<Routes> = {
  expected: `a list of paths ("/", "/orders/*", "/healthz"), "*" for all but probes; never ${EXEMPT.join(', ')}`,
  fallback: { value: ['*'] },
  read(given) {
    const list = Array.isArray(given) ? given : [given]
    return list.length > 0 && list.length <= 100 && list.every(isRoute) ? list : undefined
  },
}

export function reaches(routes: Routes, req: IncomingMessage): boolean {
  const path = pathOf(req)
  if (EXEMPT.some((root) => isUnder(path, root))) return false
  return routes.some((route) => fits(route, path))
}

function fits(route: string, path: string): boolean {
  if (route === '*') return !HEALTH.some((root) => isUnder(path, root))
  return route.endsWith('/*') ? isUnder(path, route.slice(0, -2)) : path === route
}

function isRoute(given: unknown): given is string {
  if (given === '*') return true
  return typeof given === 'string' && /^\/[^?#\s]*$/.test(given) && !EXEMPT.some((root) => isUnder(given, root))
}

function isUnder(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}

/** Without the query, and without the slash at the end that routers do not mind. */
function pathOf({ url = '/' }: IncomingMessage): string {
  const path = url.replace(/[?#].*$/, '')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
