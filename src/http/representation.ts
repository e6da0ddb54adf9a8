import type { Context } from 'koa'

/** How an answer is written. */
export type Representation = 'text/plain' | 'application/health+json' | 'application/json'

const OFFERED: readonly Representation[] = ['text/plain', 'application/health+json', 'application/json']

/** For answers that are no page and may quote who asked: a browser that takes one for a page all the same runs and loads nothing. */
export const TEXT_AND_JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** What the reader asked for; text for whoever asked for nothing that there is, a browser included. */
export function representationOf(ctx: Context): Representation {
  const accept = ctx.get('Accept')
  if (accept === '' || accept === '*/*') return 'text/plain'
  return (ctx.accepts([...OFFERED]) || namedIn(accept) || 'text/plain') as Representation
}

/** A type with parameters (`application/json; charset=utf-8`) names itself all the same, unless it is one that is not wanted (`;q=0`). */
function namedIn(accept: string): Representation | undefined {
  const [first = ''] = accept.split(',')
  const [type = '', ...parameters] = first.split(';').map((part) => part.trim().toLowerCase())
  return parameters.some((one) => /^q=0(\.0*)?$/.test(one)) ? undefined : OFFERED.find((offered) => offered === type)
}

/**
 * Sends an answer whole: status and body in one write, never cached, and never guessed at.
 * A kubelet that sees the status before a body that stalls throws the probe away, three times over.
 */
export function send(ctx: Context, status: number, as: Representation, body: string | object): void {
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.vary('Accept')
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('Content-Type', as === 'text/plain' ? 'text/plain; charset=utf-8' : as)
  ctx.body = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`
}
