import { describe, expect, test } from 'vitest'
import type { Sample } from '../../src/core/check.ts'
import { atLeastAgo, newest } from '../../src/core/samples.ts'

const sample = (at: number): Sample<string> => ({ at, tookMs: 0, reading: `at ${at}` })
const history = [sample(0), sample(40), sample(90), sample(100)] as const

describe('samples', () => {
  test('the newest is the last, and the only one is the newest', () => {
    expect(newest(history).at).toBe(100)
    expect(newest([sample(7)]).at).toBe(7)
  })

  test.each([
    [0, 100],
    [10, 90],
    [11, 40],
    [60, 40],
    [100, 0],
    [101, undefined],
  ])('at least %i ago is the one at %s', (ms, at) => {
    expect(atLeastAgo(history, ms)?.at).toBe(at)
  })
})
