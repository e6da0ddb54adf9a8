import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../core/setup-error.ts'
import { builtFile } from '../package.ts'
import { standBy } from '../stand-by.ts'

/** A service that is watched. */
export interface Target {
  readonly url: string
  readonly token: string | undefined
  stop(): Promise<void>
}

/** A service that runs already. */
export function watchRunning(url: string, token: string | undefined): Target {
  return { url: url.replace(/\/$/, ''), token, stop: async () => {} }
}

/** How this package's own service is started to be measured. */
export interface OwnService {
  /** Arguments of `serve`. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** The token that these make it want. */
  readonly token: string | undefined
  /** Ends the service, also before it listens. */
  readonly stop: AbortSignal
}

/** No luck is measured, and memory often enough to see its floor. */
const UNLESS_SAID = { FAILWEB_DECAY_STEP: '0', FAILWEB_CHECKS_MEMORY_GROWTH_EVERY_MS: '5000' }

/** Starts this package's own service on a free port of loopback. It does not outlive this process, however that ends. */
export async function startOwn({ args, env, token, stop }: OwnService): Promise<Target> {
  const main = fileURLToPath(builtFile('cli/main'))
  const child = spawn(process.execPath, [main, 'serve', ...args, '--host', '127.0.0.1'], {
    env: { ...UNLESS_SAID, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const standDown = child.pid === undefined ? () => {} : standBy(child.pid)
  // Its pid is its own until its end has been heard of, and no longer.
  child.once('exit', standDown)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  ended.then(() => process.off('exit', kill))
  const url = await listening(child, stop).catch((error) => {
    kill()
    throw error
  })
  return {
    url,
    token,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function listening(child: ChildProcess, stop: AbortSignal): Promise<string> {
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
    const fail = (why: string) => reject(new SetupError([why]))
    child.on('error', ({ message }) => fail(`the service did not start: ${message}`))
    child.on('close', () => fail(`the service did not start: ${err.trim() || 'it said nothing'}`))
    const stopped = () => fail('baseline: was stopped before the service listened; nothing is written')
    stop.addEventListener('abort', stopped, { once: true })
    if (stop.aborted) stopped()
  })
}
