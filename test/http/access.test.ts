import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { assembleHealth } from '../../src/assembly.ts'
import type { Remedy } from '../../src/core/remedy.ts'
import { createGreeter } from '../../src/failweb/greeting.ts'
import { createApp } from '../../src/http/app.ts'
import type { AskedChange, FaultControl } from '../../src/http/surface.ts'
import { steady } from '../assignments.ts'
import { FakeClock } from '../fake-clock.ts'
import { sendRaw } from './raw-request.ts'
import { ask, type Fixture, listen, serveApp } from './service-fixture.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await serveApp([])
})
afterEach(() => fixture.close())

const PURGE = { method: 'POST', target: '/remedies/purge-cache' }
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

describe('without a token a change is refused that came', () => {
  test.each([
    'Forwarded',
    'Via',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Original-Forwarded-For',
    'X-Original-Host',
    'X-Original-URL',
    'X-Real-IP',
    'X-Client-IP',
    'X-Cluster-Client-IP',
    'X-Remote-Addr',
    'X-ProxyUser-Ip',
    'X-Host',
    'X-Envoy-External-Address',
    'X-Envoy-Internal',
    'X-Azure-ClientIP',
    'X-Azure-SocketIP',
    'X-Appengine-User-Ip',
    'X-Amzn-Trace-Id',
    'True-Client-IP',
    'Fastly-Client-IP',
    'Fastly-FF',
    'WL-Proxy-Client-IP',
    'Proxy-Client-IP',
    'CF-Connecting-IP',
    'CF-Connecting-IPv6',
    'CF-Ray',
    'CDN-Loop',
    'Akamai-Origin-Hop',
    'Client-IP',
  ])('by a proxy that adds %s', async (header) => {
    expect((await sendRaw(fixture.url, { ...PURGE, headers: { [header]: '10.0.0.1' } })).status).toBe(403)
  })

  test('by a proxy that adds nothing, as nginx does, but speaks HTTP/1.0', async () => {
    expect((await sendRaw(fixture.url, { ...PURGE, version: '1.0' })).status).toBe(403)
  })

  test('for another host, in the target itself', async () => {
    const path = PURGE.target
    const here = new URL(fixture.url).host
    expect((await sendRaw(fixture.url, { ...PURGE, target: `http://evil.example${path}` })).status).toBe(403)
    expect((await sendRaw(fixture.url, { ...PURGE, target: `http://127.0.0.1:1${path}` })).status).toBe(403)
    const both = { ...PURGE, target: `http://evil.example${path}`, headers: { Host: 'evil.example' } }
    expect((await sendRaw(fixture.url, both)).status).toBe(403)
    expect((await sendRaw(fixture.url, { ...PURGE, target: `http://${here}${path}` })).status).toBe(200)
  })

  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('from a page that its browser calls %s: %d', async (site, status) => {
    expect((await sendRaw(fixture.url, { ...PURGE, headers: { 'Sec-Fetch-Site': site } })).status).toBe(status)
  })

  test("but not from this machine's own tools", async () => {
    const headers = { 'User-Agent': 'curl/8.0', Accept: '*/*', 'X-Request-Id': '1', traceparent: '00-1-1-00' }
    expect((await sendRaw(fixture.url, { ...PURGE, headers })).status).toBe(200)
    expect(
      (await sendRaw(fixture.url, { ...PURGE, headers: { Host: 'localhost:80', Origin: 'http://localhost' } })).status,
    ).toBe(200)
  })
})

describe('a token cannot be guessed fast', () => {
  const guess = (token: string, from = '127.0.0.1') => sendRaw(fixture.url, { ...PURGE, headers: bearer(token), from })

  beforeEach(async () => {
    await fixture.close()
    fixture = await serveApp([steady('disks', 'warn')], { token: 'sesame' })
  })

  test('ten are compared at once, then one every six seconds', async () => {
    for (let i = 0; i < 10; i++) expect((await guess(`wrong${i}`)).status).toBe(401)
    const refused = await guess('sesame')
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '6'])
    expect(refused.body).toBe('too many wrong tokens came from this address; again in 6 s\n')
    await fixture.clock.advance(6_000)
    expect((await guess('sesame')).status).toBe(200)
  })

  test('nor by reading: then every token is answered like none, and probes are answered all the same', async () => {
    const read = (headers: Record<string, string>) => sendRaw(fixture.url, { target: '/healthz?verbose', headers })
    for (let i = 0; i < 10; i++) expect((await read(bearer(`wrong${i}`))).body).toContain('reason withheld')
    const locked = await read(bearer('sesame'))
    expect([locked.status, locked.body]).toEqual([200, (await read({})).body])
    await fixture.clock.advance(6_000)
    expect((await read(bearer('sesame'))).body).not.toContain('withheld')
  })

  test('whichever way it is tried: what the plainest probe is asked with counts with the rest', async () => {
    for (let i = 0; i < 10; i++) await sendRaw(fixture.url, { target: '/livez', headers: bearer(`wrong${i}`) })
    expect((await guess('sesame')).status).toBe(429)
  })

  test('who has the right one is not locked out by those at other addresses, nor by asking without one', async () => {
    for (let i = 0; i < 30; i++) await sendRaw(fixture.url, PURGE)
    for (let i = 0; i < 12; i++) await guess(`wrong${i}`)
    // One in 256 falls into the same group: three of three do in one run of 16 million.
    const statuses = await Promise.all(['127.0.0.2', '127.0.0.3', '127.0.0.4'].map((from) => guess('sesame', from)))
    expect(statuses.map(({ status }) => status)).toContain(200)
    expect((await guess('wrong', '127.0.0.1')).status).toBe(429)
  })
})

describe('changes', () => {
  const told: AskedChange[] = []
  const clock = new FakeClock()
  const stubborn: Remedy = {
    name: 'purge-cache',
    about: 'fails',
    run: () => Promise.reject(new Error('the cache\u001b[31m of /data is locked')),
  }
  const faults: FaultControl = {
    list: () => [{ name: 'latency', active: false }],
    onRequest: async () => 'go on',
    set: (name, body) => ({ name, body }),
    clear: async () => {},
  }

  async function serve(remedies: readonly Remedy[] = [stubborn]) {
    told.length = 0
    const { surface, meter } = assembleHealth(
      { clock },
      { remedies: { list: remedies, ladders: [], attempts: () => [] }, faults },
    )
    const app = createApp({
      surface: { ...surface, audit: (change) => void told.push(change) },
      meter,
      greeter: createGreeter(),
    })
    const server = createServer(app)
    return { server, url: await listen(server) }
  }

  test('ten a minute are made, whoever asks; to end a fault is never too much', async () => {
    const { server, url } = await serve()
    const put = () => ask(`${url}/faults/latency`, { method: 'PUT', body: '{}' })
    for (let i = 0; i < 10; i++) expect((await put()).status).toBe(200)
    const refused = await ask(`${url}/faults/latency`, { method: 'PUT', headers: { Accept: 'application/json' } })
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual([
      429,
      '6',
      'application/problem+json',
    ])
    for (let i = 0; i < 20; i++) expect((await ask(`${url}/faults`, { method: 'DELETE' })).status).toBe(200)
    expect((await ask(`${url}/faults`)).status).toBe(200)
    await clock.advance(6_000)
    expect((await put()).status).toBe(200)
    server.close()
  })

  test('those who may not make any use none up', async () => {
    const { server, url } = await serve()
    const headers = { Origin: 'http://evil.example' }
    for (let i = 0; i < 20; i++)
      expect((await ask(`${url}/faults/latency`, { method: 'PUT', headers })).status).toBe(403)
    expect((await ask(`${url}/faults/latency`, { method: 'PUT' })).status).toBe(200)
    server.close()
  })

  test('are told with who, what and what came of it; what is refused to strangers is not', async () => {
    const { server, url } = await serve()
    await ask(`${url}/faults/latency`, { method: 'PUT', body: '{}' })
    await ask(`${url}/remedies/purge-cache`, { method: 'POST' })
    for (let i = 0; i < 20; i++) await ask(`${url}/faults`, { method: 'DELETE', headers: { Via: 'x' } })
    expect(told).toEqual([
      { by: '127.0.0.1', what: 'PUT /faults/latency', result: 'done' },
      {
        by: '127.0.0.1',
        what: 'POST /remedies/purge-cache',
        result: '500 purge-cache failed: the cache [31m of /data is locked',
      },
    ])
    server.close()
  })

  test('that fail say why, in the form that was asked for', async () => {
    const { server, url } = await serve()
    const headers = { Accept: 'application/json' }
    const reply = await ask(`${url}/remedies/purge-cache`, { method: 'POST', headers })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
    expect(reply.json()['detail']).toBe('purge-cache failed: the cache [31m of /data is locked')
    server.close()
  })

  test('with a body that is too long are refused, and the refusal arrives', async () => {
    const { server, url } = await serve()
    const reply = await sendRaw(url, { method: 'PUT', target: '/faults/latency', body: 'x'.repeat(17 * 1024) })
    expect([reply.status, reply.body]).toEqual([413, 'the body: expected at most 16384 bytes\n'])
    server.close()
  })
})

describe('every answer', () => {
  test.each([
    ['GET', '/', 200],
    ['GET', '/?name=%3Cscript%3E', 200],
    ['GET', '/healthz', 200],
    ['GET', '/livez?verbose', 200],
    ['GET', '/metrics', 200],
    ['GET', '/nowhere', 404],
    ['GET', '//', 404],
    ['POST', '//', 404],
    ['GET', '//healthz', 404],
    ['POST', '/healthz', 405],
    ['POST', '/remedies/purge-cache', 200],
  ])('%s %s is never guessed at, and names no software', async (method, target, status) => {
    const { headers, ...reply } = await sendRaw(fixture.url, { method, target })
    expect([reply.status, headers['x-content-type-options']]).toEqual([status, 'nosniff'])
    expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined()
    if (target !== '/' && !target.startsWith('/?')) expect(headers['cache-control']).toBe('no-store')
    if (status >= 400) expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
  })
})

describe("a host's own code behind the handler", () => {
  test('that throws ends as it would without it: the error is uncaught, and no answer is made up', async () => {
    const { health } = assembleHealth({})
    const handler = health.handler()
    const thrown = vi.fn()
    const before = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', thrown)
    const server = createServer((req, res) => {
      handler(req, res, () => {
        setImmediate(() => res.writeHead(500).end("the host's own words"))
        throw new Error('the host broke')
      })
    })
    const url = await listen(server)
    const reply = await ask(`${url}/orders`)
    process.removeAllListeners('uncaughtException')
    for (const listener of before) process.on('uncaughtException', listener)
    expect([reply.status, reply.body]).toEqual([500, "the host's own words"])
    expect(thrown.mock.calls.map(([error]) => error.message)).toEqual(['the host broke'])
    server.close()
  })
})
