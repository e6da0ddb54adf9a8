import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { growthOf, isSteep } from '../../src/stats/growth.ts'
import { seriesOf } from '../../src/stats/series.ts'
import { theilSen } from '../../src/stats/theil-sen.ts'

const row = (length: number, value: (t: number) => number) =>
  seriesOf(Array.from({ length }, (_, t) => ({ t, v: value(t) })))

describe('growthOf', () => {
  test('a straight rise is its own line', () => {
    const found = growthOf(
      row(20, (t) => 100 + 5 * t),
      1_000,
    )
    expect(found).toMatchObject({ line: { slope: 5, low: 5, high: 5 }, recent: 5, level: 195, newestAt: 19 })
  })

  test.each([
    ['no points', seriesOf([])],
    ['a flat row', row(20, () => 100)],
    ['a fall', row(20, (t) => 100 - t)],
    ['a rise of less than 1.5 % of the limit', row(20, (t) => 100 + 0.5 * t)],
    ['five points of which two are the other way round', row(5, (t) => [100, 300, 200, 400, 500][t] ?? 0)],
    ['noise without a trend', row(20, (t) => 100 + ((t * 7_919) % 83))],
  ])('%s is none', (_, points) => {
    expect(growthOf(points, 1_000)).toBeUndefined()
  })
})

test('law: a line that reaches its end in time is steep, whatever else is', () => {
  const clouds = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 2, maxLength: 32 })
  fc.assert(
    fc.property(clouds, fc.integer({ min: 1, max: 100 }), (values, horizon) => {
      const points = row(values.length, (t) => values[t] ?? 0)
      const { slope, intercept } = theilSen(points) ?? expect.unreachable()
      const level = intercept + slope * (values.length - 1)
      if (slope > 0 && (1_000 - level) / slope < horizon - 1e-6) expect(isSteep(points, 1_000, horizon)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('a flat row is not steep while its end is away, and at its end everything is', () => {
  const flat = row(20, () => 500)
  expect(isSteep(flat, 1_000, 100)).toBe(false)
  expect(isSteep(flat, 500, 100)).toBe(true)
  expect(isSteep(seriesOf([]), 500, 100)).toBe(false)
})
