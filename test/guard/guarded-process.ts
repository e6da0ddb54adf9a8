import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const FIXTURE = fileURLToPath(new URL('fixtures/guarded.mjs', import.meta.url))

/** Short, so that tests are quick; the default is 10 s. */
export const SILENCE_MS = 1_500

type Event = Readonly<Record<string, unknown>> & { readonly event?: string }

/** A real process with a guard, whose main thread can be blocked. */
export interface Guarded {
  readonly child: ChildProcess
  readonly port: number
  /** What it and its guard wrote to the log. */
  readonly events: readonly Event[]
  readonly exited: Promise<number | null>
  ask(path: string, init?: RequestInit): Promise<{ status: number; body: string; headers: Headers }>
  /** Tells the main thread what to do. */
  act(what: string): void
  /** The termination message; empty where none was left. */
  words(): string
  end(): void
}

/** @param settings of the guard, beside the listening and the silence */
export async function startGuarded(settings: object = {}): Promise<Guarded> {
  const folder = mkdtempSync(join(tmpdir(), 'guarded-'))
  const terminationMessagePath = join(folder, 'termination-log')
  const all = JSON.stringify({ silenceMs: SILENCE_MS, terminationMessagePath, ...settings })
  const child = spawn(process.execPath, ['--import', 'tsx', FIXTURE, all], { stdio: ['pipe', 'pipe', 'inherit'] })
  const events: Event[] = []
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)))
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve))
  const first = await until(
    () => events[0],
    (event) => event !== undefined,
  )
  const port = Number(first?.['port'])
  const end = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  if (!(port > 0)) {
    end()
    throw new Error(`${first?.['message']}`)
  }
  return {
    child,
    port,
    events,
    exited,
    async ask(path, init = {}) {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`, init)
      return { status: reply.status, body: await reply.text(), headers: reply.headers }
    },
    act: (what) => void child.stdin.write(`${what}\n`),
    words: () => (existsSync(terminationMessagePath) ? readFileSync(terminationMessagePath, 'utf8') : ''),
    end,
  }
}

/** Looks again and again, twenty times a second, until it is as wished; gives up after a quarter of a minute. */
export async function until<T>(look: () => T | Promise<T>, wished: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 15_000
  for (;;) {
    const seen = await look()
    if (wished(seen)) return seen
    if (performance.now() > deadline) throw new Error(`not so after 15 s: ${JSON.stringify(seen)}`)
    await pause(50)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
