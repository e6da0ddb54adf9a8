import type { IncomingMessage, ServerResponse } from 'node:http'
import Koa, { type Middleware } from 'koa'
import { notFound } from './problems.ts'

/** For `node:http`, Express, Connect and the like: `next` is called for a path that is not a health route; without one that is 404. */
export type NodeHandler = (req: IncomingMessage, res: ServerResponse, next?: () => void) => void

export function createNodeHandler(routes: Middleware): NodeHandler {
  const app = new Koa()
  const nexts = new WeakMap<IncomingMessage, { readonly call: () => void; readonly status: number }>()
  app.use(routes)
  app.use((ctx, following) => {
    const next = nexts.get(ctx.req)
    if (!next) return notFound(ctx, following)
    // Koa has begun with 404; whoever comes next goes on from where the host was.
    ctx.res.statusCode = next.status
    ctx.respond = false
    // Outside of Koa's promises: what a host's code throws is to meet the host's own error handling, not Koa's.
    process.nextTick(next.call)
  })
  const callback = app.callback()
  return (req, res, next) => {
    if (next) nexts.set(req, { call: () => next(), status: res.statusCode })
    callback(req, res)
  }
}
