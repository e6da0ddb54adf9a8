import { describe, expect, test } from 'vitest'
import type { RouteTrips, TripCount } from '../../../src/core/surroundings.ts'
import { hear, ours } from './latency.ts'
import { countOnly, type Look, looksOf, recordEach } from './latency-looks.ts'
import { batchesOf, DEGRADED, HEALTHY } from './latency-traces.ts'

/** A short slice of the benchmark: what `RESULTS.md` says of whole days must hold for its first hours. */
describe('the latency rule on simulated traffic', () => {
  test.each(HEALTHY.flatMap((pattern) => [0.2, 5].map((rate) => ({ pattern, rate, name: pattern.name }))))(
    '$name, $rate requests a second for two hours: no false alarm',
    ({ pattern, rate }) => {
      const ours = hear({ ...pattern, hours: 2 }, rate, 7).find(({ rule }) => rule.includes('latency'))
      expect(ours?.alarms.fail).toBe(0)
    },
  )

  test.each(DEGRADED.flatMap((pattern) => [0.2, 5].map((rate) => ({ pattern, rate, name: pattern.name }))))(
    '$name at $rate requests a second: said within seven minutes, not before',
    ({ pattern, rate }) => {
      const ours = hear({ ...pattern, hours: 1.25 }, rate, 7).find(({ rule }) => rule.includes('latency'))
      expect(ours?.alarms.fail).toBe(0)
      expect(ours?.delay).toBeGreaterThan(0)
      expect(ours?.delay).toBeLessThanOrEqual(420)
    },
  )

  test('the rules it is compared with do alarm in health, and the workbook’s is later than ours', () => {
    const [steady, half] = [HEALTHY[0], DEGRADED[1]]
    if (!steady || !half) throw new Error('the patterns are gone')
    const healthy = hear({ ...steady, hours: 2 }, 2, 7)
    expect(healthy.find(({ rule }) => rule === 'p99 > T over 60 s')?.alarms.fail).toBeGreaterThan(0)
    const slow = hear({ ...half, hours: 2 }, 2, 7)
    const delayOf = (name: string) => slow.find(({ rule }) => rule.includes(name))?.delay ?? Number.POSITIVE_INFINITY
    expect(delayOf('burn pairs')).toBeGreaterThan(delayOf('latency'))
  })
})

/** What the benchmark simplifies for its highest rates must change nothing. */
describe('trips that are counted and not timed', () => {
  const PATTERNS = [...HEALTHY, ...DEGRADED].map((pattern) => ({ ...pattern, hours: 1.25 }))

  test.each(PATTERNS)(
    '$name: the check is told the same counts as by the real recorder, and says the same',
    (pattern) => {
      const [timed, counted] = [recordEach(7), countOnly()].map((recorder) => [...looksOf(pattern, 20, 7, recorder)])
      expect(counted?.map(countsOf)).toEqual(timed?.map(countsOf))
      expect(counted?.map(ours())).toEqual(timed?.map(ours()))
    },
  )

  test('as many come as at that rate, as unevenly as if each came by itself, and as many are slow', () => {
    const [steady] = HEALTHY
    if (!steady) throw new Error('the patterns are gone')
    const perSecond = new Float64Array(3_600)
    let [requests, slow] = [0, 0]
    for (const batch of batchesOf({ ...steady, hours: 1 }, 20, 7)) {
      perSecond[batch.second] = (perSecond[batch.second] ?? 0) + batch.fast + batch.slow
      requests += batch.fast + batch.slow
      slow += batch.slow
    }
    const mean = requests / 3_600
    const variance = perSecond.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 3_600
    // Four standard deviations of each.
    expect(Math.abs(mean - 20)).toBeLessThan(4 * Math.sqrt(20 / 3_600))
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 3_600))
    expect(Math.abs(slow - requests * 0.005)).toBeLessThan(4 * Math.sqrt(requests * 0.005))
  })
})

/** All that a verdict is made of, but for the times in its sentence. */
function countsOf({ second, requests, slow, tally: { all, routes } }: Look) {
  const bare = ({ requests, slow, slowHalfMinutes }: TripCount) => [requests, slow, slowHalfMinutes]
  const told = ({ perSecond, minute, fiveMinutes }: Omit<RouteTrips, 'route'>) => [
    perSecond,
    ...bare(minute),
    ...bare(fiveMinutes),
  ]
  const byRoute = Object.fromEntries(routes.map(({ route, ...trips }) => [route, told(trips)]))
  return { second, requests, slow, all: told(all), byRoute }
}
