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

async function connected(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  ends.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

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
  expect(own.waited(begun, true)).toBeUndefined()
  own.is(socket.localPort)
  expect(own.waited(begun, false)).toBe(700)
})

test('one that is given up waited until now, where its like have been taken up before', async () => {
  const [first, second] = [queue.follow(), queue.follow()]
  second.is(1)
  const begun = clock.now()
  clock.block(5_000)
  expect(second.waited(begun, true)).toBeUndefined()
  first.is((await connected()).localPort)
  await vi.waitFor(() => expect(first.waited(begun, false)).toBe(5_000))
  expect(second.waited(begun, true)).toBe(5_000)
  // Where the queue is full, it was not even connected.
  expect(queue.follow().waited(begun, true)).toBe(5_000)
  // It was answered, and not by a server of this process.
  expect(second.waited(begun, false)).toBeUndefined()
})
