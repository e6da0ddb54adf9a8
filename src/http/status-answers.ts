import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import { fragmentsOf } from '../page/fragments.ts'
import { INLINE, statusPage } from '../page/page.ts'
import type { Access } from './access.ts'
import { statusEventsOf } from './status-events.ts'
import { type Audience, audienceOf, viewOf } from './status-view.ts'
import type { Surface } from './surface.ts'

/** Nothing is loaded, framed or run but the page's own style and script, which their hashes name; news come from the same origin. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(INLINE.style)}`,
  `script-src ${hashOf(INLINE.script)}`,
  "connect-src 'self'",
  "form-action 'self'",
  // The empty icon, so that no browser asks for /favicon.ico.
  'img-src data:',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `/status`, for who may read. */
export function answerPage(ctx: Context, surface: Surface, access: Access): void {
  const audience = audienceOf(ctx, access)
  const view = viewOf(surface, audience)
  ctx.set('Content-Security-Policy', POLICY)
  ctx.set('Cache-Control', 'no-store')
  ctx.set('X-Content-Type-Options', 'nosniff')
  // Not "no-referrer": a form would then come from the origin "null", which is a foreign one.
  ctx.set('Referrer-Policy', 'same-origin')
  ctx.set('Cross-Origin-Resource-Policy', 'same-origin')
  ctx.vary('Accept-Language')
  ctx.set('Content-Language', audience.language)
  ctx.set('Content-Type', 'text/html; charset=utf-8')
  ctx.body = statusPage(view, fragmentsOf(view), livezOf(ctx, audience))
}

/** By the address and port that this request came to: a service may listen on one alone. */
function livezOf({ req: { socket } }: Context, { prefix }: Audience): string {
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '')
  const host = address.includes(':') ? `[${address}]` : address
  return `http://${host}:${socket.localPort}${prefix}/livez`
}

/** `/status/events`, for who may read. */
export function answerNews(ctx: Context, surface: Surface, access: Access): void {
  statusEventsOf(surface).join(ctx, audienceOf(ctx, access))
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
