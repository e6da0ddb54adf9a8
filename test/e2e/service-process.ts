import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command as the package ships it; `npm run build` makes it. */
export const FAILWEB = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

export interface ServiceProcess {
  readonly url: string
  readonly child: ChildProcess
  /** The log, one event a line. */
  readonly events: readonly Record<string, unknown>[]
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  signal(signal: NodeJS.Signals): void
  ask(path: string, init?: RequestInit): Promise<{ status: number; body: string }>
}

interface Options {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Put before the command: `unshare`, `sh -c`. */
  readonly under?: readonly string[]
  /** For Node itself: `--expose-gc`. */
  readonly node?: readonly string[]
}

/** No test is to depend on how full this machine's disk happens to be. */
const ANY_DISK = { FAILWEB_CHECKS_DISK_USAGE_WARN_AT: '1', FAILWEB_CHECKS_DISK_USAGE_FAIL_AT: '1' }

/** Starts a real failweb on a free port and waits until it listens. */
export function startService({ args = [], env = {}, under = [], node = [] }: Options = {}): Promise<ServiceProcess> {
  const [command = '', ...rest] = [...under, process.execPath, ...node, FAILWEB, ...lastOfEach(args)]
  const child = spawn(command, rest, {
    env: { PATH: `${process.env['PATH']}`, PORT: '0', ...ANY_DISK, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: Record<string, unknown>[] = []
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return new Promise((resolve, reject) => {
    let errors = ''
    child.stderr?.on('data', (chunk) => {
      errors += chunk
    })
    let rest = ''
    child.stdout?.on('data', (chunk) => {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) events.push(JSON.parse(line))
      const listening = events.find(({ event }) => event === 'listening')
      if (listening) resolve(running(child, `${listening['url']}`.replace(/\/$/, ''), events, exited))
    })
    exited.then(({ code }) => reject(new Error(`failweb ended with ${code} before it listened: ${errors}`)))
  })
}

/** A story changes what its neighbours have in common: of a flag that is given twice, which failweb refuses, the last is meant. */
function lastOfEach(args: readonly string[]): readonly string[] {
  const flags = new Map<string, readonly string[]>()
  for (let at = 0; at < args.length; at++) {
    const [arg = '', value] = [args[at], args[at + 1]]
    const takesNext = /^--[^=]+$/.test(arg) && value !== undefined
    flags.set(arg.replace(/=.*$/s, ''), takesNext ? [arg, value] : [arg])
    if (takesNext) at++
  }
  return [...flags.values()].flat()
}

function running(
  child: ChildProcess,
  url: string,
  events: readonly Record<string, unknown>[],
  exited: ServiceProcess['exited'],
): ServiceProcess {
  return {
    url,
    child,
    events,
    exited,
    signal: (signal) => void child.kill(signal),
    async ask(path, init = {}) {
      const signal = AbortSignal.timeout(10_000)
      const reply = await fetch(url + path, { headers: { connection: 'close' }, signal, ...init })
      return { status: reply.status, body: await reply.text() }
    },
  }
}

/** Asks again and again, ten times a second, until the answer is as wished; gives up after half a minute unless told otherwise. */
export async function until<T>(look: () => Promise<T>, wished: (seen: T) => boolean, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const seen = await look()
    if (wished(seen)) return seen
    if (performance.now() > deadline) throw new Error(`not so after ${seconds} s: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
