import { describe, expect, test } from 'vitest'
import type { Attempt, Remedy, RemedyReport } from '../../src/core/remedy.ts'
import { advance, type Standing, UNSEEN } from '../../src/core/standing.ts'
import type { Status } from '../../src/core/status.ts'
import type { Ladder } from '../../src/remedies/ladder.ts'
import { createRemedies, type RemediesSetup } from '../../src/remedies/remedies.ts'
import { FakeClock, settle } from '../fake-clock.ts'

const EVERY_MS = 5_000

const LADDER: Ladder = {
  check: 'cache-size',
  remedies: ['purge-cache'],
  from: 'fail',
  waitMs: 0,
  cooldownMs: 60_000,
  perHour: 6,
  holdMs: 150_000,
}

/** A cache that fails above 100 entries, its check, and an engine that says what it hears. */
function createStory({ ladders = [LADDER], ...setup }: Partial<RemediesSetup> = {}) {
  const clock = new FakeClock()
  const world = { entries: 0, purges: 0, works: true, told: [] as Attempt[] }
  const purge: Remedy = {
    name: 'purge-cache',
    about: 'empties the cache',
    async run(): Promise<RemedyReport> {
      const before = world.entries
      world.purges += 1
      if (world.works) world.entries = 0
      return { remedy: 'purge-cache', entries: { before, after: world.entries } }
    },
  }
  const onAttempt = (attempt: Attempt) => void world.told.push(attempt)
  const remedies = createRemedies({ clock, remedies: [purge], ladders, onAttempt, ...setup })
  const standings = new Map<string, Standing>()
  /** Five seconds pass, and the check looks. */
  const look = async (name = 'cache-size', seen: Status = world.entries > 100 ? 'fail' : 'pass') => {
    await clock.advance(EVERY_MS)
    const standing = standings.get(name) ?? UNSEEN
    const because = `the cache holds ${world.entries}`
    const heard = remedies.temper({ name, status: seen, because, tookMs: 1, said: standing.said })
    const next = advance(standing, heard.status, { toWorsen: 1, toRecover: 1 })
    standings.set(name, next)
    await settle()
    return [next.said, heard.because]
  }
  return { clock, world, remedies, look }
}

describe('a check with a ladder', () => {
  test('the remedy works: no FAIL is ever said', async () => {
    const { world, look } = createStory()
    expect(await look()).toEqual(['pass', 'the cache holds 0'])
    world.entries = 200
    expect(await look()).toEqual(['warn', 'the cache holds 200; purge-cache is being tried'])
    expect(await look()).toEqual(['pass', 'the cache holds 0'])
    expect(world.purges).toBe(1)
  })

  test('a remedy that found nothing to do has not helped, though the check is well again', async () => {
    const { world, remedies, look } = createStory()
    await look('cache-size', 'fail')
    await look('cache-size', 'pass')
    expect(world.purges).toBe(1)
    expect(remedies.attempts()).toMatchObject([{ report: { entries: { before: 0, after: 0 } }, helped: false }])
  })

  test('one that by its own numbers changed nothing is judged when it ends: the next look says so, however long its effect would be awaited', async () => {
    const { world, remedies, look } = createStory({ ladders: [{ ...LADDER, waitMs: 60_000 }] })
    await look('cache-size', 'fail')
    expect(remedies.attempts()).toMatchObject([{ result: 'done', helped: false }])
    // On record as ended, and then as judged: once each.
    expect(world.told.map(({ helped }) => helped)).toEqual([undefined, false])
    expect(await look('cache-size', 'fail')).toEqual(['fail', 'the cache holds 0; purge-cache did not help'])
    expect(await look('cache-size', 'fail')).toEqual(['fail', 'the cache holds 0; purge-cache did not help'])
    expect([world.purges, world.told.length]).toEqual([1, 2])
  })

  test.each([
    [1_000, 991, false],
    [1_000, 990, undefined],
    [0, 0, false],
    [0, 5, false],
  ])('what leaves %d as %d is judged at once: %s', async (before, after, helped) => {
    const { remedies, look } = createStory({ remedies: [purgeOf(() => {}, { before, after })] })
    await look('cache-size', 'fail')
    expect(remedies.attempts().map((attempt) => attempt.helped)).toEqual([helped])
  })

  test('the next remedy is tried at the next look, and no other check waits for what changed nothing', async () => {
    const gc: Remedy = { name: 'gc', about: '', run: async () => ({ remedy: 'gc' }) }
    const both = { ...LADDER, remedies: ['purge-cache', 'gc'], waitMs: 60_000 }
    const idle = purgeOf(() => {}, { before: 0, after: 0 })
    const ladders = [both, { ...both, check: 'other', remedies: ['purge-cache'] }]
    const { look } = createStory({ remedies: [idle, gc], ladders })
    expect((await look('cache-size', 'fail'))[1]).toBe('the cache holds 0; purge-cache is being tried')
    expect((await look('cache-size', 'fail'))[1]).toBe('the cache holds 0; gc is being tried')
    expect(await look('other', 'fail')).toEqual([
      'fail',
      'the cache holds 0; purge-cache ran less than 1 min ago, and is tried again once that time is over',
    ])
    // It tells no numbers: a look judges it.
    expect((await look('cache-size', 'fail'))[1]).toBe(
      'the cache holds 0; gc was tried, too lately for this look to judge',
    )
  })

  test('the remedy does not work: FAIL is said at the next look, and says so', async () => {
    const { world, look } = createStory()
    Object.assign(world, { entries: 200, works: false })
    expect(await look()).toEqual(['warn', 'the cache holds 200; purge-cache is being tried'])
    expect(await look()).toEqual(['fail', 'the cache holds 200; purge-cache did not help'])
    expect(await look()).toEqual(['fail', 'the cache holds 200; purge-cache did not help'])
    expect(world.purges).toBe(1)
  })

  test('a check without a ladder is heard as it looked', async () => {
    const { look } = createStory()
    expect(await look('disk-usage', 'fail')).toEqual(['fail', 'the cache holds 0'])
  })

  test('what is said to have failed stays so while a remedy is tried again', async () => {
    const { clock, world, look } = createStory()
    Object.assign(world, { entries: 200 })
    expect((await look())[0]).toBe('warn')
    expect((await look())[0]).toBe('pass')
    world.entries = 300
    expect(await look()).toEqual([
      'fail',
      'the cache holds 300; purge-cache ran less than 1 min ago, and is tried again once that time is over',
    ])
    await clock.advance(60_000)
    expect(await look()).toEqual(['fail', 'the cache holds 300; purge-cache is being tried'])
    expect((await look())[0]).toBe('pass')
  })

  test('the budget of an hour is kept: then FAIL stands', async () => {
    const { clock, world, look } = createStory({ ladders: [{ ...LADDER, perHour: 2, cooldownMs: 0 }] })
    for (const said of ['warn', 'warn', 'fail']) {
      world.entries = 200
      expect((await look())[0]).toBe(said)
      await look()
    }
    expect(world.purges).toBe(2)
    expect(await look()).toEqual([
      'fail',
      'the cache holds 200; no remedy is tried: 2 attempts an hour are allowed, and were made',
    ])
    await clock.advance(3_600_000)
    await look()
    expect(world.purges).toBe(3)
  })

  test('a dry run says what would be tried, tries nothing, and holds up nothing', async () => {
    const { world, remedies, look } = createStory({ dryRun: true })
    world.entries = 200
    expect(await look()).toEqual(['fail', 'the cache holds 200; purge-cache would be tried (dry run)'])
    expect(await look()).toEqual(['fail', 'the cache holds 200'])
    expect(world.purges).toBe(0)
    expect(remedies.attempts()).toEqual([expect.objectContaining({ remedy: 'purge-cache', result: 'dry-run' })])
  })
})

describe('attempts', () => {
  test('each is on record, with its effect, and later with whether it helped', async () => {
    const { world, remedies, look } = createStory()
    world.entries = 200
    await look()
    const attempt = {
      remedy: 'purge-cache',
      check: 'cache-size',
      because: 'the cache holds 200',
      ahead: 'fail',
      at: Date.UTC(2026, 0, 1) + 1_000 + EVERY_MS,
      tookMs: 0,
      result: 'done',
      report: { remedy: 'purge-cache', entries: { before: 200, after: 0 } },
    }
    expect(remedies.attempts()).toEqual([attempt])
    await look()
    expect(remedies.attempts()).toEqual([{ ...attempt, helped: true }])
    expect(world.told).toEqual([attempt, { ...attempt, helped: true }])
  })

  test('that it was tried before anything was said is on record; for what is said already, that is not', async () => {
    const { world, remedies, look } = createStory({ ladders: [{ ...LADDER, cooldownMs: EVERY_MS }] })
    world.entries = 200
    world.works = false
    await look()
    await look()
    await look('cache-size', 'pass')
    await look('cache-size', 'pass')
    expect((await look())[0]).toBe('warn')
    await look()
    await look()
    expect(remedies.attempts().map(({ ahead }) => ahead)).toEqual(['fail', 'fail'])
    const said = { name: 'cache-size', because: 'x', tookMs: 1, said: 'fail' } as const
    remedies.temper({ ...said, status: 'pass' })
    remedies.temper({ ...said, status: 'fail' })
    await settle()
    expect(remedies.attempts().at(-1)).not.toHaveProperty('ahead')
  })

  test('one that throws is on record with its reason, and the verdict stands at the next look', async () => {
    const broken: Remedy = { name: 'purge-cache', about: '', run: () => Promise.reject(new Error('no such cache')) }
    const { world, remedies, look } = createStory({ remedies: [broken] })
    world.entries = 200
    await look()
    expect((await look())[0]).toBe('fail')
    expect(remedies.attempts()).toMatchObject([{ result: 'failed', error: 'no such cache', helped: false }])
  })

  test('one that throws at once, too', async () => {
    const throws = (): never => {
      throw new Error('not even begun')
    }
    const { world, remedies, look } = createStory({ remedies: [{ name: 'purge-cache', about: '', run: throws }] })
    world.entries = 200
    await look()
    expect(remedies.attempts()).toMatchObject([{ result: 'failed', error: 'not even begun' }])
  })

  test('one that does not return is given up, told so by its signal, and holds up no verdict; no other is begun', async () => {
    let back = () => {}
    let aborted = false
    const hangs: Remedy = {
      name: 'hangs',
      about: '',
      run: (signal) =>
        new Promise((resolve) => {
          back = () => resolve({ remedy: 'hangs' })
          signal?.addEventListener('abort', () => {
            aborted = true
          })
        }),
    }
    const ladders = [
      { ...LADDER, remedies: ['hangs'] },
      { ...LADDER, check: 'other', remedies: ['purge-cache'] },
    ]
    const { world, remedies, look } = createStory({ remedies: [hangs, purgeOf(() => world.purges++)], ladders })
    expect((await look('cache-size', 'fail'))[0]).toBe('warn')
    expect(await look('other', 'fail')).toEqual([
      'warn',
      'the cache holds 0; purge-cache is to be tried after another remedy',
    ])
    await look('cache-size', 'fail')
    expect([remedies.attempts().at(-1)?.result, aborted]).toEqual(['late', true])
    expect((await look('cache-size', 'fail'))[0]).toBe('fail')
    expect((await look('other', 'fail'))[0]).toBe('fail')
    await expect(remedies.list[1]?.run()).rejects.toMatchObject({ status: 503, expose: true })
    // Who asks for the very one that does not return is not kept waiting either.
    await expect(remedies.list[0]?.run()).rejects.toMatchObject({ status: 503, expose: true })
    expect(world.purges).toBe(0)
    back()
    await settle()
    await look('other', 'fail')
    expect(world.purges).toBe(1)
  })

  test('only the newest fifty are kept', async () => {
    const { remedies } = createStory()
    for (let count = 0; count < 60; count++) await remedies.list[0]?.run()
    expect(remedies.attempts()).toHaveLength(50)
  })
})

function purgeOf(purge: () => void, entries?: RemedyReport['entries']): Remedy {
  return {
    name: 'purge-cache',
    about: '',
    async run() {
      purge()
      return { remedy: 'purge-cache', ...(entries && { entries }) }
    },
  }
}

describe('by hand', () => {
  test('a remedy runs whatever the cooldown and the budget, and is on record without a check', async () => {
    const { world, remedies } = createStory()
    world.entries = 20
    expect(await remedies.list[0]?.run()).toEqual({ remedy: 'purge-cache', entries: { before: 20, after: 0 } })
    await remedies.list[0]?.run()
    expect(remedies.attempts()).toHaveLength(2)
    expect(remedies.attempts()[0]).not.toHaveProperty('check')
  })

  test('it never runs beside another: it waits for its end', async () => {
    const { clock, remedies } = createStory({ remedies: slowOnes(['a', 'b', 'c']), ladders: [] })
    const runs = remedies.list.map(({ run }) => run())
    await clock.advance(2_999)
    expect(remedies.attempts().map(({ remedy }) => remedy)).toEqual(['a', 'b'])
    await clock.advance(1)
    expect((await Promise.all(runs)).map(({ remedy }) => remedy)).toEqual(['a', 'b', 'c'])
    expect(most).toBe(1)

    function slowOnes(names: readonly string[]): readonly Remedy[] {
      return names.map((name) => ({
        name,
        about: '',
        async run() {
          most = Math.max(most, ++atOnce)
          await clock.sleep(1_000)
          atOnce--
          return { remedy: name }
        },
      }))
    }
  })
  let [atOnce, most] = [0, 0]

  test('two who ask for the same share one run', async () => {
    const { world, remedies } = createStory()
    await Promise.all([remedies.list[0]?.run(), remedies.list[0]?.run()])
    expect([world.purges, remedies.attempts().length]).toEqual([1, 1])
  })

  test('two checks that want the same share it, too', async () => {
    const ladders = [LADDER, { ...LADDER, check: 'memory-growth' }]
    const { world, look } = createStory({ ladders })
    world.entries = 200
    world.works = false
    expect((await look('cache-size', 'fail'))[0]).toBe('warn')
    expect((await look('memory-growth', 'fail'))[0]).toBe('fail')
    expect(world.purges).toBe(1)
  })
})
