import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Koa from 'koa'
import { awake } from './awake.ts'
import type { Config } from './config/config.ts'
import type { ServiceSettings } from './config/schema.ts'
import type { Clock } from './core/clock.ts'
import { SetupError } from './core/setup-error.ts'
import { createDecay } from './failweb/decay.ts'
import { createGreeter, type Greeter } from './failweb/greeting.ts'
import { type Assembled, assembleHealth, type HealthOptions } from './health.ts'
import { createApp } from './http/app.ts'
import { closeServer } from './http/closing.ts'

/** What a service tells of itself, one event a line of its log. */
export interface LogEvent {
  readonly event: string
  readonly [detail: string]: unknown
}

export interface ServiceSetup {
  readonly config: Config
  readonly log: (event: LogEvent) => void
  readonly clock: Clock
}

/** failweb itself: the chapter's service, checking itself. */
export interface Service {
  /** Listens and begins the checks. Resolves to the port. @throws {SetupError} when it cannot listen there */
  start(): Promise<number>
  /** Not ready, drain, finish what is under way, close. Resolves when all is closed; stragglers are cut at `closeMs`. */
  stop(): Promise<void>
  /** Whether liveness fails now, or the last draw did: what the exit code says of a stop. */
  unhealthy(): boolean
}

export function createService({ config, log, clock }: ServiceSetup): Service {
  const { service } = config
  const greeter = createGreeter(service.greeting)
  let address: string | undefined
  const assembled = assembleHealth(
    {
      ...healthOptions(config),
      clock,
      address: () => address,
      onTransition: (change) => log({ event: 'transition', ...change, at: undefined }),
    },
    createDecay(definedOnly(service.decay)),
  )
  assembled.health.registerCache(greeter.cache)
  const server = createServer(callbackOf(assembled, greeter, log))
  return {
    unhealthy: assembled.unhealthy,
    async start() {
      const port = await listen(server, service)
      address = `http://127.0.0.1:${port}`
      await assembled.health.start()
      return port
    },
    async stop() {
      assembled.drain()
      await awake(clock.sleep(service.drainMs))
      await awake(Promise.all([closeServer(server, service.closeMs, clock), assembled.health.stop()]))
    },
  }
}

function healthOptions({ service, checks }: Config): HealthOptions {
  const { token, metrics, heartbeat, identity } = service
  return { checks, metrics, heartbeat, identity: definedOnly(identity), ...(token !== undefined && { token }) }
}

function callbackOf({ surface, meter }: Assembled, greeter: Greeter, log: ServiceSetup['log']) {
  const app: Koa = createApp(surface, meter, greeter)
  app.on('error', (error: Error) => log({ event: 'error', message: error.message, stack: error.stack }))
  const answer = app.callback()
  return (req: IncomingMessage, res: ServerResponse) => {
    // A stopping service keeps no connection: whoever comes back is to find another instance.
    if (surface.draining()) res.shouldKeepAlive = false
    answer(req, res)
  }
}

function listen(server: Server, { port, host }: ServiceSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new SetupError([whyNot(error, port, host)])))
    server.listen({ port, ...(host !== undefined && { host }) }, () => resolve((server.address() as AddressInfo).port))
  })
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
