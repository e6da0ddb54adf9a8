import { expect, test } from 'vitest'
import { hear, OURS, RULES } from './disk.ts'
import { FILLING, HEALTHY, traceOf } from './disk-traces.ts'

const rules = RULES.filter(({ name }) => name === OURS || name === '> 90 %')

test.each(HEALTHY)('disk-usage is silent through four days of $name', (pattern) => {
  const heard = hear(traceOf(pattern, 7, 96), rules)
  expect(heard.map(({ rule, warning }) => [rule, warning])).toEqual(rules.map(({ name }) => [name, undefined]))
})

test.each(FILLING)(
  'disk-usage warns of a disk that fills ($name) before "> 90 %" does, and not before it fills',
  (pattern) => {
    const [plain, ours] = hear(traceOf(pattern, 7), rules)
    expect(ours?.early).toBe(false)
    expect(ours?.warning).toBeGreaterThan(1.1 * (plain?.warning ?? 0))
  },
)
