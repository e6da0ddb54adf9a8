import { describe, expect, test } from 'vitest'
import { inNumber, inPercent, inWords } from '../../src/core/wording.ts'

describe('numbers in sentences', () => {
  test.each([
    [0, '0 ms'],
    [0.311, '0.31 ms'],
    [3.14, '3.1 ms'],
    [380.4, '380 ms'],
    [999, '999 ms'],
    [1_500, '1.5 s'],
    [60_000, '1 min'],
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
