import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import type { Target } from './prometheus.ts'
import { startService } from './service-process.ts'

/** As much of a running process as a fault needs. */
export interface Running {
  readonly url: string
  put(fault: string, settings?: object): Promise<void>
  ask(path: string, init?: RequestInit): Promise<unknown>
  kill(signal: NodeJS.Signals): Promise<void>
}

export interface PodSetup {
  readonly name: string
  readonly args?: readonly string[]
  readonly under?: readonly string[]
  /** A program of its own in place of failweb. */
  readonly program?: string
}

const CHECKS = [
  'latency',
  'memory-growth',
  'memory-headroom',
  'disk-usage',
  'cache-size',
  'event-loop',
  'errors',
  'numbers',
  'descriptors',
  'cpu',
] as const

/** Every check looks once a second, says at once what it sees, and has time to look on a busy machine. */
const BRISK = CHECKS.flatMap((name) =>
  Object.entries({ everyMs: 1_000, timeoutMs: 5_000, toWorsen: 1, toRecover: 1 }).flatMap(([key, value]) => [
    `--checks.${name}.${key}`,
    `${value}`,
  ]),
)

/** One failweb with its guard, which keeps its name and its addresses through restarts, as a pod does. */
export class Pod {
  readonly name: string
  readonly #setup: PodSetup
  #port = 0
  #guardPort = 0
  #running: Running | undefined
  #starting: Promise<Running> | undefined

  constructor(setup: PodSetup) {
    this.name = setup.name
    this.#setup = setup
  }

  get now(): Running {
    if (!this.#running) throw new Error(`${this.name} does not run`)
    return this.#running
  }

  /** @param more arguments for this run only */
  async start(...more: readonly string[]): Promise<void> {
    const { args = [], under = [], program } = this.#setup
    this.#port ||= await freePort()
    this.#guardPort ||= await freePort()
    const guard = ['--guard.enabled', 'true', '--guard.listen', `127.0.0.1:${this.#guardPort}`]
    const usual = [
      '--port',
      `${this.#port}`,
      '--host',
      '127.0.0.1',
      '--decay.step',
      '0',
      '--faults.enabled',
      'true',
      '--remedies.automatic',
      'false',
      ...guard,
      ...BRISK,
    ]
    this.#starting = program ? runProgram(program, this.#port) : runFailweb([...usual, ...args, ...more], under)
    this.#running = await this.#starting
  }

  async restart(...more: readonly string[]): Promise<void> {
    await this.now.kill('SIGKILL')
    await this.start(...more)
  }

  targets(): readonly Target[] {
    const pod = this.name
    const own: Target = { address: `127.0.0.1:${this.#port}`, pod, endpoint: 'http' }
    if (this.#setup.program) return [own]
    return [own, { address: `127.0.0.1:${this.#guardPort}`, pod, endpoint: 'guard' }]
  }

  /** What is just being started is ended too. */
  async end(): Promise<void> {
    const newest = await this.#starting?.catch(() => undefined)
    await newest?.kill('SIGKILL')
  }
}

async function runFailweb(args: readonly string[], under: readonly string[]): Promise<Running> {
  const service = await startService({ args, under })
  return {
    url: service.url,
    ask: service.ask,
    async put(fault, settings = {}) {
      const { status, body } = await service.ask(`/faults/${fault}`, { method: 'PUT', body: JSON.stringify(settings) })
      if (status !== 200) throw new Error(`${fault}: ${status} ${body}`)
    },
    async kill(signal) {
      service.signal(signal)
      await service.exited
    },
  }
}

async function runProgram(name: string, port: number): Promise<Running> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), `${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => Promise.reject(new Error(`${name} ended with ${code} before it listened`)))
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
  const { url } = JSON.parse(line) as { url: string }
  return {
    url: url.replace(/\/$/, ''),
    ask: (path, init) => fetch(url + path, init),
    put: () => Promise.reject(new Error('it has no faults')),
    async kill(signal) {
      child.kill(signal)
      if (signal === 'SIGKILL') await exited
    },
  }
}
