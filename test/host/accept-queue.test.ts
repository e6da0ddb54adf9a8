import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AcceptQueue, watchAcceptQueue } from '../../src/host/accept-queue.ts'
import { FakeClock } from '../fake-clock.ts'

let clock: FakeClock
let queue: AcceptQueue
let port: number
const ends: (() => void)[] = []
beforeEach(async () => {
  clock = new FakeClock()
  queue = watchAcceptQueue(clock)
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  ends.push(
    () => server.close(),
    () => queue.stop(),
  )
})
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end()
})

const NOBODY = { localAddress: '127.0.0.1', localPort: 1 }

async function connected(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  ends.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('knows it again where the server listens on both kinds of addresses', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '::')
  ends.push(() => server.close())
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  const own = queue.follow()
  own.is(await connected())
  await vi.waitFor(() => expect(own.waited(clock.now(), 'answered')).toBe(0))
})

test('counts the connections that were taken up, until it is told to stop', async () => {
  await connected()
  await connected()
  await vi.waitFor(() => expect(queue.taken()).toBe(2))
  queue.stop()
  const socket = await connected()
  socket.end()
  await once(socket, 'close')
  expect(queue.taken()).toBe(2)
})

test('tells the wait of one’s own among others: until it was taken up, whenever its port was known', async () => {
  const own = queue.follow()
  const begun = clock.now()
  clock.block(700)
  const [socket] = [await connected(), await connected()]
  await vi.waitFor(() => expect(queue.taken()).toBe(2))
  clock.block(9_000)
  expect(own.waited(begun, 'failed')).toBeUndefined()
  own.is(socket)
  expect(own.waited(begun, 'answered')).toBe(700)
})

test('one that is given up waited until now, connected or, where the queue is full, not even that', async () => {
  const [first, second] = [queue.follow(), queue.follow()]
  second.is(NOBODY)
  const begun = clock.now()
  clock.block(5_000)
  expect(first.waited(begun, 'given up')).toBe(5_000)
  expect(second.waited(begun, 'given up')).toBe(5_000)
  expect(second.waited(begun, 'failed')).toBeUndefined()
})

test('where they are answered elsewhere, one that is given up may have been taken up', async () => {
  const [here, elsewhere] = [queue.follow(), queue.follow()]
  elsewhere.is(NOBODY)
  const begun = clock.now()
  expect(elsewhere.waited(begun, 'answered')).toBeUndefined()
  clock.block(5_000)
  expect(elsewhere.waited(begun, 'given up')).toBeUndefined()
  here.is(await connected())
  await vi.waitFor(() => expect(here.waited(begun, 'answered')).toBe(5_000))
  expect(elsewhere.waited(begun, 'given up')).toBe(5_000)
})
