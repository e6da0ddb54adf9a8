import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { assembleHealth } from '../../src/assembly.ts'
import type { Check } from '../../src/core/check.ts'
import type { Decay } from '../../src/core/draw.ts'
import type { Cache } from '../../src/core/surroundings.ts'
import { createDecay } from '../../src/failweb/decay.ts'
import { createGreeter } from '../../src/failweb/greeting.ts'
import type { HealthOptions } from '../../src/health.ts'
import { createApp } from '../../src/http/app.ts'
import { FakeClock, settle } from '../fake-clock.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  json(): Record<string, never>
}

export interface Fixture {
  readonly clock: FakeClock
  readonly url: string
  ask(path: string, init?: RequestInit): Promise<Reply>
  drain(): void
  registerCache(cache: Cache): void
  close(): Promise<void>
}

/** failweb's own application on a free port, with the given checks, a clock that stands still, and no decay unless wanted. */
export async function serveApp(
  checks: readonly Check[],
  options: HealthOptions & { decay?: Decay } = {},
): Promise<Fixture> {
  const clock = new FakeClock()
  const { decay = createDecay({ step: 0 }), ...rest } = options
  const { health, surface, meter, drain } = assembleHealth({ checks, clock, ...rest }, { decay })
  const greeter = createGreeter()
  health.registerCache(greeter.cache)
  await health.start()
  await settle()
  const server = createServer(createApp({ surface, meter, greeter }))
  const url = await listen(server)
  return {
    clock,
    url,
    drain,
    registerCache: health.registerCache,
    ask: (path, init) => ask(url + path, init),
    async close() {
      const stopped = health.stop()
      await clock.advance(1)
      await stopped
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

export async function ask(url: string, init: RequestInit = {}): Promise<Reply> {
  const reply = await fetch(url, init)
  const body = await reply.text()
  return { status: reply.status, headers: reply.headers, body, json: () => JSON.parse(body) }
}
