import { once } from 'node:events'
import { createServer, get, IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect, Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createArrivals } from '../../src/host/arrivals.ts'
import { probeSelf } from '../../src/host/self-probe.ts'
import { createMeter } from '../../src/http/measure.ts'
import { createMishaps } from '../../src/http/mishaps.ts'
import type { Surface } from '../../src/http/surface.ts'
import { until } from '../e2e/service-process.ts'
import { FakeClock } from '../fake-clock.ts'
import { ask, listen } from './service-fixture.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that is measured; it answers at once, `/slow` after 250 ms by the clock, `/never` not at all. */
async function measured() {
  const clock = new FakeClock()
  const trips: [string, number][] = []
  const answered: unknown[] = []
  const waiting: string[] = []
  const arrivals = createArrivals(clock, () => 0)
  const record = (route: string, ms: number) => void trips.push([route, ms])
  const recorder = (route: string, also?: (ms: number) => void) => ({
    record(ms: number) {
      record(route, ms)
      also?.(ms)
    },
  })
  const mishaps = createMishaps(clock, { lately: () => trips.length, ever: () => trips.length, probes: () => 0 })
  const series = (...labels: unknown[]) => ({ observe: (seconds: number) => answered.push([...labels, seconds]) })
  const metrics = { answered: series } as unknown as Surface['metrics']
  const meter = createMeter({ clock, metrics, mishaps, arrivals, trips: { record, recorder } })
  const listener: RequestListener = (req, res) => {
    meter.begin(req, res, req.url)
    if (req.url === '/probe' || req.url === '/livez') meter.isProbe(res, req.url)
    if (req.url === '/slow') clock.block(250)
    if (req.url === '/events') res.setHeader('Content-Type', 'text/event-stream; charset=utf-8')
    if (req.url === '/events' || req.url === '/livelong') clock.block(60_000)
    if (req.url === '/never') waiting.push(req.url)
    if (req.url === '/livez') clock.block(1_000)
    if (req.url === '/broken' || req.url === '/livez') res.statusCode = 503
    if (req.url !== '/never') res.end('done')
  }
  const server = createServer(listener)
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return { url: await listen(server), clock, trips, answered, waiting, mishaps, listener, meter }
}

/** A connection that asks several paths at once, and waits for all of their answers. */
function connected(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  closing.push(() => socket.destroy())
  let text = ''
  socket.on('data', (data) => {
    text += String(data)
  })
  return {
    async ask(paths: readonly string[]) {
      text = ''
      socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
      await until(
        async () => text.split('done').length - 1,
        (answers) => answers === paths.length,
      )
    },
  }
}

describe('a trip', () => {
  test('lasts from the first byte in to the last byte out, by method and route', async () => {
    const { url, trips, answered } = await measured()
    await ask(`${url}/slow`)
    await ask(`${url}/fast`, { method: 'POST' })
    expect(trips).toEqual([
      ['GET /slow', 250],
      ['POST /fast', 0],
    ])
    expect(answered).toEqual([
      ['GET', '/slow', 200, 0.25],
      ['POST', '/fast', 200, 0],
    ])
  })

  test('of a probe is counted, but takes no part in the latency', async () => {
    const { url, trips, answered } = await measured()
    await ask(`${url}/probe`)
    expect([trips, answered]).toEqual([[], [['GET', '/probe', 200, 0]]])
  })

  test('of the service itself is no trip at all', async () => {
    const { url, clock, trips, answered } = await measured()
    const selfProbe = probeSelf({ clock, address: () => url, everyMs: 5_000, others: () => 0 })
    await clock.advance(5_000)
    await until(
      async () => selfProbe.look(),
      (seen) => seen.answered === 1,
    )
    selfProbe.stop()
    expect([trips, answered]).toEqual([[], []])
  })

  test('that ends in a server error is a mishap, unless a probe was to be told so', async () => {
    const { url, mishaps } = await measured()
    await ask(`${url}/broken`)
    await ask(`${url}/fast`)
    expect(mishaps.remarks().map(({ seen }) => seen)).toEqual([
      expect.stringMatching(/^users got server errors 1 time in 5 min, of 2 requests \(GET \/broken with 503: 1; /),
    ])
  })

  test('of a probe that lasts as long as a kubelet waits is a mishap, whatever its code', async () => {
    const { url, mishaps } = await measured()
    await ask(`${url}/livez`)
    expect(mishaps.remarks().map(({ seen }) => seen)).toEqual([
      expect.stringMatching(/^probes were answered too late 1 time in 5 min \(\/livez: 1; /),
    ])
  })

  test('of who waits a second and goes without any answer is as long as he waited, and a mishap', async () => {
    const { url, clock, trips, answered, waiting, mishaps } = await measured()
    const sent = get(`${url}/never`)
    const gone = new Promise<void>((resolve) => sent.on('error', () => resolve()))
    await until(
      async () => waiting,
      (seen) => seen.length > 0,
    )
    clock.block(1_500)
    sent.destroy()
    await gone
    await until(
      async () => trips,
      (seen) => seen.length > 0,
    )
    expect([trips, answered]).toEqual([[['GET /never', 1_500]], []])
    expect(mishaps.remarks().map(({ seen }) => seen)).toEqual([
      expect.stringMatching(/^users gave up waiting for any answer 1 time in 5 min \(GET \/never: 1; /),
    ])
  })

  test('of who listens to events is none, however long he does', async () => {
    const { url, trips, answered } = await measured()
    await ask(`${url}/events`)
    await ask(`${url}/livelong`, { headers: { Accept: 'text/event-stream' } })
    expect(trips).toEqual([])
    expect(answered).toHaveLength(2)
  })

  test('of one after another on a kept connection, and of who asks again before he is answered, is each his own', async () => {
    const { url, trips, answered } = await measured()
    const paths = ['/first', '/second', '/slow', '/third', '/fast']
    const socket = connected(url)
    for (const together of [paths.slice(0, 1), paths.slice(1, 2), paths.slice(2)]) await socket.ask(together)
    await until(
      async () => trips,
      (seen) => seen.length === paths.length,
    )
    expect(trips.map(([route]) => route)).toEqual(paths.map((path) => `GET ${path}`))
    expect(answered).toHaveLength(paths.length)
  })

  test('of a probe is none, wherever it stands among the requests of a connection', async () => {
    const { url, trips, answered } = await measured()
    const paths = ['/probe', '/first', '/probe', '/second', '/probe', '/third']
    const socket = connected(url)
    for (const together of [paths.slice(0, 1), paths.slice(1, 2), paths.slice(2)]) await socket.ask(together)
    await until(
      async () => answered,
      (seen) => seen.length === paths.length,
    )
    expect(trips.map(([route]) => route)).toEqual(['GET /first', 'GET /second', 'GET /third'])
  })

  test('of two who measure the same request is a trip to both', async () => {
    const { listener, trips, answered } = await measured()
    const other = await measured()
    const server = createServer((req, res) => {
      other.meter.begin(req, res, '/twice')
      listener(req, res)
    })
    closing.push(() => server.close())
    const url = await listen(server)
    await ask(`${url}/fast`)
    await until(
      async () => trips,
      (seen) => seen.length > 0,
    )
    expect([trips, other.trips]).toEqual([[['GET /fast', 0]], [['GET /twice', 0]]])
    // What one of them says to be a probe's is no user's to the other.
    await ask(`${url}/probe`)
    await until(
      async () => [answered, other.answered],
      (both) => both.every((seen) => seen.length > 1),
    )
    expect([trips, other.trips]).toEqual([[['GET /fast', 0]], [['GET /twice', 0]]])
  })

  test('of a request that somebody has made up, which no server answers, ends when its response does', async () => {
    const { meter, trips, clock } = await measured()
    const req = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', httpVersionMajor: 1 })
    const res = new ServerResponse(req)
    res.assignSocket(req.socket)
    meter.begin(req, res, '/made-up')
    clock.block(20)
    res.writeHead(200)
    Object.defineProperty(res, 'writableFinished', { value: true })
    res.emit('close')
    expect(trips).toEqual([['GET /made-up', 20]])
  })

  test('of a method that somebody invents, as HTTP/2 lets him, is told apart from no other', async () => {
    const { listener, trips, answered } = await measured()
    const server = createHttp2Server(listener as unknown as Parameters<typeof createHttp2Server>[0])
    const client = connectHttp2(await listen(server as unknown as Parameters<typeof listen>[0]))
    closing.push(
      () => client.close(),
      () => server.close(),
    )
    const told = async (method: string, path: string) => {
      const asked = client.request({ ':method': method, ':path': path }).resume()
      await once(asked, 'close')
    }
    for (const method of ['BREW', 'POUR', 'GET']) await told(method, '/fast')
    await until(
      async () => trips,
      (seen) => seen.length === 3,
    )
    expect(trips).toEqual([
      ['other /fast', 0],
      ['other /fast', 0],
      ['GET /fast', 0],
    ])
    expect(answered).toContainEqual(['other', '/fast', 200, 0])
    // One that is cancelled was answered by nobody, though HTTP/2 calls it finished.
    const cancelled = client.request({ ':path': '/never' })
    cancelled.on('error', () => {}).close()
    await once(cancelled, 'close')
    await told('GET', '/fast')
    expect(answered).not.toContainEqual(expect.arrayContaining(['/never']))
  })

  test('that is never answered has no time', async () => {
    const { url, trips } = await measured()
    const gone = new Promise<void>((resolve) => {
      const sent = get(`${url}/never`)
      sent.on('error', () => resolve())
      setImmediate(() => sent.destroy())
    })
    await gone
    await ask(`${url}/fast`)
    expect(
      await until(
        async () => trips,
        (seen) => seen.length > 0,
      ),
    ).toEqual([['GET /fast', 0]])
  })
})
