import type Router from '@koa/router'
import type { Access } from './access.ts'
import type { Surface } from './surface.ts'
import { agentOf } from './visitors.ts'

/** `/metrics`, as Prometheus reads it. */
export function routeMetrics(router: Router, { metrics, visitors }: Surface, access: Access): void {
  router.get('/metrics', async (ctx) => {
    access.assertMayScrape(ctx)
    visitors.came('/metrics', 200, agentOf(ctx.req))
    const text = await metrics.text()
    ctx.set('Content-Type', metrics.contentType)
    ctx.set('Cache-Control', 'no-store')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.body = text
  })
}
