import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Assembled, assembleHealth, surroundingsOf } from './assembly.ts'
import { awake } from './awake.ts'
import type { Config } from './config/config.ts'
import type { ServiceSettings } from './config/schema.ts'
import type { Clock } from './core/clock.ts'
import { DEFAULT_STEP, type Decay } from './core/draw.ts'
import { SetupError } from './core/setup-error.ts'
import type { Transition } from './core/snapshot.ts'
import { messageOf, stackOf } from './core/thrown.ts'
import { createDecay } from './failweb/decay.ts'
import { createGreeter, type Greeter } from './failweb/greeting.ts'
import type { faulting } from './faulting.ts'
import type { Faults } from './faults/faults.ts'
import type { guarding } from './guarding.ts'
import type { HealthOptions } from './health.ts'
import { createApp } from './http/app.ts'
import { SERVER_LIMITS, watchConnections } from './http/connections.ts'
import type { LogEvent } from './log-event.ts'
import { PACKAGE_VERSION } from './package.ts'
import { type Remembrance, remember } from './remembrance.ts'
import { type SelfHelpSetup, selfHelp } from './self-help.ts'

export interface ServiceSetup {
  readonly config: Config
  readonly log: (event: LogEvent) => void
  readonly clock: Clock
  /** Told when the service leaves by itself, since its death is certain and near. It is then to be stopped. */
  readonly onSelfDrain?: (because: string) => void
}

/** failweb itself: the chapter's service, checking itself. */
export interface Service {
  /** Listens and begins the checks. Resolves to its URL. @throws {SetupError} when it cannot listen there */
  start(): Promise<string>
  /** Not ready, drain, finish what is under way, close. Resolves when all is closed; stragglers are cut at `closeMs`. */
  stop(by: string): Promise<void>
  /** Whether liveness fails now, or the last draw did: what the exit code says of a stop. */
  unhealthy(): boolean
  /** Whether a signal to stop is to be ignored, by a fault on purpose. */
  ignoresStop(): boolean
  /** An error that ends the process: what is known is left behind before this returns. */
  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void
  /** The process exits, however that came. */
  exited(code: number): void
}

/** What only some services need is loaded only there. */
export async function createService(setup: ServiceSetup): Promise<Service> {
  const { config, log, clock } = setup
  const { service } = config
  let url: string | undefined
  const { assembled, greeter, memory, faults, help, guard } = partsOf(
    setup,
    await wanted(setup.config.service),
    () => url,
  )
  const server = createServer(SERVER_LIMITS, callbackOf(assembled, greeter, log))
  const connections = watchConnections(server, clock)
  return {
    unhealthy: assembled.unhealthy,
    ignoresStop: () => faults?.ignoresStop() ?? false,
    uncaught: (error, origin) => memory.uncaught(error, origin),
    exited: (code) => memory.exited(code),
    async start() {
      url = await listen(server, service)
      await guard?.start()
      await assembled.health.start()
      return url
    },
    async stop(by) {
      memory.stopping(by, assembled.unhealthy(), assembled.surface.noted())
      await awake(clock.sleep(faults?.stopDelayMs() ?? 0))
      assembled.drain(by)
      guard?.changed()
      help.stop()
      await awake(clock.sleep(service.drainMs))
      await awake(Promise.all([connections.close(service.closeMs), assembled.health.stop()]))
      await awake(Promise.all([faults?.stop(), guard?.stop(), memory.end()]))
    },
  }
}

interface Wanted {
  readonly faulting?: typeof faulting
  readonly guarding?: typeof guarding
}

async function wanted({ faults, guard }: ServiceSettings): Promise<Wanted> {
  return {
    ...(faults.enabled && (await import('./faulting.ts'))),
    ...(guard.enabled && (await import('./guarding.ts'))),
  }
}

/** The parts, each told of what the others see. Some are made before those that they ask: they ask when it is time. */
function partsOf(
  { config, log, clock, onSelfDrain = () => {} }: ServiceSetup,
  { faulting, guarding }: Wanted,
  address: () => string | undefined,
) {
  const { service } = config
  const greeter = createGreeter(service.greeting)
  const surroundings = surroundingsOf(clock, address)
  surroundings.caches.register(greeter.cache)
  const snapshot = () => assembled.health.snapshot()
  const release = releaseOf(service)
  const memory = remember({ config, clock, release, asks: service.heartbeat.asks, snapshot, log })
  const tell = (event: LogEvent) => {
    log(event)
    memory.note(event)
  }
  const { faults, control } = faulting?.({ service, clock, surroundings, greeter, log, tell }) ?? {}
  const count: SelfHelpSetup['count'] = (name, result) => assembled.surface.metrics.remedied(name, result)
  const judge: SelfHelpSetup['judge'] = (...judged) => assembled.surface.metrics.judged(...judged)
  const { isFirstRun } = memory
  const help = selfHelp({ config, clock, surroundings, snapshot, isFirstRun, tell, count, judge, drain: onSelfDrain })
  const decaying = memory.listening(withFaults(createDecay(definedOnly(service.decay)), faults))
  const assembled: Assembled = assembleHealth(
    { ...healthOptions(config), clock, onTransition: (change) => transition(change, memory, log) },
    {
      surroundings,
      decay: told(decaying, () => guard?.changed()),
      decayStep: service.decay.step ?? DEFAULT_STEP,
      temper: help.temper,
      remedies: help.remedies,
      audit: (change) => tell({ event: 'change', ...change }),
      isGuarded: guarding !== undefined,
      ...(control && { faults: control }),
      ...(service.journal.folder !== undefined && { previous: memory.previous, journalTrouble: memory.journalTrouble }),
      watcher: {
        looked() {
          guard?.changed()
          help.looked()
        },
      },
    },
  )
  const guard = guarding?.({ config, clock, surface: assembled.surface, memory, tell })
  return { assembled, greeter, memory, faults, help, guard }
}

function transition(change: Transition, memory: Remembrance, log: ServiceSetup['log']): void {
  const { name, from, to, because } = change
  log({ event: 'transition', name, from, to, because })
  memory.changed(change)
}

function healthOptions({ service, checks }: Config): HealthOptions {
  const { token, metrics, heartbeat, identity } = service
  const known = { ...definedOnly(identity), releaseId: releaseOf(service) }
  return { checks, metrics, heartbeat, identity: known, ...(token !== undefined && { token }) }
}

function releaseOf({ identity }: ServiceSettings): string {
  return identity.releaseId ?? PACKAGE_VERSION
}

function withFaults(decay: Decay, faults: Faults | undefined): Decay {
  return faults ? faults.decay(decay) : decay
}

/** The same decay; `drawn` is called after each draw. */
function told(decay: Decay, drawn: () => void): Decay {
  return {
    draw() {
      const draw = decay.draw()
      drawn()
      return draw
    },
    get last() {
      return decay.last
    },
  }
}

function callbackOf({ surface, meter }: Assembled, greeter: Greeter, log: ServiceSetup['log']) {
  const onError = (error: unknown) => log({ event: 'error', message: messageOf(error), stack: stackOf(error) })
  const answer = createApp({ surface, meter, greeter, onError })
  return (req: IncomingMessage, res: ServerResponse) => {
    // A stopping service keeps no connection: whoever comes back is to find another instance.
    if (surface.draining()) res.shouldKeepAlive = false
    answer(req, res)
  }
}

function listen(server: Server, { port, host }: ServiceSettings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new SetupError([whyNot(error, port, host)])))
    server.listen({ port, ...(host !== undefined && { host }) }, () => resolve(urlOf(server.address() as AddressInfo)))
  })
}

/** Where the service can be asked from this machine. */
function urlOf({ address, port, family }: AddressInfo): string {
  if (address === '::' || address === '0.0.0.0') return `http://127.0.0.1:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function whyNot({ code, message }: NodeJS.ErrnoException, port: number, host = 'every address'): string {
  if (code === 'EADDRINUSE') return `port ${port} is in use on ${host}; choose another with --port or PORT`
  if (code === 'EACCES') return `port ${port} may not be used by this user; choose one from 1024 on with --port or PORT`
  return `cannot listen on ${host}, port ${port}: ${message}`
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** An object without its undefined fields: absent and undefined are not the same to those who have defaults. */
function definedOnly<T extends object>(object: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>
}
