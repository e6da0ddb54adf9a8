import { describe, expect, test } from 'vitest'
import type { Forecast, Part } from '../../src/core/check.ts'
import { foretoldBy } from '../../src/core/foretold.ts'

const forecast = (...etaSeconds: Forecast['etaSeconds']) => ({ forecast: { limit: 'the heap', etaSeconds } })
const part = (status: Part['status'], ...etaSeconds: Forecast['etaSeconds']): Part => ({
  subject: `${status} ${etaSeconds}`,
  status,
  because: '',
  values: {},
  ...forecast(...etaSeconds),
})

describe('what a failing verdict foretells', () => {
  test('is its own forecast, in milliseconds', () => {
    expect(foretoldBy({ status: 'fail', ...forecast(1, 2, 3) })).toEqual({
      soonestMs: 1_000,
      likelyMs: 2_000,
      latestMs: 3_000,
    })
  })

  test('may never come', () => {
    expect(foretoldBy({ status: 'fail', ...forecast(1, 2, null) })?.latestMs).toBe(Number.POSITIVE_INFINITY)
  })

  test('is nothing to one that does not fail', () => {
    expect(foretoldBy({ status: 'warn', ...forecast(1, 2, 3) })).toBeUndefined()
  })

  test('is nothing without a forecast', () => {
    expect(foretoldBy({ status: 'fail' })).toBeUndefined()
    expect(
      foretoldBy({ status: 'fail', parts: [{ subject: 'heap', status: 'fail', because: '', values: {} }] }),
    ).toBeUndefined()
  })

  test('is that of its failing parts, the nearest by its latest moment', () => {
    const parts = [part('warn', 1, 2, 3), part('fail', 1, 2, null), part('fail', 50, 60, 70), part('fail', 9, 10, 80)]
    expect(foretoldBy({ status: 'fail', parts, ...forecast(1, 2, 3) })?.likelyMs).toBe(60_000)
  })

  test('of two that may never come it is the one that is likely to come first', () => {
    expect(foretoldBy({ status: 'fail', parts: [part('fail', 1, 9, null), part('fail', 1, 5, null)] })?.likelyMs).toBe(
      5_000,
    )
  })
})
