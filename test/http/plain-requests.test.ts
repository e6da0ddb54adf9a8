import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterEach, describe, expect, test } from 'vitest'
import { assembleHealth } from '../../src/assembly.ts'
import type { Decay } from '../../src/core/draw.ts'
import { createGreeter } from '../../src/failweb/greeting.ts'
import { createHealth } from '../../src/health.ts'
import { createApp } from '../../src/http/app.ts'
import { steady } from '../assignments.ts'
import { type Fixture, listen, serveApp } from './service-fixture.ts'

let fixture: Fixture | undefined
let server: Server | undefined
afterEach(async () => {
  await fixture?.close()
  server?.close()
  fixture = undefined
  server = undefined
})

/** As a kubelet asks: no header but what it sends. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => {
        const { date: _, connection: __, ...told } = response.headers
        resolve({ status: response.statusCode ?? 0, headers: told, body })
      })
    })
    asking.on('error', reject).end()
  })
}

/** Draws that never fail. */
function lucky(): Decay {
  let percent = 0
  const drawn = () => ({ percent, failed: false })
  return {
    draw() {
      percent += 2
      return drawn()
    },
    get last() {
      return drawn()
    },
  }
}

describe('a request that asks for nothing in particular', () => {
  const checks = [steady('leaks', 'fail'), steady('fine', 'pass')]

  test.each(['/', '/healthz', '/livez', '/readyz', '/startupz'])(
    '%s is answered as it is to one that does',
    async (path) => {
      fixture = await serveApp(checks)
      const [plain, anything, text] = [
        await ask(fixture.url + path),
        await ask(fixture.url + path, { accept: '*/*' }),
        await ask(fixture.url + path, { accept: 'text/plain' }),
      ]
      expect(plain).toEqual(text)
      expect(anything).toEqual(text)
      expect(Object.keys(plain.headers).length).toBeGreaterThan(2)
    },
  )

  test('draws at the heartbeat, once each', async () => {
    fixture = await serveApp([], { decay: lucky() })
    const { url } = fixture
    const bodies: string[] = []
    for (const headers of [{}, { accept: 'text/plain' }, {}]) bodies.push((await ask(`${url}/healthz`, headers)).body)
    expect(bodies).toEqual(['OK 2%\n', 'OK 4%\n', 'OK 6%\n'])
    expect((await ask(`${url}/healthz?peek`)).body).toBe('OK 6%\n')
    const { body } = await ask(`${url}/metrics`)
    expect(body).toContain('failweb_heartbeats_total{result="ok"} 3')
    expect(body).toContain('failweb_probe_requests_total{path="/healthz",code="200",agent="other"} 4')
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/healthz",code="200"} 4')
  })

  test('of another method is for the routes', async () => {
    fixture = await serveApp([])
    expect(await ask(`${fixture.url}/livez`, {}, 'HEAD')).toMatchObject({ status: 200, body: '' })
    expect(await ask(`${fixture.url}/livez`, {}, 'DELETE')).toMatchObject({ status: 405 })
    expect(await ask(`${fixture.url}/livez/`)).toMatchObject(
      await ask(`${fixture.url}/livez/`, { accept: 'text/plain' }),
    )
  })

  test('keeps what a host says in headers of its own, and tells its middlewares the status', async () => {
    const health = createHealth({ checks: [steady('leaks', 'fail', { rhythm: { toWorsen: 1 } })] })
    const app = new Koa()
    const seen: number[] = []
    app.use(async (ctx, next) => {
      ctx.set('X-Request-Id', '7')
      ctx.vary('Origin')
      await next()
      seen.push(ctx.status)
    })
    app.use(health.routes({ prefix: '/internal' }))
    await health.start()
    server = createServer(app.callback())
    await listen(server)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/livez`
    for (const headers of [{}, { accept: 'text/plain' }]) {
      const reply = await ask(url, headers)
      expect(reply.status).toBe(503)
      expect(reply.headers).toMatchObject({ 'x-request-id': '7', vary: 'Origin, Accept' })
    }
    expect(seen).toEqual([503, 503])
    await health.stop()
  })

  test('is answered where a host has put a writeHead of its own that takes headers as pairs only', async () => {
    const health = createHealth({})
    await health.start()
    const handler = health.handler()
    server = createServer((req, res) => {
      const writeHead = res.writeHead.bind(res)
      // As on-headers does it, before 1.1.
      res.writeHead = ((status: number, headers?: readonly (readonly [string, string])[]) => {
        for (const [name, value] of headers ?? []) res.setHeader(name, value)
        return writeHead(status)
      }) as never
      handler(req, res)
    })
    const reply = await ask(`${await listen(server)}/livez`)
    expect(reply).toMatchObject({
      status: 200,
      body: 'OK\n',
      headers: { 'content-length': '3', 'cache-control': 'no-store' },
    })
    await health.stop()
  })

  test('that fails is answered 500 and told as any other, and the service goes on', async () => {
    const draw = () => {
      throw new Error('no dice')
    }
    const told: string[] = []
    const { surface, meter } = assembleHealth({}, { decay: { draw, last: { percent: 0, failed: false } } })
    const app = createApp({ surface, meter, greeter: createGreeter(), onError: ({ message }) => told.push(message) })
    server = createServer(app)
    const url = await listen(server)
    const replies = [await ask(`${url}/healthz`), await ask(`${url}/healthz`, { accept: 'text/plain' })]
    expect(replies[0]).toEqual(replies[1])
    expect(replies[0]).toMatchObject({ status: 500, body: 'Internal Server Error' })
    expect(told).toEqual(['no dice', 'no dice'])
    expect(await ask(`${url}/livez`)).toMatchObject({ status: 200 })
  })
})
