import type Router from '@koa/router'
import { checkJson } from '../render/health-json.ts'
import { checkText } from '../render/text.ts'
import type { Access } from './access.ts'
import { representationOf, send } from './representation.ts'
import { sceneOf } from './scene.ts'
import type { Surface } from './surface.ts'

/** `/healthz/NAME`: one check alone. 500 when it stands at fail, whatever its cure; never a draw. */
export function routeChecks(router: Router, surface: Surface, access: Access): void {
  router.get('/healthz/:name', (ctx) => {
    const check = surface.snapshot().byName.get(ctx.params['name'] ?? '')
    if (!check) return ctx.throw(404, 'there is no check of this name')
    const open = access.mayRead(ctx.req)
    const status = check.status === 'fail' ? 500 : 200
    const history = open && 'history' in ctx.query ? surface.history(check.name) : undefined
    const as = representationOf(ctx)
    if (as === 'text/plain') return send(ctx, status, as, checkText(check, open, history))
    send(ctx, status, as, checkJson(check, sceneOf(ctx, surface, open), history))
  })
}
