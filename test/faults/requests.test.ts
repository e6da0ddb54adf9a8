import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createScene, progressOf, type Scene, until } from './bench.ts'

let scene: Scene
let server: Server
let url: string
let dice: readonly number[]

beforeEach(async () => {
  dice = [0.5]
  let thrown = 0
  scene = createScene({ random: () => dice[thrown++ % dice.length] ?? 0 })
  server = createServer(async (req, res) => {
    if ((await scene.faults.onRequest(req, res)) === 'answered') return
    res.setHeader('Answered', 'yes')
    if (req.url === '/stream') pipeline(Readable.from(['one ', 'two ', 'three']), res, () => {})
    else res.end('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await scene.end()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

interface Watched {
  status?: number | undefined
  body: string
  ended: boolean
  leave(): void
}

/** Asks, and sees what has come so far. */
function watch(path: string, method = 'GET'): Watched {
  const seen: Watched = { body: '', ended: false, leave: () => sent.destroy() }
  const sent = request(url + path, { method, agent: false }, (res) => {
    seen.status = res.statusCode
    res.on('data', (chunk) => {
      seen.body += chunk
    })
    res.on('end', () => {
      seen.ended = true
    })
  })
  sent.on('error', () => {})
  sent.end()
  return seen
}

const delayed = () => progressOf(scene.faults, 'latency')['delayed_requests'] ?? 0

describe('late answers', () => {
  test('headers come late by so much, and not before', async () => {
    scene.faults.set('latency', { headersMs: 500 })
    const seen = watch('/')
    await until(() => delayed() === 1)
    await scene.clock.advance(499)
    expect(seen.status).toBeUndefined()
    await scene.clock.advance(1)
    await until(() => seen.ended)
    expect(seen).toMatchObject({ status: 200, body: 'hello' })
  })

  test.each(['/', '/stream'])('the body of %s stalls after the headers, and comes whole', async (path) => {
    scene.faults.set('latency', { bodyMs: 500 })
    const seen = watch(path)
    await until(() => seen.status === 200)
    await scene.clock.advance(499)
    expect(seen).toMatchObject({ body: '', ended: false })
    await scene.clock.advance(1)
    await until(() => seen.ended)
    expect(seen.body).toBe(path === '/' ? 'hello' : 'one two three')
  })

  test('an answer without a body has nothing to stall', async () => {
    scene.faults.set('latency', { bodyMs: 500 })
    const seen = watch('/', 'HEAD')
    await until(() => seen.ended)
    expect(seen.status).toBe(200)
  })

  test('those who wait are let go when the fault ends', async () => {
    scene.faults.set('latency', { headersMs: 60_000, bodyMs: 60_000 }, 10)
    const waiting = Array.from({ length: 20 }, () => watch('/'))
    await until(() => delayed() === 20)
    await scene.clock.advance(10_000)
    await until(() => waiting.every(({ ended }) => ended))
    expect(waiting.map(({ body }) => body)).toEqual(Array(20).fill('hello'))
  })

  test('whoever goes away is not waited for', async () => {
    scene.faults.set('latency', { headersMs: 60_000 }, 100)
    const seen = watch('/')
    await until(() => delayed() === 1)
    const waiting = scene.clock.sleepers
    seen.leave()
    await until(() => scene.clock.sleepers === waiting - 1)
  })

  test('only a share of the requests is late', async () => {
    dice = [0.1, 0.9, 0.2, 0.8]
    scene.faults.set('latency', { headersMs: 500, share: 0.5 })
    const asked = [watch('/'), watch('/'), watch('/'), watch('/')]
    await until(() => asked.filter(({ ended }) => ended).length === 2 && delayed() === 2)
  })
})

describe('errors', () => {
  test('answer in the place of the service, with a share and a status', async () => {
    dice = [0.1, 0.9]
    scene.faults.set('errors', { status: 503, share: 0.5 })
    const replies = [await fetch(url), await fetch(url), await fetch(url)]
    expect(replies.map(({ status }) => status)).toEqual([503, 200, 503])
    expect(await replies[0]?.text()).toBe('503 on purpose: the fault errors is active\n')
    expect(replies[0]?.headers.get('cache-control')).toBe('no-store')
    expect(progressOf(scene.faults, 'errors')).toEqual({ failed_requests: 2 })
  })

  test('end with their time', async () => {
    scene.faults.set('errors', {}, 5)
    expect((await fetch(url)).status).toBe(500)
    await scene.clock.advance(5_000)
    expect((await fetch(url)).status).toBe(200)
  })

  test('a late request may still fail', async () => {
    scene.faults.set('errors')
    scene.faults.set('latency', { headersMs: 500 })
    const seen = watch('/')
    await until(() => delayed() === 1)
    expect(seen.status).toBeUndefined()
    await scene.clock.advance(500)
    await until(() => seen.status === 500)
  })
})

describe('routes', () => {
  const HIT = 'hit'
  const SPARED = 'spared'
  test.each<[readonly string[] | undefined, string, string]>([
    [undefined, '/', HIT],
    [undefined, '/?name=Kana', HIT],
    [undefined, '/orders/5', HIT],
    [undefined, '/healthzz', HIT],
    [undefined, '/healthz', SPARED],
    [undefined, '/healthz/latency', SPARED],
    [undefined, '/livez', SPARED],
    [undefined, '/readyz/', SPARED],
    [undefined, '/startupz?verbose', SPARED],
    [undefined, '/metrics', SPARED],
    [undefined, '/faults/errors', SPARED],
    [undefined, '/remedies/purge-cache', SPARED],
    [['/healthz'], '/healthz', HIT],
    [['/healthz'], '/healthz/', HIT],
    [['/healthz'], '/healthz?verbose', HIT],
    [['/healthz'], '/healthz/latency', SPARED],
    [['/healthz'], '/', SPARED],
    [['*', '/livez'], '/livez', HIT],
    [['*', '/livez'], '/readyz', SPARED],
    [['/orders/*'], '/orders', HIT],
    [['/orders/*'], '/orders/5/items', HIT],
    [['/orders/*'], '/ordersfile', SPARED],
    [['/*'], '/healthz', HIT],
    [['/*'], '/faults', SPARED],
    [['/*'], '/metrics', SPARED],
  ])('%j and %s: %s', async (routes, path, fate) => {
    scene.faults.set('errors', routes ? { routes } : {})
    expect((await fetch(url + path)).status).toBe(fate === HIT ? 500 : 200)
  })
})
