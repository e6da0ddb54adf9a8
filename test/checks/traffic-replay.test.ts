import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cpuCheck } from '../../checks/cpu.ts'
import { descriptorsCheck } from '../../checks/descriptors.ts'
import { errorsCheck } from '../../checks/errors.ts'
import { eventLoopCheck } from '../../checks/event-loop.ts'
import { latencyCheck } from '../../checks/latency.ts'
import { numbersCheck } from '../../checks/numbers.ts'
import type { Check, Verdict } from '../../src/core/check.ts'
import type { Recording } from './recording.ts'

const checks = [latencyCheck, eventLoopCheck, errorsCheck, numbersCheck, descriptorsCheck, cpuCheck] as readonly Check[]

function recordingOf({ name }: Check): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.recorded.json`, import.meta.url), 'utf8'))
}

/** Judges every step anew, from nothing but what was recorded. */
function replay(check: Check, { settings, steps }: Recording): readonly Verdict[] {
  return steps.map(({ sample, said }, index) => {
    const earlier = steps.slice(Math.max(0, index + 1 - (check.keep ?? 1)), index).map((step) => step.sample)
    const [first = sample, ...later] = [...earlier, sample]
    return check.judge([first, ...later], settings, said)
  })
}

describe('what was recorded from a process that was treated badly, judged again', () => {
  test.each(checks)('$name says the same', (check) => {
    const recording = recordingOf(check)
    expect(recording.steps.length).toBeGreaterThan(20)
    expect(replay(check, recording)).toEqual(recording.steps.map(({ verdict }) => verdict))
  })

  test.each(checks)('$name gives only values that it declares', (check) => {
    const verdicts = recordingOf(check).steps.map(({ verdict }) => verdict)
    const given = verdicts.flatMap(({ values, parts = [] }) => [values, ...parts.map((part) => part.values)])
    const names = new Set(given.flatMap((values) => Object.keys(values)))
    for (const name of names) expect(Object.keys(check.values ?? {})).toContain(name)
  })

  // The CPU is not limited where it was recorded, and descriptors are only warned of below 95 %.
  test.each([
    ['latency', 'fail'],
    ['event-loop', 'warn'],
    ['errors', 'warn'],
    ['numbers', 'warn'],
    ['descriptors', 'warn'],
    ['cpu', 'pass'],
  ])('%s went as far as %s', (name, worst) => {
    const check = checks.find((one) => one.name === name)
    const seen = check ? recordingOf(check).steps.map(({ verdict }) => verdict.status) : []
    expect(seen).toContain('pass')
    expect(seen).toContain(worst)
  })
})
