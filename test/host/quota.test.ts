import { describe, expect, test } from 'vitest'
import type { Throttling } from '../../src/host/cpu.ts'
import { watchQuota } from '../../src/host/quota.ts'
import { FakeClock } from '../fake-clock.ts'

/** What one cgroup's counts stand at; each look of the watch sees what they are then. */
function watched(...cgroups: Throttling[]) {
  const clock = new FakeClock()
  const cpu = { look: () => ({ cgroups: cgroups.map((group) => ({ ...group })), usedMs: 0 }), stop: () => {} }
  return { clock, cgroups, watch: watchQuota(clock, cpu) }
}

describe('what the CPU quota did of late', () => {
  test('is what it did since the watch began, not what the container had counted before', () => {
    const { cgroups, watch } = watched({ periods: 900, throttled: 500, throttledMs: 40_000 })
    expect(watch.look()).toEqual({ periods: 0, throttled: 0, throttledMs: 0 })
    cgroups[0] = { periods: 940, throttled: 510, throttledMs: 42_500 }
    expect(watch.look()).toEqual({ periods: 40, throttled: 10, throttledMs: 2_500 })
  })

  test.each([250, 5_000, 30_000])('is forgotten a minute later, of looks every %i ms', (everyMs) => {
    const { clock, cgroups, watch } = watched({ periods: 0, throttled: 0, throttledMs: 0 })
    const throttled: number[] = []
    for (let at = 0; at <= 130_000; at += everyMs) {
      if (at === 30_000) cgroups[0] = { periods: 10, throttled: 10, throttledMs: 900 }
      throttled.push(watch.look()?.throttled ?? Number.NaN)
      clock.block(everyMs)
    }
    const seen = throttled.filter((count) => count === 10).length * everyMs
    expect(throttled.at(-1)).toBe(0)
    expect(seen).toBeGreaterThanOrEqual(60_000)
    expect(seen).toBeLessThanOrEqual(66_000 + everyMs)
  })

  test('is that of the cgroup that held the process up most', () => {
    const { cgroups, watch } = watched(
      { periods: 0, throttled: 0, throttledMs: 0 },
      { periods: 0, throttled: 0, throttledMs: 0 },
    )
    cgroups[1] = { periods: 30, throttled: 3, throttledMs: 20 }
    expect(watch.look()).toEqual({ periods: 30, throttled: 3, throttledMs: 20 })
  })

  test('is not known where the kernel tells of no cgroup, or can no longer be asked', () => {
    expect(watched().watch.look()).toBeUndefined()
    const look = () => {
      throw new Error('ENODEV')
    }
    expect(watchQuota(new FakeClock(), { look, stop: () => {} }).look()).toBeUndefined()
  })
})
