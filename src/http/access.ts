import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import { createTokenReader } from '../access/token-reader.ts'
import { isForeign, isLocal, remoteAddress } from './origin.ts'
import type { Surface } from './surface.ts'

/** Who may read reasons, and who may change something. */
export interface Access {
  /** Whether the reader may see reasons and values. */
  mayRead(req: IncomingMessage): boolean
  /** @throws 401 without the token where one is set; 429 where too many wrong ones came before */
  assertMayRead(ctx: Context): void
  /** @throws 401 unless metrics are open or the token came; 429 where too many wrong ones came before */
  assertMayScrape(ctx: Context): void
  /**
   * @throws 401 without the token where one is set; 429 where too many wrong ones came before; 403 from elsewhere than loopback where
   * none is set, or from a foreign page
   */
  assertMayChange(ctx: Context): void
}

export function createAccess({ access, clock }: Pick<Surface, 'access' | 'clock'>): Access {
  const { token, metricsPublic } = access
  const reader = token === undefined ? undefined : createTokenReader(token, clock)
  const mayRead = (req: IncomingMessage) => reader?.knows(req.headers.authorization, remoteAddress(req)) ?? true
  const demandToken = (ctx: Context) => {
    // Asked before the token is compared: the guess that is one too many is still answered as a wrong one.
    const waitSeconds = reader?.waitSeconds(ctx.req.headers.authorization, remoteAddress(ctx.req)) ?? 0
    if (!mayRead(ctx.req)) refuse(ctx, waitSeconds)
  }
  return {
    mayRead,
    assertMayRead: demandToken,
    assertMayScrape(ctx) {
      if (!metricsPublic) demandToken(ctx)
    },
    assertMayChange(ctx) {
      demandToken(ctx)
      if (isForeign(ctx))
        ctx.throw(403, 'refused: the request comes from a page of another origin, or means another host')
      if (reader === undefined && !isLocal(ctx)) {
        ctx.throw(403, 'refused: without a token only loopback may change something, directly')
      }
    },
  }
}

function refuse(ctx: Context, waitSeconds: number): never {
  if (waitSeconds > 0) {
    ctx.throw(429, `too many wrong tokens came from this address; again in ${waitSeconds} s`, {
      headers: { 'Retry-After': String(waitSeconds) },
    })
  }
  ctx.throw(401, 'the token is needed: Authorization: Bearer, or Basic with the token as password', {
    headers: { 'WWW-Authenticate': 'Basic realm="failweb", charset="UTF-8", Bearer realm="failweb"' },
  })
}
