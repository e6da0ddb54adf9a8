import { describe, expect, test } from 'vitest'
import { riseOf } from '../../src/stats/rise.ts'

/** A look every 5 time units. */
const rowOf = (...values: readonly number[]) => values.map((v, nth) => ({ t: 5 * nth, v }))

describe('a rise', () => {
  test('counts when it will have used up its room after so many more steps, and is told per unit of time', () => {
    expect(riseOf(rowOf(0, 10, 20, 30, 40), 3, 25)).toEqual({ rise: 2, ahead: 15 })
  })

  test.each([
    ['leaves room by then', rowOf(0, 10, 20, 30, 40), 31],
    ['is one step up', rowOf(0, 0, 0, 0, 40), 25],
    ['falls', rowOf(40, 30, 20, 10, 0), 25],
    ['was seen three times', rowOf(0, 10, 20), 25],
    ['goes up and down', rowOf(0, 40, 0, 40, 0, 40), 25],
    ['was never seen', [], 25],
  ])('that %s is none', (_, points, room) => {
    expect(riseOf(points, 3, room).rise).toBe(0)
  })

  test('a level that is over its limit already rises all the same', () => {
    expect(riseOf(rowOf(0, 10, 20, 30, 40), 3, -5).rise).toBe(2)
  })
})
