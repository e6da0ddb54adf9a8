import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { createHealth } from '../../src/health.ts'
import { defineCheck } from '../assignments.ts'
import { FakeClock } from '../fake-clock.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const EVERY_MS = 1_000
const ROUNDS = 3_000

function misbehaving(name: string, sense: () => unknown): Check {
  const judge = () => ({ status: 'pass' as const, because: 'all is well', values: {} })
  return defineCheck({
    name,
    about: 'misbehaves',
    cure: 'restart',
    rhythm: { everyMs: EVERY_MS },
    sense,
    judge,
  }) as Check
}

function heapAfterCollection(): number {
  collect()
  return process.memoryUsage().heapUsed
}

test('checks that throw, answer rubbish, hang or block leave nothing behind, however often', async () => {
  const clock = new FakeClock()
  const health = createHealth({
    clock,
    checks: [
      misbehaving('throws', () => {
        throw new Error('x'.repeat(10_000))
      }),
      misbehaving('rejects', () => Promise.reject(new Error('y'.repeat(10_000)))),
      misbehaving('rubbish', () => Number.NaN),
      misbehaving('hangs', () => new Promise(() => {})),
      misbehaving('blocks', () => clock.block(200)),
    ],
  })
  await health.start()
  // A history is full by then.
  await clock.advance(ROUNDS * EVERY_MS)
  const before = heapAfterCollection()
  await clock.advance(ROUNDS * EVERY_MS)
  expect(health.snapshot().checks.map(({ status }) => status)).toEqual(Array(5).fill('unknown'))
  expect(heapAfterCollection() - before).toBeLessThan(256 * 1024)
  await health.stop()
})
