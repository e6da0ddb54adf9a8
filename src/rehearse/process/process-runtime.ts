import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { SetupError } from '../../core/setup-error.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import type { ContainerSpec } from '../manifest/pod-spec.ts'
import { guardPortOf } from '../manifest/service-settings.ts'
import { filledIn } from '../manifest/variables.ts'
import type { Runtime } from './life.ts'
import { ProcessGroup } from './process-group.ts'
import { ProcessLife, prepareMessageFile } from './process-life.ts'
import { foldersOf, withStandIns } from './stand-ins.ts'

export interface ProcessRuntimeOptions {
  readonly clock: Clock
  readonly kubelet: KubeletProfile
  /** What is started for a container, in place of its image. `$(NAME)` in it is filled in from its environment. */
  command(container: ContainerSpec): readonly string[]
  /** What a container gets beside its manifest's `env`: `PATH` and the like. */
  readonly env: Readonly<Record<string, string>>
  /** This machine's port for the first port of the first container. Default: any free one. */
  readonly port?: number
  /** Told of everything that a container writes. */
  onOutput?(container: string, chunk: Buffer): void
}

/** No container has such a name. */
const VOLUMES = '.volumes'

/** How much of a log `FallbackToLogsOnError` shows. Source: Kubernetes 1.20.2, pkg/kubelet/container/runtime.go. */
const LOG_BYTES = 2048
const LOG_LINES = 80

/**
 * Starts containers as processes on this machine. Every port of a container has one free port here, and every emptyDir a folder, the same
 * for all its lives; another pod has others. What the manifest says of them is handed over as it is here; `PORT` is the first port, unless
 * the manifest has one.
 */
export class ProcessRuntime implements Runtime {
  readonly #options: ProcessRuntimeOptions
  readonly #folder: string
  readonly #ports = new Map<string, ReadonlyMap<number, number>>()
  readonly #logs = new Map<string, Buffer>()
  readonly #lives = new Set<ProcessLife>()
  /** The most resident memory that any life has used. */
  peakRssBytes = 0
  #firstPort: number | undefined
  readonly #removeFolder = () => rmSync(this.#folder, { recursive: true, force: true })

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options
    this.#firstPort = options.port
    this.#folder = mkdtempSync(join(tmpdir(), 'failweb-rehearsal-'))
    process.on('exit', this.#removeFolder)
    process.on('SIGHUP', leave)
  }

  async start(container: ContainerSpec): Promise<ProcessLife> {
    const { clock, kubelet, onOutput } = this.#options
    const ports = await this.ports(container)
    const folders = foldersOf(container, join(this.#folder, VOLUMES))
    for (const folder of folders.values()) mkdirSync(folder, { recursive: true })
    const standIn = (text: string) => withStandIns(text, { ports, folders })
    const messagePath = join(this.#folder, container.name)
    prepareMessageFile(messagePath)
    const env = {
      ...this.#options.env,
      ...environmentOf(container, standIn, ports),
      FAILWEB_TERMINATION_MESSAGE_PATH: messagePath,
    }
    const here = { ...container, command: container.command.map(standIn), args: container.args.map(standIn) }
    const command = this.#options.command(here).map((word) => filledIn(word, env))
    this.#logs.delete(container.name)
    const listen = (chunk: Buffer) => {
      this.#keep(container.name, chunk)
      onOutput?.(container.name, chunk)
    }
    const group = await ProcessGroup.start({ command, env, clock, onOutput: listen })
    const hostPort = (port: number) => ports.get(port) ?? port
    const life = new ProcessLife(group, container, {
      clock,
      kubelet,
      hostPort,
      messagePath,
      env,
      standIn,
      log: () => this.log(container.name),
    })
    this.#lives.add(life)
    life.ended.then(() => {
      this.#lives.delete(life)
      this.peakRssBytes = Math.max(this.peakRssBytes, life.peakRssBytes)
    })
    return life
  }

  /** This machine's ports for a container's. @throws {SetupError} when the one that was asked for is taken */
  async ports(container: ContainerSpec): Promise<ReadonlyMap<number, number>> {
    const known = this.#ports.get(container.name)
    if (known) return known
    const ports = new Map<number, number>()
    for (const port of portsOf(container)) ports.set(port, await freePort(this.#takeFirstPort()))
    this.#ports.set(container.name, ports)
    return ports
  }

  /** The end of what the newest life of a container wrote. */
  log(container: string): string {
    const text = this.#logs.get(container)?.toString().trimEnd() ?? ''
    return text.split('\n').slice(-LOG_LINES).join('\n')
  }

  /** Kills every life without grace. */
  kill(): void {
    for (const life of this.#lives) life.kill()
  }

  /** Kills every life without grace, and removes what was written for them once all have ended. */
  async close(): Promise<void> {
    this.kill()
    await Promise.all([...this.#lives].map(({ ended }) => ended))
    this.#removeFolder()
    process.off('exit', this.#removeFolder)
    process.off('SIGHUP', leave)
  }

  #takeFirstPort(): number {
    const port = this.#firstPort ?? 0
    this.#firstPort = undefined
    return port
  }

  #keep(container: string, chunk: Buffer): void {
    const kept = this.#logs.get(container) ?? Buffer.alloc(0)
    this.#logs.set(container, Buffer.concat([kept, chunk]).subarray(-LOG_BYTES))
  }
}

/** A terminal that is closed ends the process without its 'exit' hooks, which are what kills the lives; so it is left by the door. */
function leave(): void {
  process.exit(128 + constants.signals.SIGHUP)
}

/** Declared ports first, then those that only a probe, a hook or `PORT` names. At least one that is not the guard's: a service listens somewhere. */
function portsOf(container: ContainerSpec): ReadonlySet<number> {
  const { ports, probes, preStop, env } = container
  const actions = [...Object.values(probes).map(({ action }) => action), ...(preStop ? [preStop] : [])]
  const asked = actions.flatMap((action) => ('port' in action ? [action.port] : []))
  const own = /^[1-9]\d{0,4}$/.test(env['PORT'] ?? '') ? [Number(env['PORT'])] : []
  const all = new Set([...ports.map(({ containerPort }) => containerPort), ...asked, ...own])
  const guard = guardPortOf(container)
  return [...all].some((port) => port !== guard) ? all : all.add(8080)
}

/** Where nothing is said the service gets the first port, and its guard its own. */
function environmentOf(
  container: ContainerSpec,
  standIn: (text: string) => string,
  ports: ReadonlyMap<number, number>,
): Readonly<Record<string, string>> {
  const guard = guardPortOf(container)
  const first = [...ports.keys()].find((port) => port !== guard)
  const unsaid = { PORT: `${first}`, ...(guard === undefined ? {} : { FAILWEB_GUARD_LISTEN: `${guard}` }) }
  const said = Object.entries({ ...unsaid, ...container.env })
  return Object.fromEntries(said.map(([name, value]) => [name, standIn(value)]))
}

/** @param wanted 0 for any */
async function freePort(wanted: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`
      reject(new SetupError([`--port: ${wanted} ${why}; choose another, or leave --port out for a free one`]))
    })
    server.listen(wanted, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : wanted
}
