import type Router from '@koa/router'
import type { Access } from './access.ts'
import type { Surface } from './surface.ts'

/** `/metrics`, as Prometheus reads it. */
export function routeMetrics(router: Router, { metrics }: Surface, access: Access): void {
  router.get('/metrics', async (ctx) => {
    access.assertMayScrape(ctx)
    const text = await metrics.text()
    ctx.set('Content-Type', metrics.contentType)
    ctx.set('Cache-Control', 'no-store')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.body = text
  })
}
