import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settle } from '../../src/stats/selection.ts'

const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 }).map((row) => row.map((v) => v + 0))

describe('settle', () => {
  test('finds what sorting would put at a rank, and parts the others by it', () => {
    fc.assert(
      fc.property(values, fc.nat(), (row, any) => {
        const rank = any % row.length
        const settled = Float64Array.from(row)
        const found = settle(settled, rank)
        expect(found).toBe(Float64Array.from(row).sort()[rank])
        expect(settled.slice(0, rank).every((v) => v <= found)).toBe(true)
        expect(settled.slice(rank).every((v) => v >= found)).toBe(true)
        expect(settled.toSorted()).toEqual(Float64Array.from(row).sort())
      }),
    )
  })

  test('goes on from what is settled to a higher rank', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat(), (row, a, b) => {
        const [low = 0, high = 0] = [a % row.length, b % row.length].sort((x, y) => x - y)
        const settled = Float64Array.from(row)
        settle(settled, low)
        expect(settle(settled, high, low)).toBe(Float64Array.from(row).sort()[high])
      }),
    )
  })

  test('equal values, one value, none', () => {
    expect(settle(new Float64Array(50).fill(7), 25)).toBe(7)
    expect(settle(Float64Array.of(3), 0)).toBe(3)
    expect(settle(new Float64Array(0), 0)).toBeNaN()
  })
})
