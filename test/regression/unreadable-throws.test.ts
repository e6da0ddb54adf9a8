import { describe, expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { Registry } from '../../src/engine/registry.ts'
import { assignment, steady, surroundings } from '../assignments.ts'
import { FakeClock } from '../fake-clock.ts'

class Unreadable extends Error {
  override get message(): string {
    throw new Error('not even this')
  }
}

const THROWN: readonly [string, () => unknown][] = [
  ['an object without a prototype', () => Object.create(null)],
  ['an error whose message throws', () => new Unreadable()],
  ['an object that cannot be made text', () => ({ toString: () => Object.create(null) })],
]

/** Once, what a check threw was put into words outside of every try: such a check ended the whole process. */
describe('a check that throws what cannot be read is unknown, and the others go on', () => {
  for (const [what, thrown] of THROWN) {
    test.each(['sense', 'judge'] as const)(`${what}, from %s`, async (method) => {
      const clock = new FakeClock()
      const throwing = () => {
        throw thrown()
      }
      const broken = { ...steady('broken', 'pass'), [method]: throwing } as Check
      const registry = new Registry(
        [broken, steady('good', 'pass')].map((check) => assignment(check)),
        {
          clock,
          random: () => 0.5,
          surroundings: surroundings(clock),
        },
      )
      registry.start()
      await clock.advance(60_000)
      const { byName } = registry.snapshot()
      expect(byName.get('broken')).toMatchObject({
        status: 'unknown',
        because: expect.stringContaining('threw something that cannot be read'),
      })
      expect(byName.get('good')?.status).toBe('pass')
    })
  }

  test('a judge that answers with a promise is told so, and its rejection harms nobody', async () => {
    const clock = new FakeClock()
    const judge = (async () => {
      throw new Error('later')
    }) as unknown as Check['judge']
    const registry = new Registry([assignment({ ...steady('later', 'pass'), judge })], {
      clock,
      random: () => 0.5,
      surroundings: surroundings(clock),
    })
    registry.start()
    await clock.advance(1_000)
    expect(registry.snapshot().byName.get('later')?.because).toMatch(/^its judge returned a promise/)
  })
})
