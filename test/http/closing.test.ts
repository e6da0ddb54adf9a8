import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { watchConnections } from '../../src/http/closing.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { listen } from './service-fixture.ts'

/** A server whose answers wait until they are let go. */
async function slowServer(clock = new FakeClock()) {
  const waiting: ServerResponse[] = []
  const server: Server = createServer((_req, res) => void waiting.push(res))
  const arrived = new Promise<void>((resolve) => void server.once('request', () => resolve()))
  const { close } = watchConnections(server, clock)
  const url = await listen(server)
  return { server, close, url, arrived, answer: () => waiting.forEach((res) => void res.end('done')) }
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
  test('a request under way finishes first', async () => {
    const { server, close, url, arrived, answer } = await slowServer()
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
    server.closeIdleConnections()
    await closed
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

  test('a connection on which nothing was ever asked does not hold it', async () => {
    const { server, close, url } = await slowServer()
    const silent = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise((resolve) => server.once('connection', resolve))
    await close(10_000)
    expect(server.listening).toBe(false)
    silent.destroy()
  })
})
