import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Koa, { type Context } from 'koa'
import { afterEach, describe, expect, test } from 'vitest'
import { assembleHealth } from '../../src/assembly.ts'
import { createHealth } from '../../src/health.ts'
import { createHealthRoutes } from '../../src/http/health-routes.ts'
import { statusEventsOf } from '../../src/http/status-events.ts'
import { until } from '../e2e/service-process.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { type Fixture, listen, serveApp } from './service-fixture.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(): Promise<Fixture> {
  const fixture = await serveApp([])
  closing.push(fixture.close)
  return fixture
}

/** Everything that comes on one connection, as it comes. */
function converse(url: string, text: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  closing.push(() => socket.destroy())
  let told = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    told += chunk
  })
  const over = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.write(text)
  const has = (wanted: string) =>
    until(
      async () => told,
      (seen) => seen.includes(wanted),
    )
  return { socket, told: () => told, has, over }
}

const ASK = 'GET /status/events HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('the stream of news', () => {
  test('is one answer without a length, whose pieces come as they are, until the connection ends', async () => {
    const { url, clock, drain } = await serve()
    const reader = converse(url, ASK)
    await reader.has('event: news')
    await clock.advance(5_000)
    await reader.has('event: still')
    drain()
    await reader.over
    const [head = '', body = ''] = reader.told().split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    expect(head).toMatch(/^Connection: close$/im)
    expect(head).not.toMatch(/^(Transfer-Encoding|Content-Length):/im)
    const news = /^event: news\ndata: {.*}\n\n/
    expect(body).toMatch(news)
    // The last it hears is that, and why, it stops.
    expect(body.replace(news, '')).toMatch(
      /^: ping\nevent: still\ndata: \d+\n\nevent: news\ndata: {.*"title":"Stopping · .*}\n\nevent: bye\ndata:\n\n$/,
    )
  })

  test('asked for behind another answer, on the same connection, comes after it', async () => {
    const { url, clock, drain } = await serve()
    const reader = converse(url, `GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n${ASK}`)
    await reader.has('event: news')
    await clock.advance(5_000)
    await reader.has('event: still')
    drain()
    await reader.over
    expect(reader.told()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*# HELP [\s\S]*HTTP\/1.1 200 OK\r\n/)
    expect(reader.told()).toMatch(/event: bye\ndata:\n\n$/)
  })

  test('takes hours, and is no slow answer: it is not among the measured ones', async () => {
    const { url, ask, clock, drain } = await serve()
    const reader = converse(url, ASK)
    await reader.has('event: news')
    await clock.advance(3_600_000)
    drain()
    await reader.over
    const { body } = await ask('/metrics')
    expect(body).toContain('# HELP ')
    expect(body).not.toContain('/status/events')
  })

  test('one who has gone while a host kept him waiting is no reader', async () => {
    const { surface, meter } = assembleHealth({ clock: new FakeClock() })
    const app = new Koa()
    let passed = 0
    app.use(async (ctx, next) => {
      await once(ctx.res, 'close')
      await next()
      passed += 1
    })
    app.use(createHealthRoutes(surface, meter))
    const server = createServer(app.callback())
    const { socket } = converse(await listen(server), ASK)
    closing.push(() => server.close())
    await once(server, 'request')
    socket.destroy()
    await until(
      async () => passed,
      (times) => times === 1,
    )
    expect(statusEventsOf(surface).readers).toBe(0)
  })

  test('HEAD has its head alone', async () => {
    const { ask } = await serve()
    const { status, headers, body } = await ask('/status/events', { method: 'HEAD' })
    expect([status, headers.get('content-type'), body]).toEqual([200, 'text/event-stream; charset=utf-8', ''])
  })

  test('one who breaks off is gone, and the others are told on', async () => {
    const { url, clock } = await serve()
    const [broken, other] = [converse(url, ASK), converse(url, ASK)]
    for (const reader of [broken, other]) await reader.has('event: news')
    broken.socket.resetAndDestroy()
    await clock.advance(5_000)
    await other.has('event: still')
    await clock.advance(5_000)
    await until(
      async () => other.told(),
      (told) => told.split('event: still').length === 3,
    )
  })
})

/** A Koa application with the health routes, in the hands of a test. */
async function host() {
  const clock = new FakeClock()
  const health = createHealth({ clock })
  const app = new Koa()
  const contexts: WeakRef<Context>[] = []
  app.use((ctx, next) => {
    contexts.push(new WeakRef(ctx))
    ctx.set('X-Host', 'yes')
    return next()
  })
  app.use(health.measure())
  app.use(health.routes())
  await health.start()
  await settle()
  const stop = async () => {
    const stopped = health.stop()
    await clock.advance(1)
    await stopped
  }
  return { app, clock, contexts, stop }
}

describe('a host', () => {
  test('keeps nothing of the request for a reader but the connection', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const { app, contexts, stop } = await host()
    const server = createServer(app.callback())
    const url = await listen(server)
    closing.push(() => server.close(), stop)
    const status = await new Promise((resolve) => {
      const request = get(`${url}/status/events`, (message) => {
        message.once('data', () => resolve([message.statusCode, message.headers['x-host']]))
      })
      closing.push(() => request.destroy())
    })
    expect(status).toEqual([200, 'yes'])
    await until(
      async () => {
        collect()
        return contexts.map((one) => one.deref() === undefined)
      },
      (gone) => gone.every(Boolean),
    )
    expect(contexts).toHaveLength(1)
  })

  test('may speak HTTP/2, in which connections are shared', async () => {
    const { app, clock, stop } = await host()
    const server = createHttp2Server(app.callback())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    closing.push(
      () => server.close(),
      () => session.close(),
    )
    const stream = session.request({ ':path': '/status/events' })
    let told = ''
    stream.setEncoding('utf8').on('data', (chunk) => {
      told += chunk
    })
    const over = new Promise((resolve) => stream.on('close', resolve))
    const has = (wanted: string) =>
      until(
        async () => told,
        (seen) => seen.includes(wanted),
      )
    await has('event: news')
    await clock.advance(5_000)
    await has('event: still')
    await stop()
    await over
    expect(told).toMatch(/event: bye\ndata:\n\n$/)
  })
})
