import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createArrivals } from '../../src/host/arrivals.ts'
import { FakeClock } from '../fake-clock.ts'

let clock: FakeClock
let utilization: number
let asked: number
let arrivals: ReturnType<typeof createArrivals>
beforeEach(() => {
  clock = new FakeClock()
  ;[utilization, asked] = [0, 0]
  arrivals = createArrivals(clock, () => {
    asked++
    return utilization
  })
})

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** When each of so many requests came that one turn of the loop brings, each of which keeps the thread for 10 ms. */
async function turnOf(requests: number): Promise<readonly number[]> {
  const begun = clock.now()
  const came = Array.from({ length: requests }, () => {
    const at = arrivals.came({})
    clock.block(10)
    return at - begun
  })
  await turn()
  return came
}

describe('requests of one turn of the loop', () => {
  test('come as they are begun, where the loop has time for others', async () => {
    utilization = 0.9
    clock.block(1_000)
    expect(await turnOf(3)).toEqual([0, 10, 20])
  })

  test('have all come by the first of them, where it has none', async () => {
    utilization = 0.91
    clock.block(1_000)
    expect(await turnOf(3)).toEqual([0, 0, 0])
    expect(await turnOf(2)).toEqual([0, 0])
  })

  test('whether it has is asked five times a second at most', async () => {
    for (let nth = 0; nth < 100; nth++) await turnOf(1)
    expect(asked).toBe(4)
    utilization = 1
    await turnOf(20)
    expect(await turnOf(3)).toEqual([0, 0, 0])
  })

  test('the thread itself tells how busy it is', async () => {
    const own = createArrivals(clock)
    const until = performance.now() + 100
    while (performance.now() < until);
    clock.block(1_000)
    const first = own.came({})
    clock.block(50)
    expect(own.came({})).toBe(first)
    await turn()
    await new Promise((resolve) => setTimeout(resolve, 50))
    clock.block(1_000)
    own.came({})
    clock.block(50)
    expect(own.came({})).toBe(clock.now())
  })
})

/** Without a certificate: both ends know a key. */
const PSK = {
  ciphers: 'PSK',
  maxVersion: 'TLSv1.2',
  pskCallback: () => ({ psk: Buffer.alloc(32, 7), identity: 'caller' }),
} as const

describe('a connection that waited before it was taken up', () => {
  test('makes its first request come that much earlier, and no other', () => {
    const [late, other] = [{}, {}]
    arrivals.waited(late, 700)
    clock.block(1_000)
    expect(arrivals.came(other)).toBe(clock.now())
    expect(arrivals.came(late)).toBe(clock.now() - 700)
    expect(arrivals.came(late)).toBe(clock.now())
  })

  test.each(['HTTP', 'HTTPS'])('is known again by its request: %s', async (protocol) => {
    const take = (message: unknown) => arrivals.waited((message as { socket: Socket }).socket, 700)
    subscribe('net.server.socket', take)
    let came: number | undefined
    const answer: RequestListener = ({ socket }, response) => {
      came = arrivals.came(socket)
      response.end()
    }
    const server: HttpServer =
      protocol === 'HTTP'
        ? createServer(answer)
        : createSecureServer({ ...PSK, pskCallback: () => PSK.pskCallback().psk }, answer)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const to = { port, host: '127.0.0.1' }
    const caller =
      protocol === 'HTTP' ? connect(to) : connectSecurely({ ...to, ...PSK, checkServerIdentity: () => undefined })
    caller.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await vi.waitFor(() => expect(came).toBe(clock.now() - 700))
    unsubscribe('net.server.socket', take)
    caller.destroy()
    server.close()
  })

  test('is forgotten after its own minute, however many wait after it', () => {
    const [late, later] = [{}, {}]
    arrivals.waited(late, 700)
    clock.block(59_000)
    arrivals.waited(later, 10)
    clock.block(2_000)
    expect(arrivals.came(late)).toBe(clock.now())
    expect(arrivals.came(later)).toBe(clock.now() - 10)
  })

  test('none has a request that somebody has made up', () => {
    arrivals.waited({}, 700)
    expect(arrivals.came(undefined as never)).toBe(clock.now())
  })

  test('is forgotten after a minute in which it asked nothing', () => {
    const late = {}
    arrivals.waited(late, 700)
    clock.block(60_001)
    expect(arrivals.came(late)).toBe(clock.now())
  })
})
