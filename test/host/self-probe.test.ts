import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
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

/** One that has just begun its first request. */
async function probe(address: () => string | undefined, clock = new FakeClock(), others = () => 0) {
  const probe: SelfProbe = probeSelf({ clock, address, everyMs: 5_000, others })
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
    expect(own.look()).toEqual({ answered: 1, newestMs: 0, p50Ms: 0, p99Ms: 0 })
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
    ['refused', 'http://127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
    ['refused by both protocols', 'http://localhost:1', /^connect ECONNREFUSED .*:1$/],
  ])('a request that is %s fails and says why', async (_, address, why) => {
    const { probe: own } = await probe(() => address)
    await vi.waitFor(() => expect(own.look().failed).toMatch(why))
  })

  test.each<[string, () => unknown, string]>([
    ['is none', () => 'http://[', 'its address is "http://["; expected one such as http://127.0.0.1:3000'],
    [
      'has a password, and is none',
      () => 'http://user:secret@[',
      'its address is "http://…@["; expected one such as http://127.0.0.1:3000',
    ],
    ['is a port alone', () => 3000, 'its address is 3000; expected one such as http://127.0.0.1:3000'],
    [
      'is of HTTPS',
      () => 'https://a:b@127.0.0.1:1',
      'its address begins with https://, and it asks by plain HTTP only (http://)',
    ],
    [
      'cannot be told',
      () => {
        throw new Error('it does not listen')
      },
      'its address cannot be told: it does not listen',
    ],
  ])('a service whose address %s cannot be asked, and nothing has failed', async (_, address, unable) => {
    const { clock, probe: own } = await probe(address as () => string)
    await vi.waitFor(() => expect(own.look()).toEqual({ answered: 0, unable }))
    await clock.advance(5_000)
    expect(own.look()).toEqual({ answered: 0, unable })
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
    await vi.waitFor(() => expect(own.look()).toEqual({ answered: 0, failed: 'no whole answer in 5000 ms' }))
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
