import { describe, expect, test } from 'vitest'
import { type LatencyReading, latencyCheck } from '../../checks/latency.ts'
import type { RouteTrips, TripCount } from '../../src/core/surroundings.ts'
import { defaultsOf, judgeAll, judgeOnce, mistakesIn } from './samples.ts'

const settings = defaultsOf(latencyCheck)

/** `12/60 3/12`: slow of all in five minutes, and in the last. */
function trips(text: string): Omit<RouteTrips, 'route'> {
  const [five, minute] = text.split(' ').map((part): TripCount => {
    const [slow = 0, requests = 0] = part.split('/').map(Number)
    return requests === 0 ? { requests, slow } : { requests, slow, p50Ms: 2, p99Ms: slow > 0 ? 800 : 3 }
  })
  const none = { requests: 0, slow: 0 }
  return { perSecond: (minute?.requests ?? 0) / 60, minute: minute ?? none, fiveMinutes: five ?? none }
}

function reading(all: string, routes: Readonly<Record<string, string>> = {}): LatencyReading {
  const told = Object.entries(routes).map(([route, text]) => ({ route, ...trips(text) }))
  return { tally: { all: trips(all), routes: told } }
}

describe('latency', () => {
  test.each([
    [
      '2/412 0/80',
      'pass',
      /^p99 3 ms over 60 s, 80 requests; 0\.49% of 412 requests in 5 min took over 250 ms; warns over 2%, fails over 10%$/,
    ],
    [
      '24/412 10/80',
      'warn',
      /^p99 800 ms .* 5\.8% of 412 requests .* warns when more than 2% do, chance ruled out, fails over 10%$/,
    ],
    [
      '100/412 20/80',
      'fail',
      /^p99 800 ms .* 24\.3% of 412 requests .* fails when more than 10% do, chance ruled out$/,
    ],
    ['1/12 0/2', 'pass', /not enough requests to judge: 12 in 5 min, of 30$/],
    ['0/0 0/0', 'pass', /^not enough requests to judge: 0 in 5 min, of 30$/],
  ] as const)('%s slow of all, in five minutes and in the last: %s', (counts, status, because) => {
    const verdict = judgeOnce(latencyCheck, [reading(counts)], settings)
    expect(verdict.status).toBe(status)
    expect(verdict.because).toMatch(because)
  })

  test('slow ones of a single moment, as at a deploy, do not count in a service of few requests, and the sentence says so', () => {
    const all = trips('15/60 15/20')
    const within = (slowHalfMinutes: number) => ({
      tally: { all: { ...all, fiveMinutes: { ...all.fiveMinutes, slowHalfMinutes } }, routes: [] },
    })
    const [moment, lasting] = [2, 3].map((count) => judgeOnce(latencyCheck, [within(count)], settings))
    expect(moment?.status).toBe('pass')
    expect(moment?.because).toMatch(
      /25% of 60 requests in 5 min took over 250 ms, all within one minute; warns over 2%/,
    )
    expect(lasting?.status).toBe('fail')
    expect(lasting?.because).not.toContain('within one minute')
  })

  test('slow ones that are over are said to be', () => {
    const all = trips('100/412 20/80')
    const past = (slowAgoMs: number) => ({
      tally: { all: { ...all, fiveMinutes: { ...all.fiveMinutes, slowAgoMs } }, routes: [] },
    })
    const [now, over] = [9_999, 10_000].map((ms) => judgeOnce(latencyCheck, [past(ms)], settings).because)
    expect(now).toContain('took over 250 ms; fails')
    expect(over).toContain(
      'took over 250 ms, the last slow one 10 s ago (passes 5 min after that at the latest); fails',
    )
  })

  test('what passes is not said to pass later', () => {
    const all = trips('1/412 0/80')
    const tally = { all: { ...all, fiveMinutes: { ...all.fiveMinutes, slowAgoMs: 90_000 } }, routes: [] }
    const { status, because } = judgeOnce(latencyCheck, [{ tally }], settings)
    expect(status).toBe('pass')
    expect(because).toContain('took over 250 ms, the last slow one 1.5 min ago; warns over')
  })

  test('the worst route speaks, by its name', () => {
    const { status, because, parts } = judgeOnce(
      latencyCheck,
      [
        reading('120/2000 24/400', {
          'GET /': '20/1900 4/380',
          'GET /report': '100/100 20/20',
          'GET /rare': '4/4 1/1',
        }),
      ],
      settings,
    )
    expect(status).toBe('fail')
    expect(because).toMatch(/^GET \/report: .* 100% of 100 requests/)
    expect(parts?.map((part) => [part.subject, part.status])).toEqual([
      ['all', 'warn'],
      ['GET /', 'pass'],
      ['GET /report', 'fail'],
    ])
  })

  test('its values are those of all routes: seconds, shares, requests a second', () => {
    expect(judgeOnce(latencyCheck, [reading('100/400 30/60')], settings).values).toEqual({
      p50_seconds: 0.002,
      p99_seconds: 0.8,
      slow_ratio: 0.25,
      requests_per_second: 1,
    })
  })

  test('one bad look is not said, two are; and it is held until it is surely better', () => {
    const story = [
      '0/600 0/120',
      '100/600 100/120',
      '0/600 0/120',
      '100/600 100/120',
      '110/600 100/120',
      '90/600 0/120',
      '0/600 0/120',
    ]
    const samples = story.map((text, nth) => ({ at: nth * 10_000, tookMs: 1, reading: reading(text) }))
    expect(judgeAll(latencyCheck, samples, settings).map(({ sighting, said }) => `${sighting} ${said}`)).toEqual([
      'pass pass',
      'fail pass',
      'pass pass',
      'fail pass',
      'fail fail',
      'fail fail',
      'pass fail',
    ])
  })

  test('a pod that was taken out comes back: no requests, and five minutes later it passes', () => {
    const taken = 60_000
    const samples = Array.from({ length: 60 }, (_, nth) => {
      const at = nth * 10_000
      if (at <= taken) return { at, tookMs: 1, reading: reading('3000/6000 600/1200') }
      const left = Math.max(0, 1 - (at - taken) / 300_000)
      const minute = at - taken < 60_000 ? '100/200' : '0/0'
      return { at, tookMs: 1, reading: reading(`${Math.round(3000 * left)}/${Math.round(6000 * left)} ${minute}`) }
    })
    const said = judgeAll(latencyCheck, samples, settings)
    const back = said.findIndex((judgement, nth) => nth > 6 && judgement.said === 'pass')
    expect(said[10]?.said).toBe('fail')
    expect((said[back]?.at ?? 0) - taken).toBeGreaterThanOrEqual(300_000)
    expect((said[back]?.at ?? 0) - taken).toBeLessThanOrEqual(390_000)
    expect(said[back - 4]?.verdict.because).toMatch(/too few to see it better; passes 5 min after the last that told$/)
  })

  test('without requests the page keeps a number: that of its own', () => {
    const selfProbe = { answered: 12, newestMs: 4, p50Ms: 3, p99Ms: 9 }
    const { status, because, values } = judgeOnce(latencyCheck, [{ ...reading('0/0 0/0'), selfProbe }], settings)
    expect(status).toBe('pass')
    expect(because).toBe('not enough requests to judge: 0 in 5 min, of 30; its own GET / took 4 ms')
    expect(values).toMatchObject({ p50_seconds: 0.003, p99_seconds: 0.009, self_probe_seconds: 0.004 })
  })

  test('own requests have no say, not even when all of them fail; the sentence says so', () => {
    const selfProbe = { answered: 0, failed: 'connect ECONNREFUSED 127.0.0.1:8080' }
    const { status, because } = judgeOnce(latencyCheck, [{ ...reading('0/600 0/120'), selfProbe }], settings)
    expect(status).toBe('pass')
    expect(because).toMatch(/; its own GET \/ failed: connect ECONNREFUSED 127.0.0.1:8080$/)
  })

  test('that it cannot ask itself is no failed trip', () => {
    const selfProbe = { answered: 0, unable: 'its address begins with https://' }
    const { status, because } = judgeOnce(latencyCheck, [{ ...reading('0/0 0/0'), selfProbe }], settings)
    expect(status).toBe('pass')
    expect(because).toMatch(/; it cannot ask itself: its address begins with https:\/\/$/)
  })

  const waiting = (waitedMs: number) => ({ connections: 241, waitedMs })

  test('connections that wait too long say where the time goes, and what to do, whichever route speaks', () => {
    const slow = { ...reading('100/200 100/120', { 'GET /report': '90/100 20/20' }), queue: waiting(2_900) }
    const { because, advice, values, parts } = judgeOnce(latencyCheck, [slow], settings)
    expect(because).toMatch(
      /^GET \/report: .*; 241 new connections wait in the kernel’s accept queue, the next to be taken up for 2.9 s so far; warns over 250 ms, fails over 2.5 s$/,
    )
    expect(parts?.at(-1)).toMatchObject({ subject: 'accept-queue', status: 'fail' })
    expect(advice).toMatch(/add instances/)
    expect(values).toMatchObject({ accept_queue_connections: 241, accept_queue_seconds: 2.9 })
  })

  test.each([
    [250, 'pass'],
    [251, 'warn'],
    [2_500, 'warn'],
    [2_501, 'fail'],
    [2_549, 'fail'],
  ])('whatever those wait who are let in: at %d ms before the door it says %s', (waitedMs, status) => {
    const fast = { ...reading('0/6000 0/1200'), queue: waiting(waitedMs) }
    const verdict = judgeOnce(latencyCheck, [fast], settings)
    expect(verdict.status).toBe(status)
    expect(verdict.because.startsWith('241 new connections wait')).toBe(status !== 'pass')
    // What is over a limit is not shown to be at it.
    if (waitedMs > 250 && waitedMs !== 2_500)
      expect(verdict.because).not.toMatch(/for (250 ms|2\.5 s) so far.* over \1/)
    expect(verdict.values).toMatchObject({ accept_queue_connections: 241, accept_queue_seconds: waitedMs / 1000 })
    expect('advice' in verdict).toBe(status !== 'pass')
  })

  test('one connection waits, and what was too slow is not held for it', () => {
    const fast = { ...reading('0/6000 0/1200'), queue: { connections: 1, waitedMs: 300 } }
    const verdict = latencyCheck.judge([{ at: 0, tookMs: 0, reading: fast }], settings, {
      status: 'fail',
      parts: { 'accept-queue': 'fail' },
    })
    expect(verdict).toMatchObject({ status: 'warn', because: expect.stringMatching(/^1 new connection waits in /) })
  })

  test('a budget of a tenth is a mistake: ten times it is the bound', () => {
    expect(mistakesIn(latencyCheck, { budget: 0.1 })).toEqual([
      'expected less than 0.1: it fails at ten times the budget; got 0.1',
    ])
    expect(mistakesIn(latencyCheck, { budget: 0.099 })).toEqual([])
  })
})
