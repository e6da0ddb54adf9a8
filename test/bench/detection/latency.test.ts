import { describe, expect, test } from 'vitest'
import { hear } from './latency.ts'
import { DEGRADED, HEALTHY } from './latency-traces.ts'

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
