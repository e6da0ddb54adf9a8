import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'
import { createGuesses } from './guesses.ts'
import { isForeign, isLocal, remoteAddress } from './origin.ts'
import type { Surface } from './surface.ts'

/** Who may read reasons, and who may change something. */
export interface Access {
  /** Whether the reader may see reasons and values. */
  mayRead(ctx: Context): boolean
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

/** Tokens are compared in constant time, and only so many wrong ones a minute. */
export function createAccess({ access, clock }: Pick<Surface, 'access' | 'clock'>): Access {
  const { token, metricsPublic } = access
  const expected = token === undefined ? undefined : digest(token)
  const guesses = createGuesses(clock)
  const knows = (ctx: Context) => {
    const sent = sentToken(ctx)
    if (!expected || sent === undefined || guesses.waitSeconds(remoteAddress(ctx)) > 0) return false
    const isRight = timingSafeEqual(digest(sent), expected)
    if (!isRight) guesses.wrong(remoteAddress(ctx))
    return isRight
  }
  const demandToken = (ctx: Context) => {
    const waitSeconds = sentToken(ctx) === undefined ? 0 : guesses.waitSeconds(remoteAddress(ctx))
    if (!knows(ctx)) refuse(ctx, waitSeconds)
  }
  return {
    mayRead: (ctx) => expected === undefined || knows(ctx),
    assertMayRead(ctx) {
      if (expected !== undefined) demandToken(ctx)
    },
    assertMayScrape(ctx) {
      if (expected !== undefined && !metricsPublic) demandToken(ctx)
    },
    assertMayChange(ctx) {
      if (expected !== undefined) demandToken(ctx)
      if (isForeign(ctx))
        ctx.throw(403, 'refused: the request comes from a page of another origin, or means another host')
      if (expected === undefined && !isLocal(ctx)) {
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

/** Digests have one length, so that comparing them tells nothing about the token, its length included. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function sentToken(ctx: Context): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(ctx.get('Authorization')) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}
