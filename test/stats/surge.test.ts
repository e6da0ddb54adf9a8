import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seriesOf } from '../../src/stats/series.ts'
import { surgeIn } from '../../src/stats/surge.ts'

/** One value a time unit, ten to a bucket. */
const surgeOf = (values: readonly number[]) =>
  surgeIn(seriesOf(values.map((v, t) => ({ t, v }))), 0, values.length, Math.ceil(values.length / 10))
const row = (length: number, value: (t: number) => number) => Array.from({ length }, (_, t) => value(t))

describe('surgeIn', () => {
  test.each<[string, readonly number[], number, number]>([
    ['nothing', [], 0, Number.NaN],
    ['a flat row', row(50, () => 7), 0, 7],
    ['a growth, however fast', row(50, (t) => 100 * t), 0, 4_000],
    ['a step that stays', row(50, (t) => (t < 25 ? 10 : 90)), 0, 90],
    ['what came and went', row(50, (t) => (t === 25 ? 90 : 10)), 80, 10],
    [
      'what came, went, and left a little: once more for that',
      row(50, (t) => (t < 25 ? 10 : t < 28 ? 90 : 20)),
      80,
      20,
    ],
    ['what left nearly all of it: mostly growth', row(50, (t) => (t < 25 ? 10 : t < 28 ? 90 : 80)), 20, 80],
    ['a rise at the very end, which may yet stay', row(50, (t) => (t < 48 ? 10 : 90)), 0, 10],
  ])('%s', (_, values, height, floor) => {
    expect(surgeOf(values)).toEqual({ height, floor })
  })

  test('next to a time when nothing was seen nothing is known to have come or gone', () => {
    const seen = row(50, (t) => (t === 25 ? 90 : 10)).flatMap((v, t) => (t >= 30 && t < 40 ? [] : [{ t, v }]))
    expect(surgeIn(seriesOf(seen), 0, 50, 5).height).toBe(0)
  })

  test('law: never more than twice the range, never negative, and in the unit of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 10, maxLength: 200 }), (values) => {
        const { height } = surgeOf(values)
        expect(height).toBeGreaterThanOrEqual(0)
        expect(height).toBeLessThanOrEqual(2 * (Math.max(...values) - Math.min(...values)))
        expect(surgeOf(values.map((v) => 8 * v)).height).toBe(8 * height)
      }),
    )
  })
})
