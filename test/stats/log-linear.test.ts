import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketOf, HIGHEST, LOWEST, LogLinear } from '../../src/stats/log-linear.ts'

function of(...values: readonly number[]): LogLinear {
  const counts = new LogLinear()
  for (const value of values) counts.record(value)
  return counts
}

const inRange = fc.double({ min: LOWEST, max: HIGHEST, noNaN: true, maxExcluded: true })

describe('log-linear counts', () => {
  test('empty, they have no quantile', () => {
    expect(new LogLinear().quantile(0.5)).toBeUndefined()
    expect(new LogLinear().countAbove(0)).toBe(0)
  })

  // The octave from 128 to 256 has buckets of 4: 100 lies in [100, 102), 200 in [200, 204).
  test('a number comes back as the middle of its bucket', () => {
    expect(of(100).quantile(0.5)).toBe(101)
    expect(of(200).quantile(0.5)).toBe(202)
    expect(of(1).quantile(0.5)).toBe(1 + 1 / 64)
  })

  test('p50 and p99 of 1 to 1000 are 500 and 990, give or take 1.6 %', () => {
    const counts = of(...Array.from({ length: 1000 }, (_, i) => i + 1))
    expect(counts.count).toBe(1000)
    expect(Math.abs((counts.quantile(0.5) ?? 0) - 500)).toBeLessThan(500 / 62)
    expect(Math.abs((counts.quantile(0.99) ?? 0) - 990)).toBeLessThan(990 / 62)
    expect(counts.countAbove(250)).toBeGreaterThan(745)
    expect(counts.countAbove(250)).toBeLessThan(755)
  })

  test.each([0, -0, -5, Number.NEGATIVE_INFINITY, 1e-300, LOWEST / 2])('%s counts as the lowest there is', (value) => {
    expect(of(value).count).toBe(1)
    expect(of(value).quantile(1)).toBeLessThan(0.001)
  })

  test.each([HIGHEST, 1e300, Number.POSITIVE_INFINITY])('%s counts as the highest there is', (value) => {
    expect(of(value).count).toBe(1)
    expect(of(value).quantile(0)).toBeGreaterThan(HIGHEST / 1.1)
  })

  test('NaN is left out', () => {
    expect(bucketOf(Number.NaN)).toBe(-1)
    expect(of(Number.NaN, 7).count).toBe(1)
  })

  test('whatever is recorded, nothing throws and every number but NaN is counted', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        expect(of(...values).count).toBe(values.filter((value) => !Number.isNaN(value)).length)
      }),
    )
  })

  test('a number in range comes back at most 1/64 off', () => {
    fc.assert(
      fc.property(inRange, (value) => {
        expect(Math.abs((of(value).quantile(0.5) ?? 0) - value) / value).toBeLessThanOrEqual(1 / 64)
      }),
      { numRuns: 2_000 },
    )
  })

  test('what is greater is never counted lower', () => {
    fc.assert(
      fc.property(inRange, inRange, (a, b) => {
        expect(bucketOf(Math.max(a, b))).toBeGreaterThanOrEqual(bucketOf(Math.min(a, b)))
      }),
    )
  })

  test('every quantile is that of the sorted list, at most 1/64 off', () => {
    const values = fc.array(inRange, { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const sorted = values.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
        expect(Math.abs((of(...values).quantile(q) ?? 0) - exact) / exact).toBeLessThanOrEqual(1 / 64)
      }),
    )
  })

  test('two merged are as one that saw everything, and the other is left as it was', () => {
    fc.assert(
      fc.property(fc.array(inRange), fc.array(inRange), inRange, (some, others, limit) => {
        const [merged, other, whole] = [of(...some), of(...others), of(...some, ...others)]
        merged.merge(other)
        expect(merged.count).toBe(whole.count)
        expect(merged.quantile(0.9)).toBe(whole.quantile(0.9))
        expect(merged.countAbove(limit)).toBe(whole.countAbove(limit))
        expect(other.count).toBe(others.length)
      }),
    )
  })

  test('above NaN there are none, above minus infinity all', () => {
    expect(of(1, 2).countAbove(Number.NaN)).toBe(0)
    expect(of(1, 2).countAbove(Number.NEGATIVE_INFINITY)).toBe(2)
    expect(of(1, HIGHEST).countAbove(Number.POSITIVE_INFINITY)).toBe(0)
  })

  test('cleared, they are empty', () => {
    const counts = of(1, 2, 3)
    counts.clear()
    expect(counts.count).toBe(0)
    expect(counts.quantile(0.5)).toBeUndefined()
  })

  test('a number may be recorded many times at once', () => {
    const counts = new LogLinear()
    counts.record(10, 1_000)
    expect([counts.count, counts.countAbove(9), counts.countAbove(11)]).toEqual([1_000, 1_000, 0])
  })
})
