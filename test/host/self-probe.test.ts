import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { SELF_PROBE_AGENT } from '../../src/core/surroundings.ts'
import { probeSelf, type SelfProbe } from '../../src/host/self-probe.ts'
import { FakeClock } from '../fake-clock.ts'

const cleanUp: (() => void)[] = []
afterEach(() => {
  for (const end of cleanUp.splice(0)) end()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  cleanUp.push(() => server.close().closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A loop that has nothing to do, and nobody who waits. */
const CALM = { loop: () => ({ activeMs: 0, idleMs: 0 }), slowMs: 250, onQueued: () => {} }

/** One that has just begun its first request. */
async function probe(address: () => string | undefined, clock = new FakeClock(), others = () => 0) {
  const probe: SelfProbe = probeSelf({ clock, address, everyMs: 5_000, others, ...CALM })
  cleanUp.push(() => probe.stop())
  expect(probe.look()).toEqual({ answered: 0 })
  await clock.advance(5_000)
  return { clock, probe }
}

describe('the service asks itself', () => {
  test('GET /, under a name by which it is known, and reads the whole answer', async () => {
    const asked: { url?: string | undefined; headers: IncomingHttpHeaders }[] = []
    const address = await serve(({ url, headers }, response) => {
      asked.push({ url, headers })
      response.end('Hello, World!\n')
    })
    const { clock, probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
    expect(asked).toMatchObject([{ url: '/', headers: { 'user-agent': SELF_PROBE_AGENT } }])
    expect(own.look()).toEqual({ answered: 1, newestMs: 0, p50Ms: 0, p99Ms: 0, queuedMs: 0 })
    await clock.advance(5_000)
    await vi.waitFor(() => expect(own.look().answered).toBe(2))
  })

  test('the trip ends with the last byte', async () => {
    const clock = new FakeClock()
    const address = await serve((_, response) => {
      response.write('Hello')
      clock.block(700)
      response.end()
    })
    const { probe: own } = await probe(() => address, clock)
    await vi.waitFor(() => expect(own.look().newestMs).toBe(700))
  })

  test('as long as it does not listen, nobody is asked', async () => {
    let address: string | undefined
    const { clock, probe: own } = await probe(() => address)
    await clock.advance(10_000)
    expect(own.look()).toEqual({ answered: 0 })
    address = await serve((_, response) => response.end())
    await clock.advance(5_000)
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
  })

  test('while others are answered, it does not ask: their trips tell more', async () => {
    let [others, asked] = [0, 0]
    const address = await serve((_, response) => {
      asked++
      response.end()
    })
    const clock = new FakeClock()
    const { probe: own } = await probe(
      () => address,
      clock,
      () => others,
    )
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
    for (others = 1; others <= 13; others++) await clock.advance(5_000)
    expect(own.look()).toEqual({ answered: 0 })
    // The first five seconds without another may have begun with one.
    await clock.advance(5_000)
    await clock.advance(5_000)
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
    expect(asked).toBe(2)
  })

  test('an answer with an error status is an answer', async () => {
    const address = await serve((_, response) => response.writeHead(500).end())
    const { probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
  })

  test.each([
    ['refused', 'http://127.0.0.1:1', /ECONNREFUSED/],
    ['no address at all', 'http://[', /Invalid URL/],
    ['of another protocol', 'ftp://127.0.0.1', /expected an address that begins with http:/],
  ])('a request that is %s fails and says why', async (_, address, why) => {
    const { probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(own.look().failed).toMatch(why))
  })

  test('a connection that is closed without an answer fails', async () => {
    const address = await serve((request) => request.socket.destroy())
    const { probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(own.look().failed).toMatch(/^no answer, but the end of the connection$|ECONNRESET/))
  })

  test('what answers, but not in HTTP, has not answered', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n').resume())
    cleanUp.push(() => server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { probe: own } = await probe(() => `http://127.0.0.1:${port}`)
    await vi.waitFor(() => expect(own.look().failed).toBe('no answer, but "SSH-2.0-OpenS"'))
  })

  test('a name and another port than 80 are asked as they stand, IPv6 too', async () => {
    const hosts: unknown[] = []
    const address = await serve(({ headers }, response) => {
      hosts.push(headers.host)
      response.end()
    })
    const named = address.replace('127.0.0.1', 'localhost')
    const { probe: own } = await probe(() => named)
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
    expect(hosts).toEqual([named.replace('http://', '')])
    const { probe: sixth } = await probe(() => 'http://[::1]:1')
    await vi.waitFor(() => expect(sixth.look().failed).toMatch(/::1/))
  })

  test('the twelfth request leaves no more behind than the first', async () => {
    const warnings: Error[] = []
    const heard = (warning: Error) => warnings.push(warning)
    process.on('warning', heard)
    cleanUp.push(() => process.off('warning', heard))
    const address = await serve((_, response) => response.end())
    const { clock, probe: own } = await probe(() => address)
    for (let nth = 1; nth <= 12; nth++) {
      await vi.waitFor(() => expect(own.look().answered).toBe(nth))
      await clock.advance(5_000)
    }
    expect(warnings).toEqual([])
  })

  test('it forgets after a minute', async () => {
    const address = await serve((_, response) => response.end())
    let open = true
    const { clock, probe: own } = await probe(() => (open ? address : undefined))
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
    open = false
    await clock.advance(61_000)
    expect(own.look()).toEqual({ answered: 0 })
  })

  test('an answer that trickles is given up as one that does not come', async () => {
    const address = await serve((_, response) => {
      const trickle = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(trickle))
    })
    const { clock, probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(clock.sleepers).toBe(1))
    await clock.advance(5_000)
    await vi.waitFor(() =>
      expect(own.look()).toEqual({ answered: 0, queuedMs: 0, failed: 'no whole answer in 5000 ms' }),
    )
  })

  test('stopped, it asks no more and gives up the request that is under way', async () => {
    let asked = 0
    const address = await serve(() => void asked++)
    const { clock, probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(asked).toBe(1))
    own.stop()
    await vi.waitFor(() => expect(own.look().failed).toMatch(/aborted/))
    await clock.advance(20_000)
    expect(clock.sleepers).toBe(0)
  })
})

describe('who waits before being taken up', () => {
  /** Another's connection that is taken up. */
  const OTHER = { socket: { remoteAddress: '127.0.0.1', remotePort: 1 } }

  /** Own requests of a service with others to answer: `work` is what its loop did in each five seconds, `waits` what each request waits. */
  async function busy({ activeMs, waits }: { activeMs: number; waits: readonly number[] }) {
    const clock = new FakeClock()
    let [others, asked] = [0, 0]
    const server = createServer((_, response) => response.end())
    // The clock goes on before anybody else hears of the connection.
    const wait = (message: unknown) => {
      if (message !== OTHER) clock.block(waits[asked++] ?? 0)
    }
    subscribe('net.server.socket', wait)
    cleanUp.push(() => unsubscribe('net.server.socket', wait))
    cleanUp.push(() => server.close().closeAllConnections())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const queued: [number, number][] = []
    const probe = probeSelf({
      clock,
      address: () => `http://127.0.0.1:${port}`,
      everyMs: 5_000,
      others: () => others,
      loop: () => ({ activeMs: (clock.now() / 5_000) * activeMs, idleMs: (clock.now() / 5_000) * (5_000 - activeMs) }),
      slowMs: 250,
      onQueued: (...told) => queued.push(told),
    })
    cleanUp.push(() => probe.stop())
    /** So many others come, and then the own request's turn. */
    const turn = async (ms: number, came: number) => {
      for (let nth = 0; nth < came; nth++) {
        channel('net.server.socket').publish(OTHER)
        others++
      }
      await clock.advance(ms)
    }
    const answers = (count: number) => vi.waitFor(() => expect(probe.look().answered).toBe(count))
    return { probe, turn, answers, queued, asked: () => asked }
  }

  test.each([
    [2_400, 0],
    [2_600, 1],
  ])('a loop that works for %d of 5,000 ms: %d own requests beside those of others', async (activeMs, count) => {
    const { turn, answers, asked } = await busy({ activeMs, waits: [] })
    await turn(5_000, 7)
    await answers(count)
    expect(asked()).toBe(count)
  })

  test('two in a row that waited too long: who was taken up in between did so too, as long as the shorter of them', async () => {
    const { probe, turn, answers, queued } = await busy({ activeMs: 5_000, waits: [900, 600, 700, 3, 900] })
    await turn(5_000, 40)
    await answers(1)
    expect(probe.look().queuedMs).toBe(900)
    expect(queued).toEqual([])
    await turn(1_000, 40)
    await answers(2)
    expect(queued).toEqual([[600, 40]])
    await turn(1_000, 12)
    await answers(3)
    expect(queued).toEqual([
      [600, 40],
      [600, 12],
    ])
    await turn(1_000, 40)
    await answers(4)
    expect(probe.look().queuedMs).toBe(3)
    // In order again, so that the next one is not sent so soon, and stands alone.
    await turn(1_000, 40)
    await answers(4)
    await turn(4_000, 40)
    await answers(5)
    expect(queued).toHaveLength(2)
  })

  test('one that is answered elsewhere, as behind a proxy, is not known to have waited', async () => {
    // The connection that it sees is one of another port: its like end at whoever stands between.
    const server = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
    })
    cleanUp.push(() => server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const rename = (message: unknown) => {
      const { socket } = message as { socket: Socket }
      Object.defineProperty(socket, 'remotePort', { value: 1 })
    }
    subscribe('net.server.socket', rename)
    cleanUp.push(() => unsubscribe('net.server.socket', rename))
    const { probe: own } = await probe(() => `http://127.0.0.1:${port}`)
    await vi.waitFor(() => expect(own.look().answered).toBe(1))
    expect(own.look()).not.toHaveProperty('queuedMs')
  })
})
