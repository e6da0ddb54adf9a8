import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wilson } from '../../src/stats/wilson.ts'

const counts = fc
  .integer({ min: 1, max: 100_000 })
  .chain((all) => fc.tuple(fc.integer({ min: 0, max: all }), fc.constant(all)))

describe('wilson', () => {
  // By another way: the two roots of (share − x)² = z²·x(1 − x)/n, found by bisection.
  test.each([
    { bad: 12, all: 60, low: 0.10713, high: 0.3425 },
    { bad: 0, all: 30, low: 0, high: 0.15279 },
    { bad: 30, all: 30, low: 0.84721, high: 1 },
    { bad: 1, all: 2, low: 0.07277, high: 0.92723 },
  ])('$bad of $all lie between $low and $high', ({ bad, all, low, high }) => {
    expect(wilson(bad, all).low).toBeCloseTo(low, 4)
    expect(wilson(bad, all).high).toBeCloseTo(high, 4)
  })

  test('at 1.96 it is the textbook interval: 10 of 100 lie between 5.52 and 17.44 %', () => {
    expect(wilson(10, 100, 1.96).low).toBeCloseTo(0.0552, 4)
    expect(wilson(10, 100, 1.96).high).toBeCloseTo(0.1744, 4)
  })

  test('nothing counted leaves everything possible', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
    expect(wilson(3, -1)).toEqual({ low: 0, high: 1 })
    expect(wilson(0, Number.NaN)).toEqual({ low: 0, high: 1 })
  })

  test('it holds the share itself, and lies within 0 and 1', () => {
    fc.assert(
      fc.property(counts, ([bad, all]) => {
        const { low, high } = wilson(bad, all)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(bad / all)
        expect(high).toBeGreaterThanOrEqual(bad / all)
        expect(high).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('more of the same makes it narrower; the good ones see it mirrored', () => {
    fc.assert(
      fc.property(counts, ([bad, all]) => {
        const { low, high } = wilson(bad, all)
        const more = wilson(bad * 4, all * 4)
        expect(more.high - more.low).toBeLessThanOrEqual(high - low)
        expect(wilson(all - bad, all).low).toBeCloseTo(1 - high, 9)
      }),
    )
  })
})
