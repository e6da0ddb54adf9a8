import type Router from '@koa/router'
import type { Access } from './access.ts'
import type { Surface } from './surface.ts'

/** `POST /remedies/NAME` runs a remedy now and answers with what it did. */
export function routeRemedies(router: Router, { remedies }: Surface, access: Access): void {
  const byName = new Map(remedies.map((remedy) => [remedy.name, remedy]))
  router.post('/remedies/:name', async (ctx) => {
    access.assertMayChange(ctx)
    const remedy = byName.get(ctx.params['name'] ?? '')
    if (!remedy) return ctx.throw(404, `there is no remedy of this name; there is ${[...byName.keys()].join(', ')}`)
    const report = await remedy.run()
    ctx.set('Cache-Control', 'no-store')
    ctx.body = report
  })
}
