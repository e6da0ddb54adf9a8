import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../core/setup-error.ts'
import type { Detail } from './observation.ts'

/** A service that is watched. */
export interface Target {
  readonly url: string
  /** The detail, without a draw. @throws {SetupError} when it does not answer, or tells no values */
  look(): Promise<Detail>
  stop(): Promise<void>
}

/** A service that runs already. */
export function watchRunning(url: string, token: string | undefined): Target {
  const origin = url.replace(/\/$/, '')
  return { url: origin, look: () => lookAt(origin, token), stop: async () => {} }
}

/** Starts this package's own service on a free port, with the given arguments of `serve`. */
export async function startOwn(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Target> {
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url))
  const own = ['serve', '--port', '0', '--decay.step', '0', '--checks.memory-growth.everyMs', '5000', ...args]
  const child = spawn(process.execPath, [main, ...own], { env: withoutToken(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const url = await listening(child)
  return {
    url,
    look: () => lookAt(url, undefined),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The child serves loopback alone, for as long as it is measured; a token would only hide its values. */
function withoutToken(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { FAILWEB_TOKEN: _token, FAILWEB_TOKEN_FILE: _file, ...rest } = env
  return { ...rest, FAILWEB_HOST: '127.0.0.1' }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
      const [, url] = /"url":"([^"]+)\/"/.exec(out) ?? []
      if (url) resolve(url)
    })
    child.stderr?.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', () => reject(new SetupError([`the service did not start: ${err.trim() || 'it said nothing'}`])))
  })
}

async function lookAt(url: string, token: string | undefined): Promise<Detail> {
  const headers = {
    Accept: 'application/health+json',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  }
  const detail = await ask(`${url}/healthz?peek`, headers)
  const elements = Object.values(detail?.checks ?? {}).flat()
  if (!detail?.checks) throw new SetupError([`${url}/healthz: expected failweb's health detail; got something else`])
  if (elements.length > 0 && !elements.some((element) => 'values' in element)) {
    throw new SetupError([`${url}/healthz: tells no values without its token; give it as FAILWEB_TOKEN`])
  }
  return detail
}

async function ask(url: string, headers: Record<string, string>): Promise<Detail | undefined> {
  try {
    const reply = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) })
    return (await reply.json()) as Detail
  } catch (error) {
    const { message, cause } = error as Error
    throw new SetupError([`${url}: ${cause instanceof Error ? cause.message : message}`])
  }
}
