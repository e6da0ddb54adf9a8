import { describe, expect, test } from 'vitest'
import { latelyInWords, latelyOf } from '../../src/host/lately.ts'

/** What was seen, four times a second. */
const told = (...values: readonly number[]) =>
  latelyInWords(latelyOf(values.map((v, nth) => ({ t: nth * 250, v }))), 'them', String)
const still = (count: number, value: number) => Array.from({ length: count }, () => value)

describe('what came of late, as a sentence goes on', () => {
  test('all of it at once, a while ago: since when none has come', () => {
    expect(told(33, 90, 182, ...still(56, 182))).toBe(', 149 of them in the last 15 s, none in the last 14 s')
  })

  test('what comes and goes beside it is not taken for more of it, and is told', () => {
    expect(told(33, 182, 184, 183, 182, 185, 183)).toBe(', 150 of them in the last 1.5 s, 1 in the last 1.3 s')
  })

  test('what goes on: how many since the look before', () => {
    expect(told(0, 10, 20, 30, 40)).toBe(', 40 of them in the last 1 s, 10 in the last 250 ms')
  })

  test('what goes on after a pause is not told as still', () => {
    expect(told(0, 50, 50, 50, 90)).toBe(', 90 of them in the last 1 s, 40 in the last 250 ms')
  })

  test('what went again was not the last of it', () => {
    expect(told(0, 100, 60, 60)).toBe(', 60 of them in the last 750 ms, none in the last 500 ms')
  })

  test.each([
    ['one look', [5], ''],
    ['nothing new', [5, 5], ''],
    ['less', [5, 3], ''],
    ['two looks', [5, 8], ', 3 of them in the last 250 ms'],
  ])('%s', (_, values, words) => {
    expect(told(...values)).toBe(words)
  })
})
