import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cacheSizeCheck } from '../../checks/cache-size.ts'
import { diskUsageCheck } from '../../checks/disk-usage.ts'
import type { Check, Verdict } from '../../src/core/check.ts'
import type { Recording } from './recording.ts'

const checks = [diskUsageCheck, cacheSizeCheck] as readonly Check[]

describe('what was recorded of a real disk and of real caches, judged again', () => {
  test.each(checks)('$name says the same', (check) => {
    const recording = recordingOf(check)
    expect(replay(check, recording)).toEqual(recording.steps.map(({ verdict }) => verdict))
  })

  test.each(checks)('$name went from pass over warn to fail, and back', (check) => {
    const statuses = recordingOf(check).steps.map(({ verdict }) => verdict.status)
    const changes = statuses.filter((status, index) => status !== statuses[index - 1])
    expect(changes.slice(0, 3)).toEqual(['pass', 'warn', 'fail'])
    expect(changes.at(-1)).not.toBe('fail')
  })

  test.each(checks)('$name gives only values that it declares', (check) => {
    const verdicts = recordingOf(check).steps.map(({ verdict }) => verdict)
    const given = verdicts.flatMap(({ values, parts = [] }) => [values, ...parts.map((part) => part.values)])
    const names = new Set(given.flatMap((values) => Object.keys(values)))
    for (const name of names) expect(Object.keys(check.values ?? {})).toContain(name)
  })
})

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
