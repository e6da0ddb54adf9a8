import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settle } from '../../src/stats/selection.ts'

const any = fc.double({ noNaN: true }).map((v) => v + 0)
/** Some rows of many equal values among them. */
const rows = fc.oneof(
  fc.array(any, { minLength: 1, maxLength: 60 }),
  fc.array(fc.constantFrom(1, 2, 3), { minLength: 1, maxLength: 60 }),
)

function settled(row: readonly number[], ranks: readonly number[]): Float64Array {
  const values = Float64Array.from(row)
  settle(values, ranks)
  return values
}

describe('settle', () => {
  test('finds what sorting would put at each rank, and parts the others by it', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(), { maxLength: 5 }), (row, wanted) => {
        const ranks = wanted.map((rank) => rank % row.length).sort((a, b) => a - b)
        const [sorted, values] = [Float64Array.from(row).sort(), settled(row, ranks)]
        for (const rank of ranks) {
          const found = values[rank] ?? Number.NaN
          expect(found).toBe(sorted[rank])
          expect(values.slice(0, rank).every((v) => v <= found)).toBe(true)
          expect(values.slice(rank).every((v) => v >= found)).toBe(true)
        }
        expect(values.toSorted()).toEqual(sorted)
      }),
    )
  })

  test('equal values, one value, none', () => {
    expect(settled(Array(50).fill(7), [25])[25]).toBe(7)
    expect(settled([3], [0])[0]).toBe(3)
    expect(settled([], [0])).toEqual(new Float64Array(0))
  })

  test('many equal values are parted in two passes, not one at a time: those of 200,000 are settled at once', () => {
    const row = Array.from({ length: 200_000 }, (_, nth) => nth % 2)
    expect(settled(row, [99_999, 100_000]).slice(99_999, 100_001)).toEqual(Float64Array.of(0, 1))
  })
})
