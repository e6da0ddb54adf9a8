import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foresee, type Window } from '../../src/stats/forecast.ts'
import { seriesOf } from '../../src/stats/series.ts'

const LIMIT = { from: 1_000, to: 1_000 }
const WINDOWS: readonly Window[] = [
  { length: 100, horizon: 100, standing: 10 },
  { length: 400, horizon: 400, standing: 10 },
]

/** One value a time unit, up to and with `now`. */
const rowOf = (now: number, value: (t: number) => number) =>
  seriesOf(Array.from({ length: now + 1 }, (_, t) => ({ t, v: value(t) })))

describe('foresee', () => {
  test('a straight growth reaches 97 % of the limit when it does, and the interval is what haste and delay leave', () => {
    const found = foresee(
      rowOf(100, (t) => 600 + 2 * t),
      100,
      LIMIT,
      WINDOWS,
    )
    // The newest floor is that of the last bucket, 3 ago: 970 - 794 = 176 ahead at 2 a unit, all of it 206.
    expect(found?.likely).toBeCloseTo(85, 6)
    expect(found?.soonest).toBeCloseTo(88 / 1.15 - 3, 6)
    expect(found?.latest).toBeCloseTo(103 / 0.85 - 3, 6)
    expect(found).toMatchObject({ level: 794, slope: 2, window: WINDOWS[0] })
  })

  test.each([
    ['nothing', () => seriesOf([])],
    ['a flat row', () => rowOf(400, () => 900)],
    ['a fall', () => rowOf(400, (t) => 900 - t)],
    ['a growth that ends beyond what was watched', () => rowOf(400, (t) => 100 + 0.5 * t)],
    ['a growth that ended: a plateau', () => rowOf(400, (t) => Math.min(800, 600 + 2 * t))],
    ['one step up', () => rowOf(400, (t) => (t < 380 ? 500 : 900))],
    ['a growth watched for half of the shortest window', () => rowOf(50, (t) => 600 + 4 * t)],
    ['a growth of less than 1.5 % of the limit', () => rowOf(100, (t) => 960 + 0.05 * t)],
  ])('says nothing of %s', (_, points) => {
    const row = points()
    expect(foresee(row, row.times.at(-1) ?? 0, LIMIT, WINDOWS)).toBeUndefined()
  })

  test('points that stopped coming long ago say nothing of now', () => {
    const row = rowOf(100, (t) => 600 + 2 * t)
    expect(foresee(row, 110, LIMIT, WINDOWS)).toBeDefined()
    expect(foresee(row, 150, LIMIT, WINDOWS)).toBeUndefined()
  })

  test('a growth that has only just begun to show is not said yet', () => {
    const row = rowOf(64, (t) => 600 + 4 * t)
    expect(foresee(row, 64, LIMIT, WINDOWS)).toBeUndefined()
    expect(
      foresee(
        rowOf(80, (t) => 600 + 4 * t),
        80,
        LIMIT,
        WINDOWS,
      ),
    ).toBeDefined()
  })

  test('noise that is larger than the growth silences it', () => {
    const wild = (t: number) => ((t * 7_919) % 400) - 200
    const row = rowOf(100, (t) => 700 + 0.5 * t + wild(t))
    expect(foresee(row, 100, LIMIT, WINDOWS)).toBeUndefined()
  })

  test('what comes on top of a growing floor and goes again leaves the line alone, but needs room: the end comes sooner', () => {
    const calm = rowOf(100, (t) => 600 + 2 * t)
    const surging = rowOf(100, (t) => 600 + 2 * t + (t % 30 === 29 ? 100 : 0))
    const [plain, less] = [calm, surging].map((row) => foresee(row, 100, LIMIT, WINDOWS) ?? expect.unreachable())
    expect(less?.slope).toBeCloseTo(plain?.slope ?? Number.NaN, 6)
    expect(plain).toMatchObject({ reserve: 0 })
    // Its buckets are 12.5 wide: of the 100 the floor has risen by a part before the next one.
    expect(less?.reserve).toBeGreaterThan(100)
    expect(less?.reserve).toBeLessThan(150)
    expect(less?.due).toBeGreaterThan(0)
    expect(less?.soonest).toBeLessThan(plain?.soonest ?? 0)
    expect(less?.latest).toBeCloseTo(plain?.latest ?? Number.NaN, 6)
  })

  test('it is due at once when the largest surge of late no longer fits above the floor', () => {
    const surging = rowOf(100, (t) => 700 + 2 * t + (t % 30 === 29 ? 100 : 0))
    expect(foresee(surging, 100, LIMIT, WINDOWS)).toMatchObject({ due: 0 })
  })

  test('a surge without growth foretells nothing, however near it comes', () => {
    const surging = rowOf(400, (t) => 700 + (t % 30 === 29 ? 290 : 0))
    expect(foresee(surging, 400, LIMIT, WINDOWS)).toBeUndefined()
  })

  test('law: soonest, likely and latest come in this order, and none before now', () => {
    const shapes = fc.record({
      base: fc.integer({ min: 0, max: 900 }),
      slope: fc.double({ min: 0.2, max: 4, noNaN: true }),
      noise: fc.integer({ min: 0, max: 30 }),
    })
    fc.assert(
      fc.property(shapes, ({ base, slope, noise }) => {
        const found = foresee(
          rowOf(300, (t) => base + slope * t + ((t * 7_919) % (noise + 1))),
          300,
          LIMIT,
          WINDOWS,
        )
        if (!found) return
        expect(found.soonest).toBeGreaterThanOrEqual(0)
        expect(found.likely).toBeGreaterThanOrEqual(found.soonest)
        expect(found.latest ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(found.likely)
      }),
    )
  })

  test('law: it is the same in any unit of value and at any time of day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 0, max: 1_000_000 }), (scale, shift) => {
        const row = rowOf(100, (t) => 600 + 3 * t + (t % 3))
        const moved = { times: row.times.map((t) => t + shift), values: row.values.map((v) => v * scale) }
        const [plain, other] = [
          foresee(row, 100, LIMIT, WINDOWS),
          foresee(moved, 100 + shift, { from: 1_000 * scale, to: 1_000 * scale }, WINDOWS),
        ]
        expect(other?.likely).toBeCloseTo(plain?.likely ?? Number.NaN, 5)
        expect(other?.soonest).toBeCloseTo(plain?.soonest ?? Number.NaN, 5)
      }),
    )
  })
})
