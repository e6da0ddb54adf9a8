import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Access } from './access.ts'
import { answer, type Changes } from './changes.ts'
import type { FaultControl } from './surface.ts'

/** Lets the faults meet each request once its route is known: so it is measured, under its own name, as it goes wrong. */
export function meetFaults(router: Router, faults: FaultControl): void {
  router.use(async (ctx, next) => {
    // While a middleware of the router runs, the pattern is the middleware's own.
    const route = router.match(ctx.path, ctx.method).pathAndMethod.findLast(({ methods }) => methods.length > 0)
    if (route) ctx._matchedRoute = route.path
    if ((await faults.onRequest(ctx.req, ctx.res)) === 'go on') return next()
    ctx.respond = false
  })
}

/** `GET /faults`, `PUT /faults/NAME`, `DELETE /faults[/NAME]`: faults on purpose, where they are enabled. */
export function routeFaults(router: Router, faults: FaultControl, access: Access, changes: Changes): void {
  router.get('/faults', (ctx) => {
    access.assertMayChange(ctx)
    answer(ctx, { faults: faults.list() })
  })
  router.put('/faults/:name', (ctx) =>
    changes.make(ctx, async () => faults.set(ctx.params['name'] ?? '', await bodyOf(ctx))),
  )
  router.delete(['/faults', '/faults/:name'], (ctx) =>
    changes.undo(ctx, async () => {
      await faults.clear(ctx.params['name'])
      return { faults: faults.list() }
    }),
  )
}

/** Settings of a fault are a line or two. */
const LONGEST_BODY_BYTES = 16 * 1024

async function bodyOf(ctx: Context): Promise<string> {
  let bytes = 0
  const chunks: Buffer[] = []
  // Not destroyed on the way out: the connection has to carry the refusal.
  for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LONGEST_BODY_BYTES) {
      const headers = { Connection: 'close' }
      ctx.throw(413, `the body: expected at most ${LONGEST_BODY_BYTES} bytes`, { headers })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
