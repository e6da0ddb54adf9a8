import { createServer, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LoadSettings, sendLoad } from '../../src/baseline/load.ts'
import { until } from '../e2e/service-process.ts'
import { FakeClock } from '../fake-clock.ts'
import { listen } from '../http/service-fixture.ts'

const clock = new FakeClock()
let [stop, url, asked] = [new AbortController(), '', 0]
let answer = (res: ServerResponse) => void res.end()
const server = createServer((_req, res) => {
  asked++
  answer(res)
})

beforeEach(async () => {
  ;[stop, asked, answer] = [new AbortController(), 0, (res) => void res.end()]
  url = await listen(server)
})
afterEach(() => {
  stop.abort()
  server.closeAllConnections()
  server.close()
})

const begin = (settings: Partial<LoadSettings>) =>
  sendLoad({ url, paths: ['/'], perSecond: 100, connections: 500, ...settings }, clock, stop.signal)

/** So much time passes, and timers wake only every so many milliseconds, as they do in a process that has more to do. */
async function pass(ms: number, late: number) {
  for (let passed = 0; passed < ms; passed += late) {
    clock.block(Math.min(late, ms - passed))
    await clock.advance(0)
  }
}

const arrived = (wished: number) =>
  until(
    async () => asked,
    (seen) => seen >= wished,
  )

describe('the load', () => {
  test.each([2, 90, 300, 700, 1_000])(
    'of %d requests a second is as many, though timers wake late',
    async (perSecond) => {
      const sending = begin({ perSecond })
      await pass(500, 7)
      await arrived(perSecond / 2)
      stop.abort()
      await sending
      expect(asked).toBe(perSecond / 2)
    },
  )

  test('leaves out what finds no connection free, and does not make up for it', async () => {
    const waiting: ServerResponse[] = []
    answer = (res) => void waiting.push(res)
    const sending = begin({ connections: 50 })
    await pass(1_000, 10)
    await arrived(50)
    answer = (res) => void res.end()
    for (const res of waiting) res.end()
    const another = async () => {
      await pass(10, 10)
      return asked
    }
    await until(another, (seen) => seen > 50)
    stop.abort()
    await sending
    expect(asked).toBeLessThan(60)
  })

  test('a moment in which nothing ran, however long, is no burst of more than its connections', async () => {
    const sending = begin({ connections: 5 })
    await pass(60_000, 60_000)
    await arrived(5)
    stop.abort()
    await sending
    expect(asked).toBe(5)
  })
})
