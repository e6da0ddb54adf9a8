import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Point, seriesOf } from '../../src/stats/series.ts'
import { senSlope, theilSen } from '../../src/stats/theil-sen.ts'

const line = (values: readonly number[]) => seriesOf(values.map((v, t) => ({ t, v })))

/** The same by the book, with plain arrays: another writing of it, to check the first against. */
function byTheBook(points: readonly Point[]) {
  const ordered = (values: number[]) => values.sort((a, b) => a - b)
  const at = (values: number[], rank: number) => values[Math.min(values.length, Math.max(1, rank)) - 1] ?? Number.NaN
  const median = (values: number[]) =>
    (at(values, Math.ceil(values.length / 2)) + at(values, Math.floor(values.length / 2) + 1)) / 2
  const slopes = ordered(
    points.flatMap((a, i) => points.slice(i + 1).flatMap((b) => (a.t === b.t ? [] : [(b.v - a.v) / (b.t - a.t) + 0]))),
  )
  const n = points.length
  const spread = 2.326 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const slope = median(slopes)
  return {
    slope,
    intercept: median(ordered(points.map(({ t, v }) => v - slope * t))),
    low: at(slopes, Math.floor((slopes.length - spread) / 2)),
    high: at(slopes, Math.ceil((slopes.length + spread) / 2) + 1),
  }
}

const coordinate = fc.integer({ min: -1_000, max: 1_000 })
const clouds = fc
  .uniqueArray(fc.record({ t: coordinate, v: coordinate }), { minLength: 2, maxLength: 32, selector: ({ t }) => t })
  .map((points) => points as readonly Point[])

describe('theilSen', () => {
  test('a straight line is found exactly, and with no doubt about its slope', () => {
    expect(theilSen(line([1, 3, 5, 7, 9, 11, 13, 15]))).toEqual({ slope: 2, intercept: 1, low: 2, high: 2 })
  })

  test('one wild point among five moves neither slope nor intercept by much', () => {
    // Slopes by hand, sorted: -91, 1.95, 2, 2, 2.033, 2.05, 2.1, 33, 48.5, 94.9 (scipy.stats.theilslopes agrees)
    const found = theilSen(line([1, 3, 5.1, 100, 9]))
    expect(found?.slope).toBeCloseTo(2.025, 10)
    expect(found?.intercept).toBeCloseTo(1, 10)
    expect([found?.low, found?.high]).toEqual([-91, 94.9])
  })

  test('the slope alone is the slope of the line, of even and odd numbers of pairs', () => {
    fc.assert(
      fc.property(clouds, (points) => {
        expect(senSlope(seriesOf(points))).toBe(theilSen(seriesOf(points))?.slope)
      }),
    )
    expect(senSlope(line([1]))).toBeUndefined()
  })

  test('without two moments in time there is no line', () => {
    expect(theilSen(line([]))).toBeUndefined()
    expect(theilSen(line([1]))).toBeUndefined()
    expect(
      theilSen(
        seriesOf([
          { t: 1, v: 1 },
          { t: 1, v: 2 },
        ]),
      ),
    ).toBeUndefined()
  })

  test('law: it agrees with the formula written down by the book', () => {
    fc.assert(
      fc.property(clouds, (points) => {
        expect(theilSen(seriesOf(points))).toEqual(byTheBook(points))
      }),
    )
  })

  test('law: the interval holds the slope', () => {
    fc.assert(
      fc.property(clouds, (points) => {
        const { slope, low, high } = theilSen(seriesOf(points)) ?? expect.unreachable()
        expect(low).toBeLessThanOrEqual(slope)
        expect(high).toBeGreaterThanOrEqual(slope)
      }),
    )
  })

  test('law: the order in which the points come does not matter', () => {
    fc.assert(
      fc.property(clouds, (points) => {
        expect(theilSen(seriesOf([...points].reverse()))).toEqual(theilSen(seriesOf(points)))
      }),
    )
  })

  test('law: shifting moves the intercept, tilting and scaling the slope', () => {
    fc.assert(
      fc.property(clouds, fc.integer({ min: 1, max: 9 }), coordinate, coordinate, (points, scale, tilt, shift) => {
        const before = theilSen(seriesOf(points)) ?? expect.unreachable()
        const after =
          theilSen(seriesOf(points.map(({ t, v }) => ({ t, v: scale * v + tilt * t + shift })))) ?? expect.unreachable()
        expect(after.slope).toBeCloseTo(scale * before.slope + tilt, 6)
        expect(after.low).toBeCloseTo(scale * before.low + tilt, 6)
        expect(after.high).toBeCloseTo(scale * before.high + tilt, 6)
        expect(after.intercept).toBeCloseTo(scale * before.intercept + shift, 6)
      }),
    )
  })

  test('of 2 000 noisy lines, at least 96 % have their true slope in the 98 % interval', () => {
    const hits = Array.from({ length: 2_000 }, (_, seed) => theilSen(noisyLine(seed))).filter(
      (found) => found && found.low <= 3 && found.high >= 3,
    )
    expect(hits.length / 2_000).toBeGreaterThan(0.96)
  })
})

/** Slope 3 and even noise, by a small generator of its own (Lehmer's). */
function noisyLine(seed: number) {
  let state = seed + 1
  const noise = () => {
    state = (state * 48_271) % 2_147_483_647
    return (state / 2_147_483_647 - 0.5) * 40
  }
  return line(Array.from({ length: 20 }, (_, t) => 3 * t + noise()))
}
