import type { Context } from 'koa'

/** Answers a request that asks for nothing in particular. */
export type PlainAnswer = (ctx: Context) => void

/**
 * The way of the requests that come most: `GET` of one of these very targets, with no query, by who takes any form. A kubelet's probe
 * is one. They need no routing and no negotiation, which cost more than all else that is done for them. Everything else, an odd
 * spelling included, goes on to the routes, which say the same.
 * @returns a function that answers such a request; undefined for any other
 * @param answers by target, as it stands in the request: that is also its route in the metrics
 */
export function plainly(answers: ReadonlyMap<string, PlainAnswer>): (ctx: Context) => Promise<void> | undefined {
  return (ctx) => {
    const { method, url = '', headers } = ctx.req
    const isPlain = method === 'GET' && (headers.accept === undefined || headers.accept === '*/*')
    const answer = isPlain ? answers.get(url) : undefined
    if (!answer) return undefined
    ctx['_matchedRoute'] = url
    answer(ctx)
    return ANSWERED
  }
}

const ANSWERED = Promise.resolve()
