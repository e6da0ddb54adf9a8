import { channel } from 'node:diagnostics_channel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AcceptQueue, watchAcceptQueue } from '../../src/host/accept-queue.ts'
import type { Waiting } from '../../src/host/listen-table.ts'
import { FakeClock } from '../fake-clock.ts'

const PORT = 8080
let clock: FakeClock
let queue: AcceptQueue
/** What the kernel would say now; undefined where it says nothing. */
let kernel: Waiting | undefined
let looks: number
let isClosed: boolean
let answered: number
let queued: [milliseconds: number, requests: number][]
beforeEach(async () => {
  clock = new FakeClock()
  kernel = new Map()
  ;[looks, answered, queued, isClosed] = [0, 0, [], false]
  queue = watchAcceptQueue({
    clock,
    slowMs: 250,
    answered: () => answered,
    onQueued: (...told) => queued.push(told),
    table: {
      look: async () => {
        looks++
        return kernel
      },
      close: async () => {
        isClosed = true
      },
    },
  })
  await clock.advance(0)
})
afterEach(() => queue.stop())

/** So many are taken up at a port, and asked something. */
function take(times: number, localPort: number | undefined = PORT): void {
  for (let nth = 0; nth < times; nth++) channel('net.server.socket').publish({ socket: { localPort } })
  answered += times
}

/** So long later the service has taken up so many, and so many wait. */
async function later(ms: number, taken: number, connections: number): Promise<void> {
  take(taken)
  kernel = new Map([[PORT, connections]])
  await clock.advance(ms)
}

test('nobody waits: the kernel is asked once a second, and only after somebody was taken up', async () => {
  expect([looks, queue.look()]).toEqual([1, { connections: 0, waitedMs: 0 }])
  await clock.advance(10_000)
  expect(looks).toBe(1)
  await later(1_000, 5, 0)
  expect([looks, queue.look()]).toEqual([2, { connections: 0, waitedMs: 0 }])
  await clock.advance(10_000)
  expect(looks).toBe(2)
})

test('while somebody waits it is asked ten times a second', async () => {
  await later(1_000, 5, 3)
  await clock.advance(1_000)
  expect(looks).toBe(12)
  await later(100, 3, 0)
  await clock.advance(10_000)
  expect(looks).toBe(13)
})

test('who is next has waited since the first look at which more had come than are taken up by now', async () => {
  // 20 come in each tenth of a second, of whom 10 are taken up.
  await later(1_000, 10, 10)
  expect(queue.look()).toEqual({ connections: 10, waitedMs: 0 })
  const waited: number[] = []
  for (let nth = 2; nth <= 10; nth++) {
    await later(100, 10, 10 * nth)
    waited.push(queue.look()?.waitedMs ?? Number.NaN)
  }
  expect(waited).toEqual([0, 100, 100, 200, 200, 300, 300, 400, 400])
  // Nobody comes any more: the last of them have waited longest, and then nobody does.
  for (let nth = 9; nth >= 0; nth--) await later(100, 10, 10 * nth)
  expect(queue.look()).toEqual({ connections: 0, waitedMs: 0 })
})

test('those who were taken up between two looks at which who was next had waited too long, waited as long as the shorter', async () => {
  await later(1_000, 10, 50)
  await later(100, 10, 40)
  await later(100, 10, 30)
  expect(queued).toEqual([])
  await later(100, 10, 20)
  expect([queue.look()?.waitedMs, queued]).toEqual([300, []])
  await later(100, 7, 13)
  expect([queue.look()?.waitedMs, queued]).toEqual([400, [[300, 7]]])
})

test('of those who were taken up, as many have asked as were answered', async () => {
  await later(1_000, 10, 50)
  for (let nth = 0; nth < 3; nth++) await later(100, 5, 40)
  answered -= 3
  await later(100, 5, 40)
  expect(queued).toEqual([[300, 2]])
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
  expect(queued).toEqual([])
})

test('the longest wait of several ports, and all who wait', async () => {
  take(5, 1)
  take(5, 2)
  kernel = new Map([
    [1, 3],
    [2, 40],
  ])
  await clock.advance(1_000)
  take(3, 1)
  kernel = new Map([
    [1, 1],
    [2, 40],
  ])
  await clock.advance(300)
  expect(queue.look()).toEqual({ connections: 41, waitedMs: 300 })
})

test('of a port that nobody can tell of any more, and of a pipe, nothing is said', async () => {
  await later(1_000, 5, 30)
  take(5, undefined)
  kernel = new Map()
  await clock.advance(1_000)
  expect(queue.look()).toEqual({ connections: 0, waitedMs: 0 })
})

test('where the kernel does not tell, nothing is known; it is asked again, for it may', async () => {
  kernel = undefined
  await later(1_000, 5, 0)
  kernel = undefined
  take(1)
  await clock.advance(1_000)
  expect(queue.look()).toBeUndefined()
  await later(1_000, 1, 4)
  expect(queue.look()).toEqual({ connections: 4, waitedMs: 0 })
})

test('stopped, it hears of nobody, and closes its files', async () => {
  queue.stop()
  const before = looks
  await later(10_000, 7, 9)
  expect([looks, isClosed, clock.sleepers, queue.look()]).toEqual([before, true, 0, { connections: 0, waitedMs: 0 }])
})
