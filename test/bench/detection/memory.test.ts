import { describe, expect, test } from 'vitest'
import { listen } from './memory.ts'
import { HEALTHY, LEAKING, traceOf } from './memory-traces.ts'

/** A short slice of the benchmark: what `RESULTS.md` says of many seeds must hold for one that nothing was tuned on. */
describe('memory-growth on simulated days', () => {
  test.each(HEALTHY)('$name: no alarm in 24 hours', (pattern) => {
    expect(listen(traceOf(pattern, 4_711).samples.slice(0, 24 * 60)).because).toEqual([])
  })

  test.each(
    LEAKING.filter(({ name }) => ['fast 4 MB/min', 'late 30 MB/h', 'bursts only'].includes(name)).map((pattern) => ({
      pattern,
      name: pattern.name,
    })),
  )('$name: quiet before the leak, WARN and then FAIL before the death', ({ pattern }) => {
    const { samples, leaksFrom, diesAt = 0 } = traceOf(pattern, 4_711)
    const { warn = 0, fail = 0 } = listen(samples)
    expect(warn).toBeGreaterThan(leaksFrom)
    expect(fail).toBeGreaterThan(warn)
    expect(diesAt).toBeGreaterThan(fail)
  })

  test('the same seed plays the same day, another seed another', () => {
    const [pattern] = HEALTHY
    if (!pattern) throw new Error('the patterns are gone')
    expect(traceOf(pattern, 1)).toEqual(traceOf(pattern, 1))
    expect(traceOf(pattern, 1).minutes).not.toEqual(traceOf(pattern, 2).minutes)
  })
})
