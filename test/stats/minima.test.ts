import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketMinima } from '../../src/stats/minima.ts'
import { type Series, seriesOf } from '../../src/stats/series.ts'

const pointsOf = ({ times, values }: Series) => [...times].map((t, nth) => ({ t, v: values[nth] }))

describe('bucketMinima', () => {
  test('each bucket keeps its lowest point, at the time of that point', () => {
    const points = [5, 2, 7, 9, 8, 3].map((v, t) => ({ t, v }))
    expect(pointsOf(bucketMinima(seriesOf(points), 0, 6, 2))).toEqual([
      { t: 1, v: 2 },
      { t: 5, v: 3 },
    ])
  })

  test('what lies outside is left out; the end belongs to the last bucket; an empty bucket gives nothing', () => {
    const points = [-1, 0, 10, 11].map((t) => ({ t, v: t }))
    expect(pointsOf(bucketMinima(seriesOf(points), 0, 10, 5))).toEqual([
      { t: 0, v: 0 },
      { t: 10, v: 10 },
    ])
  })

  test('a window of no length is one bucket', () => {
    const twice = [2, 1].map((v) => ({ t: 4, v }))
    expect(pointsOf(bucketMinima(seriesOf(twice), 4, 4, 8))).toEqual([{ t: 4, v: 1 }])
  })

  test('law: there are at most as many points as buckets, in order of time, and the lowest of all is among them', () => {
    const clouds = fc.array(fc.record({ t: fc.nat(100), v: fc.integer() }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(clouds, fc.integer({ min: 1, max: 40 }), (cloud, buckets) => {
        const points = cloud.toSorted((a, b) => a.t - b.t)
        const kept = pointsOf(bucketMinima(seriesOf(points), 0, 100, buckets))
        expect(kept.length).toBeLessThanOrEqual(buckets)
        expect(kept).toEqual(kept.toSorted((a, b) => a.t - b.t))
        expect(Math.min(...kept.map(({ v = Number.NaN }) => v))).toBe(Math.min(...points.map(({ v }) => v)))
      }),
    )
  })
})
