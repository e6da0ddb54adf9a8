import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesIn, inBytes } from '../../src/core/byte-size.ts'
import { apart, inNumber, inPercent, inWords } from '../../src/core/wording.ts'

describe('numbers in sentences', () => {
  test.each([
    [0, '0 ms'],
    [0.311, '0.31 ms'],
    [3.14, '3.1 ms'],
    [380.4, '380 ms'],
    [999, '999 ms'],
    [1_500, '1.5 s'],
    [999.6, '1 s'],
    [59_600, '1 min'],
    [60_000, '1 min'],
    [-3_599_000, '-1 h'],
    [750_000, '13 min'],
    [12_600_000, '3.5 h'],
    [216_000_000, '2.5 d'],
    [-1_500, '-1.5 s'],
  ])('%d ms are %s', (milliseconds, words) => {
    expect(inWords(milliseconds)).toBe(words)
  })

  test.each([
    [0, '0%'],
    [0.00234, '0.23%'],
    [0.0583, '5.8%'],
    [0.799, '79.9%'],
    [0.8, '80%'],
    [1, '100%'],
  ])('a share of %d is %s', (ratio, words) => {
    expect(inPercent(ratio)).toBe(words)
  })

  test('one is one, and others are many', () => {
    expect([0, 1, 2].map((count) => inNumber(count, 'request'))).toEqual(['0 requests', '1 request', '2 requests'])
    expect(inNumber(2, 'entry', 'entries')).toBe('2 entries')
  })
})

describe('a number beside its limits', () => {
  test.each([
    [inPercent, 0.9397, [0.85, 0.94], '93.97% 85% 94%'],
    [inPercent, 0.9399996, [0.85, 0.94], '93.99996% 85% 94%'],
    [inPercent, 0.94, [0.85, 0.94], '94% 85% 94%'],
    [inPercent, 0.9401, [0.85, 0.94], '94.01% 85% 94%'],
    [inPercent, 0.93966, [0.93974], '93.966% 93.974%'],
    [inPercent, 0.7, [0.8, 0.9], '70% 80% 90%'],
    [inBytes, 499.9 * 2 ** 20, [500 * 2 ** 20], '499.9 MiB 500 MiB'],
    [inBytes, 1023.9 * 2 ** 20, [2 ** 30], '1023.9 MiB 1 GiB'],
    [inWords, 59_900, [60_000], '59.9 s 1 min'],
    [inWords, 1_004, [1_000], '1.004 s 1 s'],
    // By the noise of reckoning: 0.95 - 0.02 is not 0.93.
    [inPercent, 0.93, [0.95 - 0.02], '93% 93%'],
  ] as const)('%o: %d beside %j', (word, seen, limits, words) => {
    expect([seen, ...limits].map(apart(word, seen, limits)).join(' ')).toBe(words)
  })

  const percents = fc.double({ min: 0, max: 1, noNaN: true })
  const near = (numbers: fc.Arbitrary<number>) =>
    fc
      .tuple(numbers, fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 7 }))
      .map(([limit, by, digits]) => [limit * (1 + by / 10 ** digits), limit] as const)
  const noise = (seen: number, limit: number) => Math.abs(seen - limit) <= 1e-8 * Math.abs(limit)

  test.each([
    ['a share', inPercent, near(percents.map((share) => Math.round(share * 100) / 100)), Number.parseFloat],
    ['a size', inBytes, near(fc.integer({ min: 1, max: 2 ** 45 })), bytesOf],
    ['a time', inWords, near(fc.integer({ min: 1, max: 10 ** 9 })), msOf],
  ] as const)('law: %s seems to have reached a limit where it has, and nowhere else', (_what, word, pairs, read) => {
    fc.assert(
      fc.property(pairs, ([seen, limit]) => {
        fc.pre(seen === limit || !noise(seen, limit))
        const say = apart(word, seen, [limit])
        expect(Math.sign(read(say(seen)) - read(say(limit)))).toBe(Math.sign(seen - limit))
      }),
      { numRuns: 5_000 },
    )
  })
})

function bytesOf(words: string): number {
  const [, number = '', unit = ''] = /^(\S+) (\w+)$/.exec(words) ?? []
  return Number(number) * (unit === 'PiB' ? 2 ** 50 : (bytesIn(`1${unit}`) ?? Number.NaN))
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function msOf(words: string): number {
  const [number = '', unit = ''] = words.split(' ')
  return Number(number) * (MS[unit] ?? Number.NaN)
}
