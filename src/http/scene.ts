import type { Context } from 'koa'
import { remarkText } from '../core/remark.ts'
import type { Scene } from '../render/scene.ts'
import type { Surface } from './surface.ts'

/** What the JSON forms need beside the answer. */
export function sceneOf(ctx: Context, surface: Surface, open: boolean): Scene {
  const { clock, identity, previous, startedAt, startedNow } = surface
  return {
    identity: { ...identity, notes: [...identity.notes, ...surface.notes().map(remarkText)] },
    open,
    attempts: surface.attempts(),
    ...(previous && { previous }),
    startedAt: startedAt.getTime(),
    now: clock.date().getTime(),
    uptimeSeconds: (clock.now() - startedNow) / 1000,
    links: ctx.state['healthLinks'] ?? {},
  }
}
