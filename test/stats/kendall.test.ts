import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kendall } from '../../src/stats/kendall.ts'

const row = (values: readonly number[]) => new Float64Array(values)
const rows = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 32 })

/** By the book: every pair by itself, ties counted by comparing each with each. */
function byTheBook(values: readonly number[]) {
  let score = 0
  for (let i = 0; i < values.length; i++)
    for (let j = i + 1; j < values.length; j++) score += Math.sign((values[j] ?? 0) - (values[i] ?? 0))
  const n = values.length
  const ties = [...new Set(values)].map((value) => values.filter((other) => other === value).length)
  const spread = (size: number) => size * (size - 1) * (2 * size + 5)
  const variance = (spread(n) - ties.reduce((sum, size) => sum + spread(size), 0)) / 18
  const corrected = score === 0 ? 0 : score - Math.sign(score)
  return { tau: score / ((n * (n - 1)) / 2), z: variance > 0 ? corrected / Math.sqrt(variance) : 0 }
}

describe('kendall', () => {
  test('a rise in every pair is 1, a fall -1, a flat row 0', () => {
    expect(kendall(row([1, 2, 3, 4, 5])).tau).toBe(1)
    expect(kendall(row([5, 4, 3, 2, 1])).tau).toBe(-1)
    expect(kendall(row([3, 3, 3, 3, 3]))).toEqual({ tau: 0, z: 0 })
    expect(kendall(row([]))).toEqual({ tau: 0, z: 0 })
  })

  test('by hand: 1 3 2 4 5 has nine rises and one fall; variance 5·4·15/18 = 16.67, z = (8 - 1)/4.082', () => {
    const { tau, z } = kendall(row([1, 3, 2, 4, 5]))
    expect(tau).toBeCloseTo(0.8, 10)
    expect(z).toBeCloseTo(1.7146, 4)
  })

  test('law: it agrees with the formula written down by the book', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const [found, expected] = [kendall(row(values)), byTheBook(values)]
        expect(found.tau).toBeCloseTo(expected.tau, 12)
        expect(found.z).toBeCloseTo(expected.z, 12)
      }),
    )
  })

  test('law: only the order counts, so shifting, scaling and bending change nothing', () => {
    fc.assert(
      fc.property(rows, (values) => {
        expect(kendall(row(values.map((v) => v ** 3 * 7 + 100)))).toEqual(kendall(row(values)))
      }),
    )
  })

  test('law: backwards, it says the opposite', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const [there, back] = [kendall(row(values)), kendall(row(values.toReversed()))]
        expect(back.tau).toBeCloseTo(-there.tau, 12)
        expect(back.z).toBeCloseTo(-there.z, 12)
      }),
    )
  })
})
