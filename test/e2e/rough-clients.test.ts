import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { MOST_CONNECTIONS } from '../../src/http/connections.ts'
import { MOST_READERS } from '../../src/http/status-events.ts'
import { type ServiceProcess, startService, until } from './service-process.ts'

const CLIENTS = 2_000
const BURST = 250
const MIB = 2 ** 20
/** More than may read, and than may be connected. */
const READERS = 1_250

let service: ServiceProcess | undefined
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  service?.child.kill('SIGKILL')
})

const LONG = 'a'.repeat(20 * 1024)

/** What rough clients send, and what they are told, if anything. */
const ROUGH: readonly (readonly [what: string, sent: string, told: RegExp | undefined])[] = [
  ['nothing', '', undefined],
  ['half a request line', 'GET /heal', undefined],
  ['half of its headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n', undefined],
  ['half of a body', 'PUT /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{', /^HTTP\/1.1 405 /],
  ['a header that is too long', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${LONG}\r\n\r\n`, /^HTTP\/1.1 431 /],
  [
    'too many headers',
    `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: aaaaaaaaaaaaaaaa\r\n'.repeat(1_000)}\r\n`,
    /^HTTP\/1.1 431 /,
  ],
  ['a path that is too long', `GET /${LONG} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1.1 431 /],
  ['a path that is long', `GET /${LONG.slice(0, 8_192)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1.1 404 /],
  ['a method that there is not', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 400 /],
  ['a method that is not for it', 'DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 405 /],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1.1 400 /],
  ['two lengths', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', /^HTTP\/1.1 400 /],
  [
    'a body of chunks that are none',
    'PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    /^HTTP\/1.1 40[05] /,
  ],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1.1 400 /],
]

describe('rough clients', () => {
  test('are told what is wrong, each in its own words, and others are served on', async () => {
    service = await startService({ args: ['--decay.step', '0'] })
    const asked = service
    const told = ROUGH.filter(([, , reply]) => reply !== undefined)
    const replies = await Promise.all(told.map(([, sent]) => replyTo(asked, sent)))
    for (const [nth, [what, , reply]] of told.entries()) expect(replies[nth], what).toMatch(reply ?? /./)
    expect((await service.ask('/livez')).status).toBe(200)
  })

  test(`${CLIENTS} of all kinds at once: memory stays bounded, and probes are answered meanwhile`, async () => {
    service = await startGuarded()
    const asked = service
    const before = residentBytes(service)
    const probes = beginProbing(probesOf(service))
    let most = 0
    for (let burst = 0; burst < CLIENTS / BURST; burst++) {
      await Promise.all(Array.from({ length: BURST }, (_, nth) => sendTo(asked, roughAt(nth))))
      most = Math.max(most, residentBytes(service))
      // Its own files, and the connections of the probes, come on top.
      expect(openDescriptors(service)).toBeLessThan(MOST_CONNECTIONS + 150)
    }
    const { statuses, failures } = await probes.end()
    expect(failures).toEqual([])
    expect([...statuses]).toEqual([200])
    expect((most - before) / MIB).toBeLessThan(100)

    // What is left hanging is told that it took too long, and let go.
    const slow = sockets.filter((socket) => !socket.destroyed).length
    expect(slow).toBeGreaterThan(0)
    await until(
      async () => openDescriptors(asked),
      (open) => open < 400,
      // A whole request may take 30 s, and on a busy machine it begins late.
      60,
    )
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  test(`${READERS} readers of the page in bursts: so many have live news as may, the others are told, and probes are answered meanwhile`, async () => {
    service = await startGuarded()
    const asked = service
    const before = residentBytes(service)
    const probes = beginProbing(probesOf(service))
    const replies: string[] = []
    for (let burst = 0; burst < READERS / BURST; burst++) {
      const told = Array.from({ length: BURST }, () => replyTo(asked, 'GET /status/events HTTP/1.1\r\nHost: x\r\n\r\n'))
      replies.push(...(await Promise.all(told)))
    }
    const { statuses, failures } = await probes.end()
    expect([failures, [...statuses]]).toEqual([[], [200]])
    const codes = replies.map((reply) => reply.slice('HTTP/1.1 '.length, 12))
    expect(codes.filter((code) => code === '200').length).toBe(MOST_READERS)
    expect(codes.filter((code) => code === '503').length).toBe(READERS - MOST_READERS)
    expect((residentBytes(service) - before) / MIB).toBeLessThan(100)
    expect((await service.ask('/status')).status).toBe(200)
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  test('one that never ends its headers is let go after 10 s and a look, with 408', async () => {
    service = await startService({ args: ['--decay.step', '0'] })
    const socket = connectTo(service)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
    const dripping = setInterval(() => socket.write('X-A: 1\r\n'), 500)
    const begun = performance.now()
    await closed
    clearInterval(dripping)
    expect(performance.now() - begun).toBeGreaterThan(9_000)
    expect(text).toMatch(/^HTTP\/1.1 408 /)
  })
})

async function startGuarded(): Promise<ServiceProcess> {
  const started = await startService({
    args: ['--decay.step', '0', '--guard.enabled', 'true', '--guard.listen', '127.0.0.1:0'],
  })
  await until(
    () => started.ask('/readyz'),
    ({ status }) => status === 200,
  )
  return started
}

function probesOf({ url, events }: ServiceProcess): readonly string[] {
  const { port } = events.find(({ event }) => event === 'guard-listening') ?? {}
  return [`${url}/livez`, `${url}/readyz`, `http://127.0.0.1:${port}/livez`]
}

/** Three of four hang, so that there are more of those than connections may be open. */
function roughAt(nth: number): string {
  const [, sent = ''] = (nth % 4 === 0 ? ROUGH[(nth / 4) % ROUGH.length] : ROUGH[nth % 4]) ?? []
  return sent
}

function connectTo({ url }: ServiceProcess): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  return socket
}

/** What comes first; empty where the connection only ends. */
function replyTo(to: ServiceProcess, sent: string): Promise<string> {
  const socket = connectTo(to)
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (text.includes('\r\n')) resolve(text)
    })
    socket.on('close', () => resolve(text))
    socket.write(sent, 'latin1')
  })
}

/** Resolves when it is sent, or the other side would not have it. */
function sendTo(to: ServiceProcess, sent: string): Promise<void> {
  const socket = connectTo(to).resume()
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.once('connect', () => (sent === '' ? resolve() : socket.write(sent, 'latin1', () => resolve())))
  })
}

/** Each on a connection of its own, as a kubelet's, one after another, until it is told to end. */
function beginProbing(urls: readonly string[]) {
  const told = { statuses: new Set<number>(), failures: [] as string[] }
  let over = false
  const probe = async (url: string) => {
    while (!over) {
      const signal = AbortSignal.timeout(10_000)
      await fetch(url, { headers: { connection: 'close' }, signal }).then(
        async (reply) => {
          told.statuses.add(reply.status)
          await reply.text()
        },
        (error: Error) => told.failures.push(`${url}: ${error.cause ?? error}`),
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const probing = Promise.all(urls.map(probe))
  return {
    async end() {
      over = true
      await probing
      return told
    },
  }
}

function residentBytes({ child }: ServiceProcess): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024
}

function openDescriptors({ child }: ServiceProcess): number {
  return readdirSync(`/proc/${child.pid}/fd`).length
}
