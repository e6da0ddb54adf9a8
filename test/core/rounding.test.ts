import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inParts, twoDigits } from '../../src/core/rounding.ts'

/** Any number, and many that lie in the middle between two, or next to it. */
const numbers = fc.oneof(
  fc.double({ noNaN: false }),
  fc.double({ min: -1_100, max: 1_100, noNaN: true }),
  fc.integer({ min: -300_000, max: 300_000 }).map((thousandths) => thousandths / 1_000),
  fc
    .tuple(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: -3, max: 3 }))
    .map(([middle, ulps]) => ((2 * middle + 1) / 200) * (1 + ulps * Number.EPSILON)),
)

describe('law: rounding gives what printing the digits gives', () => {
  test('to tenths and hundredths', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom(1 as const, 2 as const), (number, digits) => {
        expect(`${inParts(number, digits)}`).toBe(`${Number(number.toFixed(digits))}`)
      }),
      { numRuns: 20_000 },
    )
  })

  test('to two digits that count', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const printed = Math.abs(number) >= 10 ? Math.round(number) : Number(number.toPrecision(2))
        expect(`${twoDigits(number)}`).toBe(`${printed}`)
      }),
      { numRuns: 20_000 },
    )
  })
})
