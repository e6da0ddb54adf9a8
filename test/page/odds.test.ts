import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oddsAhead } from '../../src/page/odds.ts'
import { oddsOf } from '../../src/stats/odds.ts'

describe('the odds ahead', () => {
  test('of the chapter’s counter at 44 %: the next fails with 46 %, the next three with 46 · 48 · 50 %', () => {
    const { next, nextThree } = oddsAhead({ percent: 44, step: 2, failedInARow: 0 })
    expect(next).toBeCloseTo(0.46, 12)
    expect(nextThree).toBeCloseTo(0.46 * 0.48 * 0.5, 12)
  })

  test('a fresh counter ends lives as the rehearsal computes them: half of them within 27 probes', () => {
    const odds = oddsOf({ step: 2, failureThreshold: 3 })
    const { half, most } = oddsAhead({ percent: 0, step: 2, failedInARow: 0 })
    expect([half, most]).toEqual([odds.quantile(0.5), odds.quantile(0.9)])
    expect(half).toBe(27)
  })

  test('at 100 % a row that has begun is over after the failures that it lacks', () => {
    const half = (failedInARow: number) => oddsAhead({ percent: 100, step: 2, failedInARow }).half
    expect([0, 1, 2, 7].map(half)).toEqual([3, 2, 1, 1])
  })

  test('a counter that stands at nothing never fails', () => {
    expect(oddsAhead({ percent: 0, step: 0, failedInARow: 0 })).toEqual({ next: 0, nextThree: 0 })
  })

  test('failures that came already never make a row come later', () => {
    const counters = fc.record({ percent: fc.integer({ min: 0, max: 100 }), step: fc.integer({ min: 1, max: 20 }) })
    fc.assert(
      fc.property(counters, fc.integer({ min: 0, max: 2 }), (counter, row) => {
        const [fresh, begun] = [0, row].map((failedInARow) => oddsAhead({ ...counter, failedInARow }))
        expect(begun?.half).toBeLessThanOrEqual(fresh?.half ?? 0)
        expect(begun?.most).toBeLessThanOrEqual(fresh?.most ?? 0)
      }),
    )
  })
})
