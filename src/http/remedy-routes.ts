import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Remedy, RemedyReport } from '../core/remedy.ts'
import { messageOf } from '../core/thrown.ts'
import { inOneLine } from '../core/wording.ts'
import type { Changes } from './changes.ts'
import type { Surface } from './surface.ts'

/** `POST /remedies/NAME` runs a remedy now and answers with what it did; with `?only=CACHE` (repeatable), for these alone. */
export function routeRemedies(router: Router, { remedies }: Pick<Surface, 'remedies'>, changes: Changes): void {
  const byName = new Map(remedies.map((remedy) => [remedy.name, remedy]))
  router.post('/remedies/:name', async (ctx) => {
    await changes.make(ctx, () => {
      const remedy = byName.get(ctx.params['name'] ?? '')
      if (!remedy) return ctx.throw(404, `there is no remedy of this name; there is ${[...byName.keys()].join(', ')}`)
      return run(ctx, chosen(ctx, remedy))
    })
    if (ctx.accepts(['json', 'html']) === 'html') backToPage(ctx)
  })
}

/** A form of the status page, in a browser without scripts: the page then says what was done. */
function backToPage(ctx: Context): void {
  ctx.status = 303
  ctx.set('Location', `${ctx.state['healthPrefix'] ?? ''}/status#timeline`)
}

function chosen(ctx: Context, remedy: Remedy): Remedy {
  const names = ctx.query['only']
  if (names === undefined) return remedy
  return remedy.only?.([names].flat()) ?? ctx.throw(400, `${remedy.name} has nothing to choose from`)
}

/** Who asked for a remedy may know why it could not be done: a cache whose purge throws is no secret. */
async function run(ctx: Context, remedy: Remedy): Promise<RemedyReport> {
  try {
    return await remedy.run()
  } catch (error) {
    if ((error as { expose?: unknown } | undefined)?.expose === true) throw error
    const why = inOneLine(messageOf(error))
    return ctx.throw(500, `${remedy.name} failed: ${why}`, { expose: true })
  }
}
