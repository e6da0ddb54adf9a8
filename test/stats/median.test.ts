import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { medianAbsoluteDeviation, medianOf } from '../../src/stats/median.ts'

describe('medianOf', () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])('of %j is %d', (values, middle) => {
    expect(medianOf(values)).toBe(middle)
  })
})

describe('medianAbsoluteDeviation', () => {
  test('by hand: 1 1 2 2 4 6 9 lies 1 1 0 0 2 4 7 from its middle, 2', () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1)
  })

  test('law: shifting changes nothing, scaling scales it', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(values, fc.integer({ min: -9, max: 9 }), fc.integer(), (row, scale, shift) => {
        const moved = row.map((v) => scale * v + shift)
        expect(medianAbsoluteDeviation(moved)).toBeCloseTo(Math.abs(scale) * medianAbsoluteDeviation(row), 6)
      }),
    )
  })
})
