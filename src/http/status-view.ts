import type { Context } from 'koa'
import type { Draw } from '../core/draw.ts'
import type { DecayView, StatusView } from '../page/view.ts'
import { LANGUAGES, type Language } from '../page/words.ts'
import type { Access } from './access.ts'
import type { Surface } from './surface.ts'

/** Those who see the same page: what is sent live is rendered once for all of them. */
export interface Audience {
  readonly language: Language
  readonly prefix: string
  /** Whether they may run remedies and set faults. */
  readonly mayChange: boolean
}

export function audienceOf(ctx: Context, access: Access): Audience {
  return { language: languageOf(ctx), prefix: `${ctx.state['healthPrefix'] ?? ''}`, mayChange: mayChange(ctx, access) }
}

/** What the link on the page says, else what the browser asks for, else English. */
function languageOf(ctx: Context): Language {
  const wanted = LANGUAGES.find((language) => ctx.query['lang'] === language)
  return wanted ?? LANGUAGES.find((language) => ctx.acceptsLanguages([...LANGUAGES]) === language) ?? 'en'
}

function mayChange(ctx: Context, access: Access): boolean {
  try {
    access.assertMayChange(ctx)
    return true
  } catch {
    return false
  }
}

function decayView({ visitors, decayStep = 0 }: Surface, { percent, onPurpose = false }: Draw): DecayView {
  const { failedInARow, failedSince } = visitors
  return { percent, step: decayStep, failedInARow, onPurpose, ...(failedSince !== undefined && { failedSince }) }
}

/** Everything the page shows, now. */
export function viewOf(surface: Surface, audience: Audience): StatusView {
  const { clock, decay, faults, previous, visitors } = surface
  const leaving = surface.departure()
  return {
    ...audience,
    identity: surface.identity,
    now: clock.date().getTime(),
    startedAt: surface.startedAt.getTime(),
    uptimeSeconds: (clock.now() - surface.startedNow) / 1000,
    draining: surface.draining(),
    snapshot: surface.snapshot(),
    asks: surface.asks,
    history: surface.history,
    transitions: surface.transitions(),
    attempts: surface.attempts(),
    notes: surface.notes(),
    visits: visitors.list(),
    remedies: surface.remedies,
    ...(leaving && { leaving }),
    ...(decay && { decay: decayView(surface, decay.last) }),
    keepsJournal: surface.keepsJournal,
    isGuarded: surface.isGuarded,
    ...(previous && { previous }),
    ...(faults && { faults: faults.list() }),
  }
}
