import { STATUS_CODES } from 'node:http'
import type { Context, Middleware } from 'koa'
import { representationOf, TEXT_AND_JSON_POLICY } from './representation.ts'

interface HttpError {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers wrong requests in the reader's form: RFC 9457 problem+json where JSON was asked for, else one line of text. */
export const problems: Middleware = async (ctx, next) => {
  try {
    assertTarget(ctx)
    await next()
  } catch (error) {
    if (!isWrongRequest(error)) throw error
    answerProblem(ctx, error)
  }
}

/** Koa reads the path of a target that is no URL (`http://[`) with an error, and again at each reading. */
function assertTarget(ctx: Context): void {
  const { url = '/' } = ctx.req
  if (url !== '*' && !url.startsWith('/') && !URL.canParse(url)) {
    ctx.req.url = '/'
    ctx.throw(400, 'the request target is no URL')
  }
}

/** What nobody answered is not here, whatever the method. */
export const notFound: Middleware = (ctx) => {
  answerProblem(ctx, { status: 404, message: 'there is nothing at this path' })
}

export function answerProblem(ctx: Context, { status, message, headers }: HttpError): void {
  if (headers) ctx.set({ ...headers })
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('Content-Security-Policy', TEXT_AND_JSON_POLICY)
  ctx.vary('Accept')
  if (representationOf(ctx) === 'text/plain' && !ctx.get('Accept').includes('application/problem+json')) {
    ctx.set('Content-Type', 'text/plain; charset=utf-8')
    ctx.body = `${message}\n`
    return
  }
  writeProblem(ctx, status, message)
}

/** RFC 9457, whatever the reader asked for. */
export function writeProblem(ctx: Context, status: number, detail: string): void {
  ctx.status = status
  ctx.set('Content-Type', 'application/problem+json')
  ctx.body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail })
}

function isWrongRequest(error: unknown): error is HttpError {
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown }
  return typeof status === 'number' && expose === true
}
