import { describe, expect, test } from 'vitest'
import { filling, TRAIL_WINDOWS } from '../../src/stats/filling.ts'
import { TrailKeeper } from '../../src/stats/trail.ts'

const HOUR = 3_600_000
const WHOLE = 100

/** What is said after so many hours of a level that is looked at every five minutes. */
function watched(hours: number, level: (hour: number) => number) {
  const keeper = new TrailKeeper(TRAIL_WINDOWS)
  const at = Array.from({ length: hours * 12 + 1 }, (_, look) => look / 12)
  for (const hour of at) keeper.add(hour * HOUR, level(hour))
  return filling(keeper.trail(), WHOLE - level(hours), WHOLE)
}

describe('time to full', () => {
  test('a straight fill is full when it is full', () => {
    const found = watched(60, (hour) => 10 + 0.8 * hour)
    expect((found?.likely ?? 0) / HOUR).toBeCloseTo(52.5, 5)
    expect((found?.soonest ?? 0) / HOUR).toBeCloseTo(52.5, 5)
    expect((found?.latest ?? 0) / HOUR).toBeCloseTo(52.5, 5)
    expect((found?.slope ?? 0) * HOUR).toBeCloseTo(0.8, 5)
  })

  test('it looks no further ahead than it has watched', () => {
    // Full after 112 h: too far away for a day's window at 30 h, near enough for one of three days at 60 h.
    expect(watched(30, (hour) => 10 + 0.8 * hour)).toBeUndefined()
    expect(watched(60, (hour) => 10 + 0.8 * hour)).toBeDefined()
  })

  test.each([
    ['nothing', () => 55],
    ['what goes up and comes down again', (hour: number) => 40 + (hour % 4) * 5],
    ['less and less', (hour: number) => 70 - hour / 2],
    ['one step', (hour: number) => (hour < 12 ? 30 : 60)],
    ['too little to matter', (hour: number) => 98.5 + hour / 200],
  ])('%s is not filling up', (_, level) => {
    expect(watched(24, level)).toBeUndefined()
  })

  test('a rise in one half of what was watched is not believed: a dump that is written for an hour', () => {
    expect(watched(28, (hour) => 40 + 25 * Math.min(1, Math.max(0, hour - 27)))).toBeUndefined()
  })

  test('what is full already is not foretold, and a gap in time is no slope', () => {
    expect(watched(30, () => WHOLE)).toBeUndefined()
    expect(filling([], 10, WHOLE)).toBeUndefined()
  })

  test('of a fill that may end the latest is never', () => {
    const slowing = watched(40, (hour) => 80 * (1 - Math.exp(-hour / 20)))
    expect(slowing).toBeUndefined()
    const unsure = watched(72, (hour) => 60 + hour / 3 + (hour > 60 ? -1 : 0) * (hour - 60) * 0.34)
    expect(unsure?.latest ?? null).toBeNull()
  })
})
