import type { Context } from 'koa'
import { Allowance } from '../access/allowance.ts'
import { inOneLine } from '../core/wording.ts'
import type { Access } from './access.ts'
import { remoteAddress } from './origin.ts'
import { TEXT_AND_JSON_POLICY } from './representation.ts'
import type { Surface } from './surface.ts'

/** Changes that are made of all that are asked for, by whomever: so many at once, and then so many a minute. */
export const CHANGES_PER_MINUTE = 10

/** Makes what requests ask for, where they may: never too often, and so that whoever keeps a record hears of it. */
export interface Changes {
  /** Makes a change and answers with what it returns. @throws as {@link Access.assertMayChange}; 429 after too many */
  make(ctx: Context, change: () => object | Promise<object>): Promise<void>
  /** The same for what ends a disturbance: that is never too many. */
  undo(ctx: Context, change: () => object | Promise<object>): Promise<void>
}

export function createChanges(surface: Pick<Surface, 'clock' | 'audit'>, access: Access): Changes {
  const allowance = new Allowance(CHANGES_PER_MINUTE, surface.clock)
  const run = async (ctx: Context, change: () => object | Promise<object>) => {
    // A connection that has gone no longer knows its address.
    const asked = { by: remoteAddress(ctx.req), what: inOneLine(`${ctx.method} ${ctx.path}`) }
    try {
      answer(ctx, await change())
    } catch (error) {
      surface.audit?.({ ...asked, result: reasonOf(error) })
      throw error
    }
    surface.audit?.({ ...asked, result: 'done' })
  }
  return {
    async make(ctx, change) {
      access.assertMayChange(ctx)
      if (!allowance.take()) refuse(ctx, allowance.waitSeconds())
      await run(ctx, change)
    },
    async undo(ctx, change) {
      access.assertMayChange(ctx)
      await run(ctx, change)
    },
  }
}

function refuse(ctx: Context, waitSeconds: number): never {
  ctx.throw(429, `refused: ${CHANGES_PER_MINUTE} changes a minute are made; again in ${waitSeconds} s`, {
    headers: { 'Retry-After': String(waitSeconds) },
  })
}

function reasonOf(error: unknown): string {
  const { status = 500, message = String(error) } = (error ?? {}) as { status?: number; message?: string }
  return inOneLine(`${status} ${message}`)
}

/** As JSON, never cached, and nothing that a browser might run. */
export function answer(ctx: Context, body: object): void {
  ctx.set('Cache-Control', 'no-store')
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('Content-Security-Policy', TEXT_AND_JSON_POLICY)
  ctx.body = body
}
