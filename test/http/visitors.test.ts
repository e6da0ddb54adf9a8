import { describe, expect, test } from 'vitest'
import { createVisitors } from '../../src/http/visitors.ts'
import { FakeClock } from '../fake-clock.ts'

describe('who asked', () => {
  test('of each other answer than the last is known when it was last given', async () => {
    const clock = new FakeClock()
    const visitors = createVisitors(clock)
    const begun = clock.date().getTime()
    for (const code of [503, 503, 200, 200, 200]) {
      visitors.came('/readyz', code, 'kube-probe')
      await clock.advance(1_000)
    }
    const [visit] = visitors.list()
    expect(visit).toMatchObject({ lastCode: 200, lastAt: begun + 4_000 })
    expect(visit?.codes).toEqual([
      [200, 3],
      [503, 2],
    ])
    expect(visit?.others).toEqual([[503, begun + 1_000]])
  })

  test('who had gone before the answer leaves all others behind', () => {
    const visitors = createVisitors(new FakeClock())
    visitors.came('/livez', 200, 'other')
    expect(visitors.list()[0]).not.toHaveProperty('others')
    visitors.left('/livez', 'other')
    expect(visitors.list()[0]?.others?.map(([code]) => code)).toEqual([200])
  })
})
