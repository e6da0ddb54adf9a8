import { describe, expect, test } from 'vitest'
import { cpuCheck } from '../../checks/cpu.ts'
import type { CpuReading, Throttling } from '../../src/host/cpu.ts'
import { defaultsOf, judgeOnce } from './samples.ts'

const settings = defaultsOf(cpuCheck)

function reading(
  usedMs: number,
  ...cgroups: readonly (readonly [periods: number, throttled: number, ms: number])[]
): CpuReading {
  return {
    usedMs,
    cgroups: cgroups.map(([periods, throttled, throttledMs]): Throttling => ({ periods, throttled, throttledMs })),
  }
}

describe('cpu', () => {
  test.each([
    [
      10,
      'pass',
      'the CPU quota ran out in 10 of 100 periods (10%) since the last look, and its threads waited 2.5 s together; warns at 25%, fails at 50%',
    ],
    [25, 'warn', 'the CPU quota ran out in 25 of 100 periods (25%)'],
    [50, 'fail', 'the CPU quota ran out in 50 of 100 periods (50%)'],
  ] as const)('throttled in %i of 100 periods: %s', (throttled, status, because) => {
    const verdict = judgeOnce(
      cpuCheck,
      [reading(0, [900, 700, 1_000]), reading(4_000, [1_000, 700 + throttled, 3_500])],
      settings,
    )
    expect(verdict.status).toBe(status)
    expect(verdict.because).toContain(because)
    expect(verdict.values).toEqual({ throttled_ratio: throttled / 100, throttled_seconds: 2.5, used_cores: 0.4 })
  })

  test('a quota further up throttles as well: the tightest speaks', () => {
    const before = reading(0, [0, 0, 0], [0, 0, 0])
    const now = reading(4_000, [100, 0, 0], [100, 60, 6_000])
    expect(judgeOnce(cpuCheck, [before, now], settings).status).toBe('fail')
  })

  test('what was throttled while the process started is not held against it', () => {
    const { status, because } = judgeOnce(cpuCheck, [reading(900, [20, 18, 1_500])], settings)
    expect(status).toBe('pass')
    expect(because).toContain('the next look tells')
  })

  test('a process that hardly ran was not held up, even if its one period was throttled', () => {
    const verdict = judgeOnce(cpuCheck, [reading(0, [100, 0, 0]), reading(10, [101, 1, 40])], settings)
    expect(verdict).toMatchObject({
      status: 'pass',
      because: 'no CPU quota held the process up since the last look; the process used 0.00 cores',
    })
  })

  test('where no quota can be seen it passes and says that it judges none', () => {
    const { status, because } = judgeOnce(cpuCheck, [reading(0), reading(12_000)], settings)
    expect([status, because]).toEqual([
      'pass',
      'no CPU quota can be seen here, so none is judged; the process used 1.20 cores',
    ])
  })
})
