import Router from '@koa/router'
import Koa from 'koa'
import type { Greeter } from '../failweb/greeting.ts'
import { meetFaults } from './fault-routes.ts'
import { plainGreeting, routeGreeting } from './greeting-routes.ts'
import { answering, createHealthRoutes } from './health-routes.ts'
import type { Meter } from './measure.ts'
import { plainly } from './plain-requests.ts'
import { notFound, problems } from './problems.ts'
import type { Surface } from './surface.ts'

/** failweb's own application: the greeting, and every health route. It does not listen. */
export function createApp(surface: Surface, meter: Meter, greeter: Greeter): Koa {
  const app = new Koa()
  // Strict: `//` is another path than `/`.
  const router = new Router({ sensitive: true, strict: true })
  if (surface.faults) meetFaults(router, surface.faults)
  routeGreeting(router, greeter)
  app.use(meter.middleware())
  // Faults meet what has been routed.
  if (!surface.faults) {
    const greet = plainly(plainGreeting(greeter))
    app.use((ctx, next) => greet(ctx) ?? next())
  }
  app.use(problems)
  app.use(createHealthRoutes(surface, meter))
  app.use(answering(router))
  app.use(notFound)
  return app
}
