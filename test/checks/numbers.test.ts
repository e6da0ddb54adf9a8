import { describe, expect, test } from 'vitest'
import { type NumbersReading, numbersCheck } from '../../checks/numbers.ts'
import { defaultsOf, judgeAll, judgeOnce } from './samples.ts'

const settings = defaultsOf(numbersCheck)
const EVERY_MS = 5_000

function reading(counts: Readonly<Record<string, readonly [notFinite: number, numbers: number]>>): NumbersReading {
  return { tallies: Object.entries(counts).map(([name, [notFinite, numbers]]) => ({ name, numbers, notFinite })) }
}

describe('numbers', () => {
  test.each([
    { counts: {}, status: 'pass', because: 'no number has been looked at yet' },
    {
      counts: { price: [0, 400] },
      status: 'pass',
      because: 'all 400 numbers of 1 name so far were finite; warns from the first that is not',
    },
    {
      counts: { price: [1, 400] },
      status: 'warn',
      because:
        '1 number of 400 named price (0.25%) so far was NaN or infinite; warns from the first, fails when more than 10% are, chance ruled out; look for a division by zero or a missing value',
    },
    {
      counts: { price: [1, 400], rate: [100, 400] },
      status: 'fail',
      because:
        '100 numbers of 400 named rate (25%) so far were NaN or infinite; warns from the first, fails when more than 10% are, chance ruled out; look for a division by zero or a missing value',
    },
  ] as const)('$because', ({ counts, status, because }) => {
    expect(judgeOnce(numbersCheck, [reading(counts)], settings)).toMatchObject({ status, because })
  })

  test('each name that went wrong is a part; those that did not say nothing', () => {
    const { parts, values } = judgeOnce(
      numbersCheck,
      [reading({ price: [1, 10], rate: [0, 10], tax: [9, 10] })],
      settings,
    )
    expect(parts?.map(({ subject, status }) => [subject, status])).toEqual([
      ['price', 'warn'],
      ['tax', 'fail'],
    ])
    expect(values).toEqual({ not_finite_numbers: 10, not_finite_ratio: 1 / 3 })
  })

  test('what went wrong is forgotten five minutes later', () => {
    const samples = Array.from({ length: 130 }, (_, nth) => ({
      at: nth * EVERY_MS,
      tookMs: 0,
      reading: reading({ price: [nth < 60 ? 0 : 40, nth * 10] }),
    }))
    const wrong = judgeAll(numbersCheck, samples, settings).filter(({ sighting }) => sighting !== 'pass')
    expect(wrong[0]?.at).toBe(60 * EVERY_MS)
    expect(wrong.at(-1)?.at).toBe(60 * EVERY_MS + 300_000 - EVERY_MS)
  })

  test.each([
    [900, 'in the last 900 ms'],
    [60_000, 'in the last 1 min'],
    [900_000, 'in the last 5 min'],
  ])('no time is told that is longer than it has watched: %d ms', (ms, when) => {
    const told = (bad: number) =>
      numbersCheck.judge(
        [
          { at: 1_000, tookMs: 0, reading: reading({}) },
          { at: 1_000 + ms, tookMs: 0, reading: reading({ price: [bad, 10] }) },
        ],
        settings,
      ).because
    expect(told(0)).toContain(`all 10 numbers of 1 name ${when} were finite;`)
    expect(told(10)).toContain(`10 numbers of 10 named price (100%) ${when} were NaN or infinite;`)
  })

  test('who looks so often that five minutes are not kept tells of as many as are', () => {
    const told = (bad: number) => {
      const samples = Array.from({ length: 400 }, (_, nth) => ({
        at: nth * 200,
        tookMs: 0,
        reading: reading({ price: [nth < 390 ? 0 : bad, nth * 10] }),
      }))
      return judgeAll(numbersCheck, samples, settings).at(-1)?.verdict.because
    }
    expect(told(0)).toContain('all 3000 numbers of 1 name in the last 1 min (no more is kept) were finite')
    expect(told(1)).toContain('1 number of 3000 named price (0.03%) in the last 1 min (no more is kept) was NaN')
  })
})
