import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUCKETS, TrailKeeper } from '../../src/stats/trail.ts'

describe('a trail', () => {
  test('keeps the lowest of each stretch, at its own time', () => {
    const keeper = new TrailKeeper([320])
    for (const [t, v] of [
      [0, 5],
      [3, 2],
      [9, 7],
      [10, 4],
      [19, 6],
    ] as const)
      keeper.add(t, v)
    expect(keeper.trail()).toEqual([
      {
        window: 320,
        points: [
          { t: 3, v: 2 },
          { t: 10, v: 4 },
        ],
      },
    ])
  })

  test('however many points there were, it keeps no more than its windows need, and forgets what is older', () => {
    const points = fc.array(
      fc.record({ gap: fc.double({ min: 0, max: 500, noNaN: true }), v: fc.double({ noNaN: true }) }),
      {
        maxLength: 600,
      },
    )
    fc.assert(
      fc.property(points, (steps) => {
        const keeper = new TrailKeeper([320, 3_200])
        let now = 0
        for (const { gap, v } of steps) {
          now += gap
          keeper.add(now, v)
        }
        for (const { window, points } of keeper.trail()) {
          expect(points.length).toBeLessThanOrEqual(BUCKETS + 1)
          for (const [index, { t }] of points.entries()) {
            expect(t).toBeGreaterThanOrEqual(now - window)
            expect(t).toBeGreaterThan(points[index - 1]?.t ?? -1)
          }
        }
      }),
    )
  })

  test('what was handed out does not change', () => {
    const keeper = new TrailKeeper([320])
    keeper.add(0, 1)
    const before = keeper.trail()
    keeper.add(1, 0)
    expect(before).toEqual([{ window: 320, points: [{ t: 0, v: 1 }] }])
  })
})
