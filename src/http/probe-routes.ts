import type Router from '@koa/router'
import type { Context } from 'koa'
import { answer } from '../core/answer.ts'
import { PROBES, type Probe, type Question } from '../core/probe.ts'
import { answerJson } from '../render/health-json.ts'
import { answerText, PROBE_ROUTES, verboseText } from '../render/text.ts'
import type { Access } from './access.ts'
import { representationOf, send } from './representation.ts'
import { sceneOf } from './scene.ts'
import type { Surface } from './surface.ts'
import { agentOf } from './visitors.ts'

/** `/healthz`, `/livez`, `/readyz`, `/startupz`. */
export function routeProbes(router: Router, surface: Surface, access: Access): void {
  for (const probe of PROBES) {
    const path = `/${PROBE_ROUTES[probe]}`
    router.get(path, (ctx) => {
      answerProbe(ctx, probe, surface, access)
      const agent = agentOf(ctx.get('User-Agent'))
      surface.metrics.probed(path, ctx.status, agent)
      surface.visitors.came(path, ctx.status, agent)
    })
  }
}

function answerProbe(ctx: Context, probe: Probe, surface: Surface, access: Access): void {
  const draw = probe === 'heartbeat' ? drawFor(ctx, surface) : undefined
  const found = answer(probe, surface.snapshot(), questionOf(ctx, surface), draw)
  if (probe === 'heartbeat' && !isPeek(ctx)) surface.metrics.beat(found.passed)
  const open = access.mayRead(ctx)
  const as = representationOf(ctx)
  const status = found.passed ? 200 : probe === 'heartbeat' ? 500 : 503
  if (as !== 'text/plain') send(ctx, status, as, answerJson(found, sceneOf(ctx, surface, open)))
  else send(ctx, status, as, isVerbose(ctx) ? verboseText(found, open) : answerText(found, open))
}

/** Every access to the heartbeat is a draw, whatever its form; a peek shows the last one. */
function drawFor(ctx: Context, { decay, visitors }: Surface) {
  if (isPeek(ctx)) return decay?.last
  const draw = decay?.draw()
  if (draw) visitors.drew(draw.failed)
  return draw
}

function questionOf(ctx: Context, { asks, draining }: Surface): Question {
  const question = { asks, draining: draining() }
  if (!ctx.querystring.includes('exclude')) return question
  const names = ctx.query['exclude']
  return names === undefined ? question : { ...question, exclude: new Set([names].flat()) }
}

/** Not by the parsed query: its parser stops at a thousand keys, and behind them a peek would be a draw. */
const hasKey = (ctx: Context, key: string) => new RegExp(`(^|&)${key}(=|&|$)`).test(ctx.querystring)
const isPeek = (ctx: Context) => ctx.querystring !== '' && hasKey(ctx, 'peek')
const isVerbose = (ctx: Context) => ctx.querystring !== '' && hasKey(ctx, 'verbose')
