import type { IncomingMessage, ServerResponse } from 'node:http'
import type Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import { type Answer, answer, codeOf } from '../core/answer.ts'
import { PROBES, type Probe, type Question } from '../core/probe.ts'
import { answerJson } from '../render/health-json.ts'
import { answerText, PROBE_ROUTES, verboseText } from '../render/text.ts'
import type { Access } from './access.ts'
import { type PlainAnswer, sendPlainly } from './plain-requests.ts'
import { representationOf, send } from './representation.ts'
import { sceneOf } from './scene.ts'
import type { Surface } from './surface.ts'
import { agentOf } from './visitors.ts'

/** The path of a probe, before any prefix. */
export function pathOf(probe: Probe): string {
  return `/${PROBE_ROUTES[probe]}`
}

/** `/healthz`, `/livez`, `/readyz`, `/startupz`, before any prefix. */
export const PROBE_PATHS: readonly string[] = PROBES.map(pathOf)

/** The routes of the probes. */
export function routeProbes(router: Router, surface: Surface, access: Access): void {
  for (const probe of PROBES) {
    const path = pathOf(probe)
    router.get(path, (ctx) => {
      const found = ask(probe, surface, questionOf(ctx, surface), isPeek(ctx))
      represent(ctx, found, surface, access)
      // Whose asker has gone has been counted as that.
      if (!ctx.res.destroyed) visited(ctx.req, path, found, surface)
    })
  }
}

/** The same probes as a kubelet asks them: by the bare path. */
export function plainProbes(surface: Surface, access: Access, prefix = ''): ReadonlyMap<string, PlainAnswer> {
  const answers = PROBES.map((probe): [string, PlainAnswer] => {
    const path = pathOf(probe)
    return [
      prefix + path,
      (req, res) => {
        const found = ask(probe, surface, { asks: surface.asks, draining: surface.draining() }, false)
        sendPlainly(res, codeOf(found), uncached(res), answerText(found, access.mayRead(req)))
        // Its asker has gone while it came here.
        if (res.destroyed) left(req, { path, prefix }, surface)
        else visited(req, path, found, surface)
      },
    ]
  })
  return new Map(answers)
}

/** As Koa's `vary` has it: what the host has put there stays. */
function uncached(res: ServerResponse): readonly string[] {
  const vary = res.getHeader('Vary')
  return ['Cache-Control', 'no-store', 'Vary', vary === undefined ? 'Accept' : `${vary}, Accept`]
}

/** Notices an asker that goes before it is answered. On the way of every probe, before all that may delay it. */
export function mindGoing(surface: Surface, prefix: string): Middleware {
  const paths = new Map(PROBE_PATHS.map((path) => [prefix + path, path]))
  return ({ path: asked, req, res }, next) => {
    const path = paths.get(asked)
    if (path !== undefined) {
      const closed = () => !res.writableFinished && left(req, { path, prefix }, surface)
      if (res.destroyed) closed()
      else res.once('close', closed)
    }
    return next()
  }
}

function left(
  req: IncomingMessage,
  { path, prefix }: { readonly path: string; readonly prefix: string },
  { mishaps, visitors }: Surface,
): void {
  const agent = agentOf(req)
  visitors.left(path, agent)
  mishaps.left(prefix + path, agent)
}

/** Whether a route, with any prefix, is a probe's. */
export function isProbeRoute(route: string): boolean {
  return PROBE_PATHS.some((path) => route.endsWith(path))
}

/** Every access to the heartbeat is a draw, whatever its form; a peek shows the last one. */
function ask(probe: Probe, surface: Surface, question: Question, isPeek: boolean): Answer {
  const { decay, metrics, visitors } = surface
  const isBeat = probe === 'heartbeat' && !isPeek
  const draw = isBeat ? decay?.draw() : probe === 'heartbeat' ? decay?.last : undefined
  const found = answer(probe, surface.snapshot(), question, draw)
  if (isBeat) metrics.beat(found.passed)
  if (isBeat && draw) visitors.drew(draw.failed)
  return found
}

function represent(ctx: Context, found: Answer, surface: Surface, access: Access): void {
  const open = access.mayRead(ctx.req)
  const as = representationOf(ctx)
  const status = codeOf(found)
  if (as !== 'text/plain') send(ctx, status, as, answerJson(found, sceneOf(ctx, surface, open)))
  else send(ctx, status, as, isVerbose(ctx) ? verboseText(found, open) : answerText(found, open))
}

function visited(req: IncomingMessage, path: string, found: Answer, { visitors }: Surface): void {
  visitors.came(path, codeOf(found), agentOf(req))
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
