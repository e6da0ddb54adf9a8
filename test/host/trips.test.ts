import { describe, expect, test } from 'vitest'
import { createTrips, MOST_ROUTES, OTHER_ROUTE } from '../../src/host/trips.ts'
import { FakeClock } from '../fake-clock.ts'

const THRESHOLD_MS = 250

function trips() {
  const clock = new FakeClock()
  const trips = createTrips(clock)
  const record = (count: number, ms: number, route = 'GET /') => {
    for (let i = 0; i < count; i++) trips.record(route, ms)
  }
  return { clock, trips, record, tally: () => trips.tally(THRESHOLD_MS) }
}

describe('trips', () => {
  test('nothing recorded is nothing counted', () => {
    const { tally } = trips()
    expect(tally()).toEqual({
      all: {
        perSecond: 0,
        minute: { requests: 0, slow: 0 },
        fiveMinutes: { requests: 0, slow: 0, slowHalfMinutes: 0 },
      },
      routes: [],
    })
  })

  test('how many there have been is told at once, and forgets nobody; waits put in for a stall are nobody', async () => {
    const { clock, trips: own, record } = trips()
    expect(own.recorded()).toBe(0)
    record(3, 5)
    record(70, 5, 'GET /report')
    expect(own.recorded()).toBe(73)
    own.stalled(60_000)
    await clock.advance(600_000)
    record(1, 5)
    expect(own.recorded()).toBe(74)
  })

  test('each route is counted by itself, and all of them together', () => {
    const { record, tally } = trips()
    record(90, 3)
    record(10, 400, 'GET /report')
    const { all, routes } = tally()
    expect(all.minute).toMatchObject({ requests: 100, slow: 10 })
    expect(routes.map(({ route, minute }) => [route, minute.requests, minute.slow])).toEqual([
      ['GET /', 90, 0],
      ['GET /report', 10, 10],
    ])
    expect(Math.abs((all.minute.p50Ms ?? 0) - 3)).toBeLessThan(0.05)
    expect(Math.abs((all.minute.p99Ms ?? 0) - 400)).toBeLessThan(7)
  })

  test('a minute forgets after a minute, five minutes after five', async () => {
    const { clock, record, tally } = trips()
    record(10, 3)
    await clock.advance(50_000)
    expect(tally().all.minute.requests).toBe(10)
    await clock.advance(15_000)
    expect([tally().all.minute.requests, tally().all.fiveMinutes.requests]).toEqual([0, 10])
    await clock.advance(200_000)
    expect(tally().all.fiveMinutes.requests).toBe(10)
    await clock.advance(40_000)
    expect(tally().all.fiveMinutes.requests).toBe(0)
  })

  test('it is told in how many half-minutes there was a slow one, by route and of all', async () => {
    const { clock, record, tally } = trips()
    const spread = () => [tally().all, ...tally().routes].map(({ fiveMinutes }) => fiveMinutes.slowHalfMinutes)
    record(9, 400)
    record(9, 3, 'GET /report')
    expect(spread()).toEqual([1, 1, 0])
    await clock.advance(30_000)
    record(1, 400, 'GET /report')
    expect(spread()).toEqual([2, 1, 1])
    record(1, 400)
    expect(spread()).toEqual([2, 2, 1])
    await clock.advance(300_000)
    expect(spread()).toEqual([0, 0, 0])
  })

  test('it is told how long ago the newest slow one was, by route and of all', async () => {
    const { clock, record, tally } = trips()
    const ago = () => [tally().all, ...tally().routes].map(({ fiveMinutes }) => fiveMinutes.slowAgoMs)
    record(1, 400)
    record(9, 3, 'GET /report')
    expect(ago()).toEqual([0, 0, undefined])
    await clock.advance(20_000)
    const [all = Number.NaN, slow] = ago()
    expect(all).toBe(slow)
    expect(all).toBeGreaterThanOrEqual(15_000)
    expect(all).toBeLessThanOrEqual(20_000)
    record(1, 400, 'GET /report')
    expect(ago()).toEqual([0, slow, 0])
    // Beyond the minute it is told by the half-minute.
    await clock.advance(130_000)
    const [, late = Number.NaN] = ago()
    expect(late).toBeGreaterThanOrEqual(120_000)
    expect(late).toBeLessThanOrEqual(150_000)
  })

  test('a slot whose turn comes again holds nothing of its last turn', async () => {
    const { clock, record, tally } = trips()
    record(10, 3)
    await clock.advance(600_000)
    record(1, 3)
    expect(tally().all.fiveMinutes.requests).toBe(1)
  })

  test('looking changes nothing', () => {
    const { record, tally } = trips()
    record(5, 3)
    expect(tally()).toEqual(tally())
  })

  test('requests a second are those of the last minute, or of a life that is shorter', async () => {
    const { clock, record, tally } = trips()
    await clock.advance(10_000)
    record(50, 3)
    expect(tally().all.perSecond).toBe(5)
    await clock.advance(40_000)
    record(50, 3)
    expect(tally().all.perSecond).toBe(2)
  })

  test('routes that come after there is no more room are counted as one', () => {
    const { record, tally } = trips()
    for (let i = 0; i < MOST_ROUTES + 5; i++) record(2, 3, `GET /${i}`)
    const { all, routes } = tally()
    expect(routes).toHaveLength(MOST_ROUTES + 1)
    expect(routes.at(-1)).toMatchObject({ route: OTHER_ROUTE, minute: { requests: 10 } })
    expect(all.minute.requests).toBe(2 * (MOST_ROUTES + 5))
  })

  test.each([Number.NaN, -1, 0, Number.POSITIVE_INFINITY])('a trip of %s ms harms nobody', (milliseconds) => {
    const { trips: recorder, tally } = trips()
    expect(() => recorder.record('GET /', milliseconds)).not.toThrow()
    expect(tally().all.minute.requests).toBeLessThanOrEqual(1)
  })
})

describe('a stall of the event loop', () => {
  /** 10 requests a second for a minute, one every 100 ms. */
  async function busy() {
    const room = trips()
    for (let second = 0; second < 60; second++) {
      room.record(10, 3)
      await room.clock.advance(1_000)
    }
    return room
  }

  test('puts in the waits of those who came meanwhile: D, D − i, D − 2i …', async () => {
    const { clock, trips: recorder, tally } = await busy()
    clock.block(2_000)
    const before = tally().all.fiveMinutes
    recorder.stalled(2_000)
    const after = tally().all.fiveMinutes
    // Twenty came, every 100 ms; of waits from 2 s downwards those of 300 ms and more are slow.
    expect(after.requests - before.requests).toBe(20)
    expect(after.slow - before.slow).toBe(18)
  })

  test('nobody came: nothing is put in', async () => {
    const { trips: recorder, record, tally, clock } = trips()
    record(1, 3)
    await clock.advance(300_000 - 30_000)
    recorder.stalled(2_000)
    expect(tally().all.fiveMinutes).toMatchObject({ requests: 1, slow: 0 })
  })

  test('the waits put in are no requests: they do not make the next stall look busier', async () => {
    const { trips: recorder, tally } = await busy()
    const { perSecond } = tally().all
    for (let i = 0; i < 5; i++) recorder.stalled(1_000)
    expect(tally().all.perSecond).toBe(perSecond)
    expect(tally().all.fiveMinutes.requests).toBe(600 + 5 * 10)
  })

  test('a long one is put in as a few bundles, with nobody missing', async () => {
    const { clock, trips: recorder, record, tally } = trips()
    await clock.advance(60_000)
    record(60_000, 3)
    recorder.stalled(10_000)
    const { requests, slow } = tally().all.fiveMinutes
    // 60 000 in the 50 s that were awake: 12 000 in 10 s, of which 97.5 % waited over 250 ms.
    expect(requests).toBe(72_000)
    expect(Math.abs(slow - 11_700)).toBeLessThan(100)
  })

  test.each([Number.NaN, -5, 0])('one of %s ms is none', async (milliseconds) => {
    const { trips: recorder, tally } = await busy()
    recorder.stalled(milliseconds)
    expect(tally().all.fiveMinutes.requests).toBe(600)
  })
})

test('a recorder hands each trip on once, in order, by when all are settled, and counts them itself', () => {
  const clock = new FakeClock()
  const trips = createTrips(clock)
  const handedOn: number[] = []
  const recorder = trips.recorder('GET /', (milliseconds) => handedOn.push(milliseconds))
  const all = Array.from({ length: 150 }, (_, nth) => nth / 7)
  for (const milliseconds of all) recorder.record(milliseconds, clock.now())
  expect(handedOn.length).toBeLessThan(150)
  trips.settle()
  trips.settle()
  expect(handedOn).toEqual(all)
  expect(trips.recorded()).toBe(150)
  expect(trips.tally(10).all.minute.requests).toBe(150)
})
