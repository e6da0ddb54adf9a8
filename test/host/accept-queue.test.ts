import { channel } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AcceptQueue, watchAcceptQueue } from '../../src/host/accept-queue.ts'
import type { Waiting } from '../../src/host/listen-table.ts'
import { FakeClock } from '../fake-clock.ts'

let clock: FakeClock
let queue: AcceptQueue
/** What the kernel would say now; undefined where it says nothing, or `never` where it does not come to that. */
let kernel: Waiting | undefined | 'never'
let looks: number
let utilization: number
let isClosed: boolean
let waited: [connection: unknown, milliseconds: number][]
beforeEach(async () => {
  clock = new FakeClock()
  kernel = new Map()
  ;[looks, waited, isClosed] = [0, [], false]
  utilization = 1
  queue = watchAcceptQueue({
    clock,
    utilization: () => utilization,
    arrivals: { waited: (...told) => waited.push(told) },
    table: {
      look: () => {
        looks++
        return kernel === 'never' ? new Promise(() => {}) : Promise.resolve(kernel)
      },
      close: async () => {
        isClosed = true
      },
    },
  })
  await clock.advance(0)
})
afterEach(() => queue.stop())

/** A server that listens at a port, as far as the queue knows it. */
class Listener extends EventEmitter {
  readonly port: number | undefined

  constructor(port: number | undefined) {
    super()
    this.port = port
  }

  address() {
    return this.port === undefined ? '/run/pipe' : { port: this.port }
  }
}

const web = () => new Listener(8080)

/** So many are taken up by a server; each is a connection of its own. */
function take(times: number, server: Listener): void {
  for (let nth = 0; nth < times; nth++) channel('net.server.socket').publish({ socket: { server } })
}

/** So long later the server has taken up so many, and so many wait. */
async function later(ms: number, taken: number, connections: number, server = known): Promise<void> {
  take(taken, server)
  kernel = new Map([[8080, connections]])
  await clock.advance(ms)
}
let known: Listener
beforeEach(() => {
  known = web()
})

describe('when it looks', () => {
  test('nobody waits: once a second, and only after somebody was taken up', async () => {
    expect([looks, queue.look()]).toEqual([1, { connections: 0, waitedMs: 0 }])
    await clock.advance(10_000)
    expect(looks).toBe(1)
    await later(1_000, 5, 0)
    expect([looks, queue.look()]).toEqual([2, { connections: 0, waitedMs: 0 }])
    await clock.advance(10_000)
    expect(looks).toBe(2)
  })

  test('a loop that was idle for half of the time lets nobody wait: not at all', async () => {
    utilization = 0.49
    await later(10_000, 500, 0)
    expect([looks, queue.look()]).toEqual([1, { connections: 0, waitedMs: 0 }])
    utilization = 0.51
    await later(1_000, 5, 3)
    expect([looks, queue.look()]).toEqual([2, { connections: 3, waitedMs: 0 }])
    // What stands there is followed to its end.
    utilization = 0
    await later(100, 5, 2)
    expect(looks).toBe(3)
  })

  test('while somebody waits: ten times a second', async () => {
    await later(1_000, 5, 3)
    await clock.advance(1_000)
    expect(looks).toBe(12)
    await later(100, 3, 0)
    await clock.advance(10_000)
    expect(looks).toBe(13)
  })
})

describe('what it tells', () => {
  test('how many wait, and how long the next of them has', async () => {
    // 20 come in each tenth of a second, of whom 10 are taken up.
    await later(1_000, 10, 10)
    for (let nth = 2; nth <= 10; nth++) await later(100, 10, 10 * nth)
    expect(queue.look()).toEqual({ connections: 100, waitedMs: 400 })
  })

  test('of each that is taken up how long it had waited, where it had', async () => {
    await later(1_000, 10, 50)
    await later(100, 10, 40)
    take(1, known)
    expect(waited.at(-1)).toEqual([{ server: known }, 100])
    expect(waited).toHaveLength(1)
  })

  test('a stall makes nobody wait here: who came meanwhile is first seen after it', async () => {
    await later(1_000, 10, 0)
    clock.block(5_000)
    await later(0, 10, 300)
    await later(100, 10, 290)
    expect(queue.look()).toEqual({ connections: 290, waitedMs: 100 })
  })

  test('a burst that comes together with each look is none that waits long', async () => {
    for (let second = 0; second < 10; second++) {
      await later(100, 0, 30)
      expect(queue.look()?.waitedMs).toBe(0)
      await later(900, 30, 0)
    }
    expect(waited.filter(([, ms]) => ms > 100)).toEqual([])
  })

  test('the longest wait of several ports, and all who wait', async () => {
    const [one, two] = [new Listener(1), new Listener(2)]
    const wait = async (ms: number, ...[first, second]: readonly [number, number]) => {
      kernel = new Map([
        [1, first],
        [2, second],
      ])
      await clock.advance(ms)
    }
    take(5, one)
    take(5, two)
    await wait(1_000, 3, 40)
    for (let nth = 0; nth < 3; nth++) {
      take(1, one)
      take(1, two)
      await wait(100, 2 - nth, 39 - nth)
    }
    expect(queue.look()).toEqual({ connections: 37, waitedMs: 300 })
  })

  test('those whom a server turns away have left the queue, too', async () => {
    await later(1_000, 5, 30)
    for (let nth = 0; nth < 10; nth++) {
      for (let turned = 0; turned < 29; turned++) known.emit('drop')
      await later(100, 1, 30)
    }
    expect(queue.look()).toEqual({ connections: 30, waitedMs: 0 })
  })

  test('nothing of a port where nobody listens any more, nor of a pipe', async () => {
    await later(1_000, 5, 30)
    take(5, new Listener(undefined))
    kernel = new Map()
    await clock.advance(1_000)
    expect(queue.look()).toEqual({ connections: 0, waitedMs: 0 })
  })
})

describe('what is not known is not told', () => {
  test('where the kernel does not tell; it is asked again, for it may', async () => {
    kernel = undefined
    take(6, known)
    await clock.advance(2_000)
    expect(queue.look()).toBeUndefined()
    await later(1_000, 1, 4)
    expect(queue.look()).toEqual({ connections: 4, waitedMs: 0 })
  })

  test('where several processes listen at the port', async () => {
    take(6, known)
    kernel = new Map([[8080, 'shared']])
    await clock.advance(1_000)
    expect(queue.look()).toBeUndefined()
    await clock.advance(5_000)
    expect(queue.look(), 'nor later, while nobody is taken up').toBeUndefined()
    kernel = new Map([[8080, 3]])
    await clock.advance(1_000)
    expect(queue.look(), 'once it is this one’s alone').toEqual({ connections: 3, waitedMs: 0 })
  })

  test('where a look does not come back', async () => {
    await later(1_000, 5, 30)
    kernel = 'never'
    await clock.advance(3_000)
    expect(queue.look()).toMatchObject({ connections: 30 })
    await clock.advance(100)
    expect(queue.look()).toBeUndefined()
  })

  test('stopped, it hears of nobody, closes its files, and leaves no listener', async () => {
    await later(1_000, 5, 0)
    expect(known.eventNames()).toEqual(['drop', 'close'])
    queue.stop()
    const before = looks
    await later(10_000, 7, 9)
    expect([looks, isClosed, clock.sleepers, known.eventNames()]).toEqual([before, true, 0, []])
  })
})

describe('of a real server', () => {
  async function listening(): Promise<{ server: Server; port: number }> {
    const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { server, port: (server.address() as AddressInfo).port }
  }

  test('each connection is one of its line, those that it turns away too', async () => {
    const { server, port } = await listening()
    server.maxConnections = 1
    const sockets = [1, 2, 3].map(() => connect(port, '127.0.0.1').on('error', () => {}))
    await vi.waitFor(() => expect(sockets.filter((socket) => socket.destroyed || socket.closed)).toHaveLength(2))
    kernel = new Map([[port, 7]])
    await clock.advance(1_000)
    expect(queue.look()).toEqual({ connections: 7, waitedMs: 0 })
    // Three have left, so that the fourth is the next.
    const next = connect(port, '127.0.0.1').on('error', () => {})
    clock.block(500)
    sockets[0]?.destroy()
    await once(next, 'close').catch(() => {})
    for (const socket of [...sockets, next]) socket.destroy()
    server.close()
    await once(server, 'close')
    expect(server.eventNames()).not.toContain('drop')
  })
})
