import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Context } from 'koa'
import type { AccessRules } from './surface.ts'

/** Who may read reasons, and who may change something. */
export interface Access {
  /** Whether the reader may see reasons and values. */
  mayRead(ctx: Context): boolean
  /** @throws 401 unless metrics are open or the token came */
  assertMayScrape(ctx: Context): void
  /** @throws 401 without the token where one is set; 403 from elsewhere than loopback where none is, or from a foreign page */
  assertMayChange(ctx: Context): void
}

export function createAccess({ token, metricsPublic }: AccessRules): Access {
  const expected = token === undefined ? undefined : digest(token)
  const knows = (ctx: Context) => expected !== undefined && sentTokens(ctx).some((sent) => matches(sent, expected))
  return {
    mayRead: (ctx) => expected === undefined || knows(ctx),
    assertMayScrape(ctx) {
      if (expected !== undefined && !metricsPublic && !knows(ctx)) demandToken(ctx)
    },
    assertMayChange(ctx) {
      if (expected !== undefined && !knows(ctx)) demandToken(ctx)
      if (isForeign(ctx)) ctx.throw(403, 'refused: the request comes from a page of another origin')
      if (expected === undefined && !isLocal(ctx)) {
        ctx.throw(403, 'refused: without a token only loopback may change something, directly')
      }
    },
  }
}

function demandToken(ctx: Context): never {
  ctx.throw(401, 'the token is needed: Authorization: Bearer, or Basic with the token as password', {
    headers: { 'WWW-Authenticate': 'Basic realm="failweb", charset="UTF-8", Bearer realm="failweb"' },
  })
}

/** Digests have one length, so that comparing them tells nothing about the token, its length included. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function matches(sent: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(sent), expected)
}

function sentTokens(ctx: Context): readonly string[] {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(ctx.get('Authorization')) ?? []
  if (scheme.toLowerCase() === 'bearer') return [value]
  if (scheme.toLowerCase() !== 'basic') return []
  const pair = Buffer.from(value, 'base64').toString()
  return [pair.slice(pair.indexOf(':') + 1)]
}

/** A page may send requests to any address; its browser then says which origin the page has. */
function isForeign(ctx: Context): boolean {
  const origin = ctx.get('Origin')
  if (origin === '') return false
  return !URL.canParse(origin) || new URL(origin).host !== ctx.get('Host').toLowerCase()
}

/** A proxy on the same machine would lend its loopback address to everyone, and a rebound name its page. */
function isLocal(ctx: Context): boolean {
  return isLoopback(ctx.req.socket.remoteAddress) && isLoopbackHost(ctx.get('Host')) && !isForwarded(ctx.headers)
}

const LOOPBACK = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.test(address)
}

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return name.toLowerCase() === 'localhost' || LOOPBACK.test(name)
}

const FORWARDING = /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => FORWARDING.test(name))
}
