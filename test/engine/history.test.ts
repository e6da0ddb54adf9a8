import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STATUSES } from '../../src/core/status.ts'
import { History } from '../../src/engine/history.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
const MINUTE_MS = 60_000

const looked = (at: number, said: 'pass' | 'warn' | 'fail' = 'pass') => {
  return { at, sighting: said, said, because: 'x', values: {} }
}

describe('what is remembered of a check', () => {
  test('the newest 60 looks in full, 15 minutes by the look, 24 hours by spans of 5 minutes', () => {
    const history = new History()
    for (let at = NOON; at < NOON + 30 * 60 * MINUTE_MS; at += 30_000) history.add(looked(at), at - NOON)
    const { looks, fine, coarse } = history.all()
    expect(looks).toHaveLength(60)
    expect(fine).toHaveLength(30)
    expect(fine.at(-1)).toEqual({
      at: NOON + 1_800 * MINUTE_MS - 30_000,
      said: 'pass',
      value: 1_800 * MINUTE_MS - 30_000,
    })
    expect(coarse).toHaveLength(288)
    const from = NOON + 1_795 * MINUTE_MS
    const [least, most] = [from - NOON, from - NOON + 270_000]
    const span = { from, to: from + 5 * MINUTE_MS, looks: 10, worst: 'pass', least, mean: (least + most) / 2, most }
    expect(coarse.at(-1)).toEqual(span)
  })

  test('ten looks a second take no more room than one in five, and the worst of them is not lost', () => {
    const history = new History()
    for (let nth = 0; nth < 20_000; nth++) history.add(looked(NOON + nth * 100, nth === 19_960 ? 'fail' : 'pass'), nth)
    const { fine } = history.all()
    expect(fine).toHaveLength(180)
    expect(fine.at(-1)).toEqual({ at: NOON + 1_999_900, said: 'fail', value: 19_999 })
  })

  test('a look without a value is a point without one, and no part of the mean', () => {
    const history = new History()
    history.add(looked(NOON), 4)
    history.add(looked(NOON + 10_000, 'warn'))
    const { fine, coarse } = history.all()
    expect(fine).toEqual([
      { at: NOON, said: 'pass', value: 4 },
      { at: NOON + 10_000, said: 'warn' },
    ])
    expect(coarse).toEqual([{ from: NOON, to: NOON + 300_000, looks: 2, worst: 'warn', least: 4, mean: 4, most: 4 }])
  })

  test('when what is said changed, to the look', () => {
    const history = new History()
    for (const [ms, said] of [
      [0, 'pass'],
      [250, 'warn'],
      [500, 'warn'],
      [4_900, 'fail'],
    ] as const)
      history.add(looked(NOON + ms, said))
    const [pass, ...later] = [
      { from: NOON, said: 'pass' },
      { from: NOON + 250, said: 'warn' },
      { from: NOON + 4_900, said: 'fail' },
    ]
    expect(history.all().spells).toEqual([pass, ...later])
    // What lasts into the last 15 minutes is kept; what ended before them is not.
    history.add(looked(NOON + 15 * MINUTE_MS + 300, 'fail'))
    expect(history.all().spells).toEqual(later)
  })

  test('whatever the time of day does, it is in order and bounded', () => {
    const jumps = fc.array(fc.tuple(fc.integer({ min: -7_200_000, max: 7_200_000 }), fc.constantFrom(...STATUSES)))
    fc.assert(
      fc.property(jumps, (steps) => {
        const history = new History()
        let at = NOON
        for (const [ms, said] of steps) {
          at += ms
          history.add({ ...looked(at), said }, 1)
        }
        const { fine, coarse, spells } = history.all()
        expect(spells.map(({ from }) => from)).toEqual(spells.map(({ from }) => from).sort((a, b) => a - b))
        expect(spells.length).toBeLessThanOrEqual(180)
        expect(fine.map((point) => point.at)).toEqual(fine.map((point) => point.at).sort((a, b) => a - b))
        expect(coarse.map((span) => span.from)).toEqual(
          [...new Set(coarse.map((span) => span.from))].sort((a, b) => a - b),
        )
        expect(fine.length).toBeLessThanOrEqual(181)
        expect(coarse.length).toBeLessThanOrEqual(289)
        if (steps.length > 0) expect(fine.at(-1)?.at).toBe(at)
      }),
    )
  })
})
