import type { IncomingMessage } from 'node:http'
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Access } from './access.ts'
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
export function routeFaults(router: Router, faults: FaultControl, access: Access): void {
  router.get('/faults', (ctx) => {
    access.assertMayChange(ctx)
    answer(ctx, { faults: faults.list() })
  })
  router.put('/faults/:name', async (ctx) => {
    access.assertMayChange(ctx)
    answer(ctx, faults.set(ctx.params['name'] ?? '', await bodyOf(ctx)))
  })
  router.delete(['/faults', '/faults/:name'], async (ctx) => {
    access.assertMayChange(ctx)
    await faults.clear(ctx.params['name'])
    answer(ctx, { faults: faults.list() })
  })
}

function answer(ctx: Context, body: object): void {
  ctx.set('Cache-Control', 'no-store')
  ctx.body = body
}

/** Settings of a fault are a line or two. */
const LONGEST_BODY_BYTES = 16 * 1024

async function bodyOf(ctx: Context): Promise<string> {
  let bytes = 0
  const chunks: Buffer[] = []
  for await (const chunk of ctx.req as IncomingMessage & AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LONGEST_BODY_BYTES) ctx.throw(413, `the body: expected at most ${LONGEST_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
