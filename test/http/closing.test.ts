import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { closeServer } from '../../src/http/closing.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { listen } from './service-fixture.ts'

/** A server whose answers wait until they are let go. */
async function slowServer() {
  const waiting: ServerResponse[] = []
  const server: Server = createServer((_req, res) => void waiting.push(res))
  const arrived = new Promise<void>((resolve) => void server.once('request', () => resolve()))
  const url = await listen(server)
  return { server, url, arrived, answer: () => waiting.forEach((res) => void res.end('done')) }
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
    const { server, url, arrived, answer } = await slowServer()
    const reply = ask(url)
    await arrived
    const closed = closeServer(server, 10_000, new FakeClock())
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
    const { server, url, arrived } = await slowServer()
    const clock = new FakeClock()
    const reply = ask(url)
    await arrived
    const closed = closeServer(server, 10_000, clock)
    await clock.advance(9_999)
    await clock.advance(1)
    await closed
    expect(await reply).toBe('ECONNRESET')
  })

  test('with nothing under way it is closed at once', async () => {
    const { server } = await slowServer()
    await closeServer(server, 10_000, new FakeClock())
    expect(server.listening).toBe(false)
  })
})
