import { once } from 'node:events'
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { watchConnections } from '../../src/http/connections.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { listen } from './service-fixture.ts'

/** A server whose answers wait until they are let go. */
async function slowServer(clock = new FakeClock(), most?: number) {
  const waiting: ServerResponse[] = []
  const server: Server = createServer((_req, res) => void waiting.push(res))
  const arrived = new Promise<void>((resolve) => void server.once('request', () => resolve()))
  const { close } = watchConnections(server, clock, most)
  const url = await listen(server)
  const asked = () => waiting.map(({ req }) => req.url)
  return { server, close, url, arrived, asked, waiting, answer: () => waiting.forEach((res) => void res.end('done')) }
}

function ask(url: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: new Agent({ keepAlive: true }) }, (res) => {
      res.on('data', (chunk) => resolve(String(chunk)))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`))
    sent.end()
  })
}

describe('closing', () => {
  test('a request under way finishes first, and its connection ends with it', async () => {
    const { close, url, arrived, answer } = await slowServer()
    const reply = ask(url)
    await arrived
    const closed = close(10_000)
    let isClosed = false
    closed.then(() => {
      isClosed = true
    })
    await settle()
    expect(isClosed).toBe(false)
    answer()
    expect(await reply).toBe('done')
    await closed
  })

  test('one whose body nobody read is idle once it is answered: it neither holds the end nor keeps newcomers out', async () => {
    const clock = new FakeClock()
    const server = createServer((_req, res) => void res.end('done'))
    const { close } = watchConnections(server, clock, 1)
    const port = Number(new URL(await listen(server)).port)
    const body = connect(port, '127.0.0.1')
    body.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
    await once(body, 'data')
    await settle()
    const cut = once(body, 'close')
    const newcomer = connect(port, '127.0.0.1')
    newcomer.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
    expect(String((await once(newcomer, 'data'))[0])).toContain('200 OK')
    await cut
    const closed = close(10_000)
    await settle()
    await clock.advance(1_000)
    await closed
  })

  test('of requests that were sent one behind the other all are answered', async () => {
    const { close, url, answer, asked, waiting } = await slowServer()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let told = ''
    socket.setEncoding('utf8').on('data', (chunk) => {
      told += chunk
    })
    socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect(asked()).toEqual(['/a', '/b']))
    const closed = close(10_000)
    const [first] = waiting
    first?.end('done')
    if (first) await once(first, 'close')
    answer()
    await closed
    expect(told.match(/200 OK/g)).toHaveLength(2)
  })

  test('one that does not is cut at the deadline', async () => {
    const clock = new FakeClock()
    const { close, url, arrived } = await slowServer(clock)
    const reply = ask(url)
    await arrived
    const closed = close(10_000)
    await clock.advance(9_999)
    await clock.advance(1)
    await closed
    expect(await reply).toBe('ECONNRESET')
  })

  test('with nothing under way it is closed at once', async () => {
    const { server, close } = await slowServer()
    await close(10_000)
    expect(server.listening).toBe(false)
  })

  test('what is asked within a second on a connection that is kept alive, or silent, is still answered', async () => {
    const clock = new FakeClock()
    const { server, close, url, answer } = await slowServer(clock)
    const silent = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise((resolve) => server.once('connection', resolve))
    const closed = close(10_000)
    await clock.advance(999)
    silent.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await new Promise((resolve) => server.once('request', resolve))
    await clock.advance(5_000)
    answer()
    const [answered] = await once(silent, 'data')
    expect(String(answered)).toMatch(/^HTTP\/1.1 200 OK/)
    await closed
  })

  test('after that one on which nothing was ever asked does not hold it', async () => {
    const clock = new FakeClock()
    const { server, close, url } = await slowServer(clock)
    const silent = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise((resolve) => server.once('connection', resolve))
    const closed = close(10_000)
    await clock.advance(1_000)
    await closed
    expect(server.listening).toBe(false)
    silent.destroy()
  })
})

describe('of more connections than there may be', () => {
  test.each<[string, string]>([
    ['silent', ''],
    ['in the middle of its headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['in the middle of its body', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'],
  ])('the oldest that is %s makes room, and none on which an answer is awaited', async (_what, sent) => {
    const { server, url, arrived, asked, answer } = await slowServer(new FakeClock(), 2)
    const awaited = ask(url)
    await arrived
    const hung = connect(Number(new URL(url).port), '127.0.0.1').resume()
    const cut = new Promise<void>((resolve) => hung.on('error', () => {}).on('close', () => resolve()))
    hung.write(sent)
    await new Promise((resolve) => server.once(sent.startsWith('PUT') ? 'request' : 'connection', resolve))
    const newcomer = ask(`${url}/newcomer`)
    await cut
    await vi.waitFor(() => expect(asked()).toContain('/newcomer'))
    answer()
    expect(await awaited).toBe('done')
    expect(await newcomer).toBe('done')
  })
})
