import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { latencyCheck } from '../../checks/latency.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Surroundings } from '../../src/core/surroundings.ts'
import { createArrivals } from '../../src/host/arrivals.ts'
import { createLoopWatcher } from '../../src/host/event-loop.ts'
import { createNumbers } from '../../src/host/numbers.ts'
import { createTrips } from '../../src/host/trips.ts'
import { FakeClock } from '../fake-clock.ts'
import { defaultsOf } from './samples.ts'

const settings = defaultsOf(latencyCheck)

async function open(address: string | undefined, chosen = settings) {
  const clock = new FakeClock()
  const surroundings: Surroundings = {
    clock,
    caches: { register: () => () => {}, all: () => [], watch: () => () => {} },
    trips: createTrips(clock),
    arrivals: createArrivals(clock),
    loop: createLoopWatcher(clock),
    numbers: createNumbers(),
    address: () => address,
  }
  const held = await latencyCheck.open?.(chosen, surroundings)
  if (!held) throw new Error('latency opens something')
  const look = async () => latencyCheck.sense({ settings: chosen, held, signal: new AbortController().signal })
  return { clock, trips: surroundings.trips, look, close: () => latencyCheck.close?.(held) }
}

describe('latency, looking', () => {
  test('a stall of the loop becomes the waits of those who came meanwhile', async () => {
    const { clock, trips, look, close } = await open(undefined)
    for (let second = 0; second < 60; second++) {
      for (let i = 0; i < 10; i++) trips.record('GET /', 3)
      await clock.advance(1_000)
    }
    clock.block(3_000)
    await clock.advance(0)
    const { tally } = await look()
    // The watch on the loop sees 2.9 of the 3 s: 28 came, and those who waited over 250 ms were slow.
    expect(tally.all.fiveMinutes.requests).toBe(628)
    expect(tally.all.fiveMinutes.slow).toBeGreaterThanOrEqual(25)
    await close()
  })

  test('the service is asked by itself, and a look asks nothing', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked += 1
      response.end('Hello, World!\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { clock, trips, look, close } = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await clock.advance(5_000)
    await vi.waitFor(async () => expect((await look()).selfProbe?.answered).toBe(1))
    for (let i = 0; i < 5; i++) await look()
    expect(asked).toBe(1)
    await clock.advance(5_000)
    await vi.waitFor(async () => expect((await look()).selfProbe?.answered).toBe(2))
    trips.record('GET /', 3)
    await clock.advance(5_000)
    expect((await look()).selfProbe?.answered).toBe(2)
    await close()
    server.close()
  })

  test.each([0.001, -1, 2 ** 31])(
    'selfProbeMs %d stops the start: no timer waits so long, or so short',
    (selfProbeMs) => {
      expect(() => assign([{ check: latencyCheck, options: { selfProbeMs } }])).toThrow(
        `checks.latency.selfProbeMs: expected 0 or milliseconds from 1 to 2147483647; got ${selfProbeMs}`,
      )
    },
  )

  test('with selfProbeMs 0 nobody is asked, and the reading says nothing of it', async () => {
    const { look, close } = await open('http://127.0.0.1:1', { ...settings, selfProbeMs: 0 })
    expect((await look()).selfProbe).toBeUndefined()
    await close()
  })

  test('closed, nothing of it sleeps on', async () => {
    const { clock, close } = await open(undefined)
    expect(clock.sleepers).toBe(2)
    await close()
    await clock.advance(10_000)
    expect(clock.sleepers).toBe(0)
  })

  test('two that are open at once keep their own', async () => {
    const [one, other] = [await open(undefined), await open(undefined)]
    one.trips.record('GET /', 3)
    await one.close()
    other.clock.block(2_000)
    await other.clock.advance(0)
    expect((await one.look()).tally.all.minute.requests).toBe(1)
    expect((await other.look()).tally.all.minute.requests).toBe(0)
    await other.close()
  })
})
