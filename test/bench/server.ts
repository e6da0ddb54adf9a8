import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'

/** The command as the package ships it; `npm run build` makes it. */
export const FAILWEB_COMMAND = '../../dist/src/cli/main.js'

export interface Ports {
  readonly port: number
  readonly second: number
}

/** A server of the comparison: a script, by its path from this folder, that listens at `PORT`, some also at `SECOND_PORT`. */
export interface Contender {
  readonly name: string
  readonly script: string
  readonly args?: (ports: Ports) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Node's own flags. */
  readonly flags?: readonly string[]
}

/** A server that has answered. */
export interface Running extends Ports {
  readonly name: string
  readonly child: ChildProcess
  /** From the start of the process to its first 200. */
  readonly startedMs: number
}

const FAULTS = new URL('servers/faults.mjs', import.meta.url).href
const PATIENCE_MS = 60_000

/** Starts a server in a process of its own and waits until it answers. Stop it with `stop`. */
export async function start({ name, script, args, env, flags = [] }: Contender, preload = true): Promise<Running> {
  const ports = { port: await freePort(), second: await freePort() }
  const path = fileURLToPath(new URL(script, import.meta.url))
  const own = [...flags, ...(preload ? ['--import', FAULTS] : []), path, ...(args?.(ports) ?? [])]
  const begun = performance.now()
  const child = spawn(process.execPath, own, {
    env: { PATH: process.env['PATH'], ...env, PORT: `${ports.port}`, SECOND_PORT: `${ports.second}` },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  while ((await ask(ports.port, '/')).status !== 200) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it answered`)
    if (performance.now() - begun > PATIENCE_MS) {
      child.kill('SIGKILL')
      throw new Error(`${name} has not answered in ${PATIENCE_MS} ms`)
    }
    await sleep(2)
  }
  return { name, child, ...ports, startedMs: performance.now() - begun }
}

export async function stop({ child }: Pick<Running, 'child'>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Starts servers, works with them and stops them, whatever happens. */
export async function withServers<T>(
  contenders: readonly Contender[],
  work: (servers: readonly Running[]) => Promise<T>,
): Promise<T> {
  const servers: Running[] = []
  try {
    for (const contender of contenders) servers.push(await start(contender))
    return await work(servers)
  } finally {
    await Promise.all(servers.map(stop))
  }
}

export interface Asked {
  /** Undefined where there was no answer within the timeout. */
  readonly status?: number
  readonly ms: number
  readonly bytes: number
}

/** One question on a connection of its own, as a kubelet asks. */
export function ask(port: number, path: string, { timeoutMs = 1_000, headers = {} } = {}): Promise<Asked> {
  const begun = performance.now()
  return new Promise((resolve) => {
    let bytes = 0
    const end = (status?: number) => {
      clearTimeout(timer)
      resolve({ ms: performance.now() - begun, bytes, ...(status !== undefined && { status }) })
    }
    const timer = setTimeout(() => asking.destroy(new Error('late')), timeoutMs)
    const asking = get({ host: '127.0.0.1', port, path, headers, agent: new Agent() }, (reply) => {
      reply.on('data', (chunk) => {
        bytes += chunk.length
      })
      reply.on('end', () => end(reply.statusCode)).on('error', () => end())
    })
    asking.on('error', () => end())
  })
}

/** Of all threads, in the kernel's own nanoseconds: /proc/PID/stat counts in hundredths, which timers share their rhythm with. */
export function cpuMs({ child: { pid } }: Pick<Running, 'child'>): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6
}

export function residentMiB({ child: { pid } }: Running): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** Asks the part that `servers/faults.mjs` puts into a server: `count` begins to count, `allocated` tells the bytes since. */
export async function askInside({ child }: Running, question: 'count' | 'allocated'): Promise<number> {
  const answered = once(child, 'message')
  child.send(question)
  const [bytes] = await answered
  return bytes
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
