import { describe, expect, test } from 'vitest'
import { chart } from '../../src/page/chart.ts'
import { INLINE } from '../../src/page/page.ts'
import { day } from '../../src/page/strip.ts'
import { ENGLISH } from '../../src/page/words-en.ts'
import { NOW, rising } from './night.ts'

const { fine: points, spells } = rising(0.2, 0.6)
const course = { value: 'used_ratio', points, spells, limits: { warn: 0.8, fail: 0.9 }, now: NOW }
const drawn = (more: object = {}) => String(chart({ ...course, ...more }, ENGLISH))

/** The heights in a path, top down. */
const heights = (path: string) => [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y))

describe('a chart', () => {
  test('says in words what it shows', () => {
    expect(drawn()).toContain(
      'aria-label="used over the last 14 min: now 60%, least 20.2%, most 60%; warns at 80%; fails at 90%"',
    )
  })

  test('a value that rises is a line that rises, of at most 91 points', () => {
    const line = heights(/class="line" d="([^"]+)"/.exec(drawn())?.[1] ?? '')
    expect(line.length).toBeGreaterThan(80)
    expect(line.length).toBeLessThanOrEqual(91)
    expect(line).toEqual(line.toSorted((a, b) => b - a))
  })

  test('the limit that fails lies above the one that warns, and both above what is well below them', () => {
    const at = (level: string) =>
      Number(new RegExp(`limit ${level}" x1="0" x2="340" y1="([\\d.]+)"`).exec(drawn())?.[1])
    const lowest = Math.min(...heights(/class="line" d="([^"]+)"/.exec(drawn())?.[1] ?? ''))
    expect(at('fail')).toBeLessThan(at('warn'))
    expect(at('warn')).toBeLessThan(lowest)
  })

  test('looks that saw no value leave a gap', () => {
    const points = course.points.map((point, index) =>
      index > 60 && index < 90 ? { at: point.at, said: point.said } : point,
    )
    expect(
      drawn({ points })
        .match(/class="line" d="([^"]+)"/)?.[1]
        ?.match(/M/g),
    ).toHaveLength(2)
  })

  test('a forecast is a fan from now to the limit: soonest, latest, and what is likely between', () => {
    const forecast = { limit: 'full', etaSeconds: [600, 1200, 2400] as const }
    const shown = drawn({ forecast })
    const [, fan = ''] = /class="fan" d="([^"]+)"/.exec(shown) ?? []
    const [, likely = ''] = /class="likely" d="([^"]+)"/.exec(shown) ?? []
    const xs = (path: string) => [...path.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x))
    const [now = 0, soonest = 0, latest = 0] = xs(fan)
    const [, middle = 0] = xs(likely)
    expect([soonest, middle, latest]).toEqual([now + 21, now + 42, now + 84])
    expect(shown).toContain('in 40 min')
  })

  test('one that may never come has a level edge', () => {
    const forecast = { limit: 'full', etaSeconds: [600, 1200, null] as const }
    const [, fan = ''] = /class="fan" d="([^"]+)"/.exec(drawn({ forecast })) ?? []
    const ys = heights(fan)
    expect(ys.at(-1)).toBe(ys[0])
  })

  test('without any value there is none', () => {
    expect(drawn({ points: course.points.map(({ at, said }) => ({ at, said })) })).toBe('')
  })

  test('what was said stands under it: what is worse, higher', () => {
    const { spells } = rising(0, 1, (share) => (share < 0.3 ? 'pass' : share < 0.6 ? 'warn' : 'fail'))
    const bars = [...drawn({ spells }).matchAll(/<rect class="(\w+)" [^>]+ height="(\d)"/g)]
    expect(bars.map(([, status, height]) => [status, Number(height)])).toEqual([
      ['pass', 2],
      ['warn', 5],
      ['fail', 9],
    ])
  })

  test('a bar begins when that was first said, whatever the points are thinned to', () => {
    const spells = [
      { from: NOW - 3_600_000, said: 'pass' },
      { from: NOW - 15_000, said: 'warn' },
    ] as const
    const one = drawn({ points: [{ at: NOW - 1, said: 'warn', value: 1 }], spells })
    const bars = [...one.matchAll(/<rect class="(\w+)" x="([\d.]+)"/g)].map(([, said, x]) => [said, Number(x)])
    expect(bars).toEqual([
      ['pass', 0],
      ['warn', 255],
    ])
  })

  test('the drawing alone is as wide as its place, not the marks beside its words', () => {
    expect(INLINE.style).toMatch(/\.chart>svg,[^}]*width:100%/)
    expect(INLINE.style).not.toContain('.chart svg')
  })

  test('what its colours mean stands beside it, as soon as there are two', () => {
    expect(drawn()).not.toContain('class="key')
    const spells = [
      { from: NOW - 20_000, said: 'unknown' },
      { from: NOW - 15_000, said: 'fail' },
    ] as const
    expect(drawn({ spells })).toMatch(/class="key">bar: <span class="fail">.* failing<.*class="unknown">.* unknown</)
  })
})

describe('a day', () => {
  test('is at most 72 bars, and nothing before there are 15 minutes of it', () => {
    const { coarse } = rising(1, 2)
    const bars = String(day(coarse, NOW, ENGLISH))
      .match(/class="bars" d="([^"]+)"/)?.[1]
      ?.match(/M/g)
    expect(bars).toHaveLength(72)
    expect(String(day(coarse.slice(-2), NOW, ENGLISH))).toBe('')
  })
})
