import { describe, expect, test } from 'vitest'
import { riseOf } from '../../src/stats/rise.ts'
import { seriesOf } from '../../src/stats/series.ts'

/** A look every 5 time units. */
const rowOf = (...values: readonly number[]) => seriesOf(values.map((v, nth) => ({ t: 5 * nth, v })))

const THREE_STEPS = { steps: 3, time: 0 }

describe('a rise', () => {
  test('counts when it will have used up its room after so many more steps, and is told per unit of time', () => {
    expect(riseOf(rowOf(0, 10, 20, 30, 40), THREE_STEPS, 25)).toMatchObject({ low: 2, slope: 2, high: 2, ahead: 15 })
  })

  test.each([
    ['leaves room by then', rowOf(0, 10, 20, 30, 40), 31],
    ['is one step up', rowOf(0, 0, 0, 0, 40), 25],
    ['falls', rowOf(40, 30, 20, 10, 0), 25],
    ['was seen three times', rowOf(0, 10, 20), 25],
    ['goes up and down', rowOf(0, 40, 0, 40, 0, 40), 25],
    ['was never seen', rowOf(), 25],
  ])('that %s is none', (_, points, room) => {
    expect(riseOf(points, THREE_STEPS, room)).toBeUndefined()
  })

  test('a level that is over its limit already rises all the same', () => {
    expect(riseOf(rowOf(0, 10, 20, 30, 40), THREE_STEPS, -5)?.slope).toBe(2)
  })

  test('is asked for further ahead where it has been watched for longer, up to a time', () => {
    const aheadOf = (time: number) => riseOf(rowOf(0, 10, 20, 30, 40), { steps: 3, time }, 25)?.ahead
    expect([10, 18, 100].map(aheadOf)).toEqual([15, 18, 20])
  })
})
