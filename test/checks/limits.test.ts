import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cacheSizeCheck } from '../../checks/cache-size.ts'
import { cpuCheck } from '../../checks/cpu.ts'
import { descriptorsCheck } from '../../checks/descriptors.ts'
import { diskUsageCheck } from '../../checks/disk-usage.ts'
import { errorsCheck } from '../../checks/errors.ts'
import { eventLoopCheck } from '../../checks/event-loop.ts'
import { latencyCheck } from '../../checks/latency.ts'
import { memoryGrowthCheck } from '../../checks/memory-growth.ts'
import { memoryHeadroomCheck } from '../../checks/memory-headroom.ts'
import { numbersCheck } from '../../checks/numbers.ts'
import type { Check, Part, ValueLimits, Verdict } from '../../src/core/check.ts'
import { MIB, readingOf } from './memory-readings.ts'
import type { Recording } from './recording.ts'
import { defaultsOf, judgeOnce } from './samples.ts'

const recordingOf = ({ name }: Check): Recording =>
  JSON.parse(readFileSync(new URL(`${name}.recorded.json`, import.meta.url), 'utf8'))
const told = (check: Check): readonly (Verdict | Part)[] =>
  recordingOf(check).steps.flatMap(({ verdict }) => [verdict, ...(verdict.parts ?? [])])

/** The limits that a check tells by default, by what they are about; `verdict` for the whole. */
function limitsOf(check: Check): Readonly<Record<string, ValueLimits>> {
  const { verdict } = recordingOf(check).steps.at(-1) ?? expect.unreachable()
  const all = [{ ...verdict, subject: 'verdict' }, ...(verdict.parts ?? [])]
  return Object.fromEntries(all.flatMap(({ subject, limits }) => (limits ? [[subject, limits]] : [])))
}

describe('the limits of the observed value, as verdicts tell them', () => {
  test.each([
    [descriptorsCheck, { verdict: { warn: 0.8, fail: 0.95 } }],
    [errorsCheck, { verdict: { warn: 1, fail: 10 } }],
    [memoryHeadroomCheck, expect.objectContaining({ heap: { warn: 0.85, fail: 0.94 } })],
    [memoryGrowthCheck, expect.objectContaining({ heap: { fail: 0.94 } })],
    // A p99 and a utilisation are shown, and held against nothing.
    [latencyCheck, {}],
    [eventLoopCheck, {}],
  ] as readonly [Check, unknown][])('$name', (check, limits) => {
    expect(limitsOf(check)).toEqual(limits)
  })

  test('cpu tells them where there is a quota', () => {
    const group = (periods: number, throttled: number) => ({ periods, throttled, throttledMs: throttled * 10 })
    const reading = (periods: number, throttled: number) => ({
      cgroups: [group(periods, throttled)],
      usedMs: 10 * periods,
    })
    const readings = [reading(100, 0), reading(200, 30)] as never
    expect(judgeOnce(cpuCheck, readings, defaultsOf(cpuCheck)).limits).toEqual({ warn: 0.25, fail: 0.5 })
  })

  test.each([diskUsageCheck, cacheSizeCheck, numbersCheck] as readonly Check[])('$name tells them by part', (check) => {
    const { value } = check.observes ?? expect.unreachable()
    const parts = recordingOf(check).steps.flatMap(({ verdict }) => verdict.parts ?? [])
    const observed = parts.filter(({ values }) => values[value] !== undefined)
    expect(observed.length).toBeGreaterThan(0)
    for (const { limits } of observed) expect(limits?.fail).toBeGreaterThan(0)
  })

  test('the threshold measured before production is where headroom warns, when it is the nearer one', () => {
    const settings = { ...defaultsOf(memoryHeadroomCheck), baseline: { heapBytes: 103.5 * MIB } }
    const { parts = [] } = judgeOnce(memoryHeadroomCheck, [readingOf({ floorMib: 60 })], settings)
    expect(parts.map(({ limits }) => limits)).toEqual([
      { warn: 0.5, fail: 0.94 },
      { warn: 0.85, fail: 0.94 },
    ])
  })

  test.each([diskUsageCheck, cacheSizeCheck, descriptorsCheck, errorsCheck, memoryHeadroomCheck] as readonly Check[])(
    'law: $name never passes at its limit for warning, and fails at the other',
    (check) => {
      const { value } = check.observes ?? expect.unreachable()
      for (const { status, values, limits } of told(check)) {
        const observed = values[value]
        if (observed === undefined || !limits) continue
        if (observed >= (limits.warn ?? Number.POSITIVE_INFINITY)) expect(status).not.toBe('pass')
        if (observed >= (limits.fail ?? Number.POSITIVE_INFINITY)) expect(status).toBe('fail')
      }
    },
  )
})
