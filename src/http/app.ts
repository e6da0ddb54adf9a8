import type { RequestListener } from 'node:http'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import type { Greeter } from '../failweb/greeting.ts'
import { type Access, createAccess } from './access.ts'
import { meetFaults } from './fault-routes.ts'
import { plainGreeting, routeGreeting } from './greeting-routes.ts'
import { answering, createHealthRoutes } from './health-routes.ts'
import type { Meter } from './measure.ts'
import { plainly } from './plain-requests.ts'
import { plainProbes } from './probe-routes.ts'
import { notFound, problems } from './problems.ts'
import type { Surface } from './surface.ts'

export interface AppSetup {
  readonly surface: Surface
  readonly meter: Meter
  readonly greeter: Greeter
  /** Told of an error that is the service's own. Default: it is written to standard error. */
  readonly onError?: (error: Error) => void
}

/** failweb's own application: the greeting, and every health route. It does not listen. */
export function createApp(setup: AppSetup): RequestListener {
  const { surface, meter, greeter } = setup
  const access = createAccess(surface)
  const koa = koaApp(setup, access)
  // Faults meet what has been routed.
  if (surface.faults) return koa
  const probes = plainProbes(surface, access)
  const plain = plainly(new Map([...probes, ...plainGreeting(greeter)]))
  return (req, res) => {
    const answer = plain(req)
    if (!answer) return koa(req, res)
    const { url = '' } = req
    meter.begin(req, res, url, probes.has(url))
    try {
      answer(req, res)
    } catch (error) {
      failed(error, setup)(req, res)
    }
  }
}

function koaApp({ surface, meter, greeter, onError }: AppSetup, access: Access): RequestListener {
  // Strict: `//` is another path than `/`.
  const router = new Router({ sensitive: true, strict: true })
  if (surface.faults) meetFaults(router, surface.faults)
  routeGreeting(router, greeter)
  return callbackOf(
    [meter.middleware(), problems, createHealthRoutes(surface, meter, {}, access), answering(router), notFound],
    onError,
  )
}

/** Says so as Koa does. */
function failed(error: unknown, { onError }: AppSetup): RequestListener {
  return callbackOf(
    [
      () => {
        throw error
      },
    ],
    onError,
  )
}

function callbackOf(middlewares: readonly Middleware[], onError: AppSetup['onError']): RequestListener {
  const app = new Koa()
  for (const middleware of middlewares) app.use(middleware)
  if (onError) app.on('error', onError)
  return app.callback()
}
