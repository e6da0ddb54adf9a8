import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Finding, judgeShare, type Windows } from '../../src/stats/two-windows.ts'

const MINUTE = 60_000
const BUDGET = 0.01

/** `12/60 3/12`: bad of all in five minutes, and in the last. */
function windows(text: string, at = 0): Windows {
  const [long, short] = text.split(' ').map((part) => {
    const [bad = 0, all = 0] = part.split('/').map(Number)
    return { bad, all }
  })
  return { at, long: long ?? { bad: 0, all: 0 }, short: short ?? { bad: 0, all: 0 } }
}

describe('a share against its budget', () => {
  test.each<[string, Finding, string]>([
    ['0/0 0/0', 'few', 'nothing at all'],
    ['1/29 1/6', 'few', 'too few'],
    ['5/5 1/1', 'over', 'all five bad, and the last one too: few, and yet certain'],
    ['4/4 1/1', 'few', 'four are an accident'],
    ['12/60 3/12', 'over', 'a fifth of sixty: the lower bound is 10.7 %'],
    ['11/60 3/12', 'warm', 'one fewer, and it is not certain; over 2 % it surely is'],
    ['12/60 0/12', 'fine', 'it was so, and is no longer'],
    ['12/60 1/12', 'warm', 'the last minute has less than a tenth'],
    ['5000/30000 30/6000', 'fine', 'of thousands, a half per cent in the last minute is not over anything'],
    ['150/30000 30/6000', 'fine', 'half a per cent is within the budget'],
    ['600/30000 120/6000', 'fine', 'two per cent are twice the budget, and no more'],
    ['900/30000 180/6000', 'warm', 'three per cent are'],
    ['6000/30000 1200/6000', 'over', 'twenty per cent are twenty times'],
  ])('%s is %s: %s', (text, finding) => {
    expect(judgeShare(windows(text), BUDGET)).toBe(finding)
  })

  test('few bad ones of one moment are an accident; spread over more of the time they are not, and many need no spread', () => {
    expect(judgeShare({ ...windows('15/60 15/20'), badHalfMinutes: 2 }, BUDGET)).toBe('fine')
    expect(judgeShare({ ...windows('15/60 15/20'), badHalfMinutes: 3 }, BUDGET)).toBe('over')
    expect(judgeShare({ ...windows('150/600 150/200'), badHalfMinutes: 2 }, BUDGET)).toBe('over')
  })

  test('what was over is held until the upper bound is under half of that, or no bad one is left', () => {
    expect(judgeShare(windows('600/30000 0/6000'), BUDGET, true)).toBe('fine')
    expect(judgeShare(windows('1800/30000 0/6000'), BUDGET, true)).toBe('held')
    expect(judgeShare(windows('1/60 0/12'), BUDGET, true)).toBe('held')
    expect(judgeShare(windows('0/60 0/12'), BUDGET, true)).toBe('fine')
  })

  test('when requests stop coming it is held for five minutes after the last that told, then let go', () => {
    const told = windows('20/60 4/12', 0)
    const drained = (minutes: number) => windows('8/20 0/0', minutes * MINUTE)
    expect(judgeShare(drained(4), BUDGET, true, [told])).toBe('held')
    expect(judgeShare(drained(5), BUDGET, true, [drained(4), told])).toBe('few')
  })

  test('a window that only drains tells nothing new: the five minutes count from the last request', () => {
    const draining = windows('20/60 0/0', 3 * MINUTE)
    expect(judgeShare(windows('8/20 0/0', 5 * MINUTE), BUDGET, true, [draining, windows('20/60 4/12', 0)])).toBe('few')
  })

  test('with no history at all to hold on to, few are few', () => {
    expect(judgeShare(windows('3/20 0/2'), BUDGET, true)).toBe('few')
  })

  test('more bad ones never make it milder', () => {
    const severity: Readonly<Record<Finding, number>> = { fine: 0, few: 0, warm: 1, held: 2, over: 2 }
    const all = fc.integer({ min: 1, max: 2_000 })
    fc.assert(
      fc.property(all, fc.nat(2_000), (all, bad) => {
        const some = Math.min(bad, all - 1)
        const [milder, worse] = [some, some + 1].map((bad) => ({ at: 0, long: { bad, all }, short: { bad, all } }))
        if (!milder || !worse) throw new Error('two windows')
        const judged = (windows: Windows) => severity[judgeShare(windows, BUDGET)]
        expect(judged(worse)).toBeGreaterThanOrEqual(judged(milder))
      }),
    )
  })
})
