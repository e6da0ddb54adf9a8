import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type Router from '@koa/router'
import type { Context } from 'koa'
import { builtFile } from '../package.ts'
import type { Access } from './access.ts'
import type { Surface } from './surface.ts'

type StatusAnswers = typeof import('./status-answers.ts')

/** When to come back for what could not be loaded: connections that took its descriptors may have gone by then. */
const RETRY_SECONDS = 5

/**
 * `/status`, the page for people, and `/status/events`, which keeps it live. Both need the token where one is set. What they answer is
 * loaded when somebody first asks for it: a service that only probes ask starts, and runs, without.
 */
export function routeStatus(router: Router, surface: Surface, access: Access): void {
  router.get('/status', async (ctx) => {
    access.assertMayRead(ctx)
    const { answerPage } = await loadFor(ctx)
    answerPage(ctx, surface, access)
  })
  router.get('/status/events', async (ctx) => {
    access.assertMayRead(ctx)
    const { answerNews } = await loadFor(ctx)
    answerNews(ctx, surface, access)
  })
}

async function loadFor(ctx: Context): Promise<StatusAnswers> {
  try {
    return await load()
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    const headers = { 'Retry-After': String(RETRY_SECONDS) }
    return ctx.throw(503, `the page cannot be loaded now: ${code}; probes are answered`, { expose: true, headers })
  }
}

const require = createRequire(import.meta.url)

/**
 * Required, not imported: what could not be opened for want of descriptors is tried anew at the next request, where Node before 24 goes
 * on answering `import` with the first failure.
 */
async function load(): Promise<StatusAnswers> {
  try {
    if (!import.meta.url.endsWith('.ts')) return require(fileURLToPath(builtFile('http/status-answers')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    // A host's bundler has put all in one file.
  }
  return import('./status-answers.ts')
}
