import { describe, expect, test } from 'vitest'
import { cacheSizeCheck } from '../../checks/cache-size.ts'
import type { Check } from '../../src/core/check.ts'
import type { Remedy } from '../../src/core/remedy.ts'
import { Registry } from '../../src/engine/registry.ts'
import { Looks } from '../../src/host/looks.ts'
import { start } from '../../src/remedies/attempt.ts'
import { assignment, steady, surroundings } from '../assignments.ts'
import { FakeClock } from '../fake-clock.ts'

class Unreadable extends Error {
  override get message(): string {
    throw new Error('not even this')
  }
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const THROWN: readonly [string, () => unknown][] = [
  ['an object without a prototype', () => Object.create(null)],
  ['an error whose message throws', () => new Unreadable()],
  ['a proxy that was revoked', revoked],
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

/** The same, where others than the engine catch what was thrown: the message was read once more, and that threw in turn. */
describe('what cannot be read is told as that wherever it is caught', () => {
  const thrower = (thrown: () => unknown) => () => {
    throw thrown()
  }

  test.each(THROWN)('%s, from a cache: the others are seen', async (_what, thrown) => {
    const fine = { name: 'fine', size: () => 1, purge: () => {} }
    const held = { caches: { all: () => [{ name: 'broken', size: thrower(thrown) }, fine] }, unwatch: () => {} }
    expect(await cacheSizeCheck.sense({ held } as never)).toEqual([
      { subject: 'broken', because: 'it threw something that cannot be read' },
      { name: 'fine', entries: 1 },
    ])
  })

  test.each(THROWN)('%s, from a look at a disk: it has come back', async (_what, thrown) => {
    const looks = new Looks<number>(1, () => 0)
    const looked = await looks.look('/', async () => thrower(thrown)(), new AbortController().signal)
    expect(looked).toEqual({ subject: '/', because: 'it threw something that cannot be read' })
    expect(looks.isOut('/')).toBe(false)
  })

  test.each(THROWN)('%s, from a remedy: it has failed', async (_what, thrown) => {
    const remedy = { name: 'broken', about: 'throws', run: async () => thrower(thrown)() } as unknown as Remedy
    const running = start(remedy, 1_000, new FakeClock())
    running.returned.catch(() => {})
    expect(await running.outcome).toEqual({ result: 'failed', error: 'it threw something that cannot be read' })
  })
})
