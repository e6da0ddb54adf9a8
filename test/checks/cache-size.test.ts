import { LRUCache } from 'lru-cache'
import { describe, expect, test } from 'vitest'
import { type CacheReading, type CacheSizeReading, cacheSizeCheck } from '../../checks/cache-size.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Sample } from '../../src/core/check.ts'
import type { Samples } from '../../src/core/samples.ts'
import type { Cache } from '../../src/core/surroundings.ts'
import { createCaches } from '../../src/host/caches.ts'
import { surroundings } from '../assignments.ts'

describe('cache-size', () => {
  test.each([
    [0, 'pass', 'greetings holds 0 entries; warns at 10000'],
    [1, 'pass', 'greetings holds 1 entry; warns at 10000'],
    [9_999, 'pass', 'greetings holds 9999 entries; warns at 10000'],
    [10_000, 'warn', 'greetings holds 10000 entries; warns at 10000, fails at 100000; purge-cache empties it'],
    [100_000, 'fail', 'greetings holds 100000 entries; fails at 100000; purge-cache empties it'],
  ])('%d entries: %s, "%s"', (entries, status, because) => {
    expect(judge([{ name: 'greetings', entries }])).toMatchObject({ status, because })
  })

  test('the worst of several speaks, each is a part', () => {
    const verdict = judge([
      { name: 'small', entries: 3 },
      { name: 'big', entries: 20_000 },
    ])
    expect(verdict.because).toMatch(/^big holds 20000 entries/)
    expect(verdict.parts?.map(({ subject, status }) => [subject, status])).toEqual([
      ['small', 'pass'],
      ['big', 'warn'],
    ])
  })

  test('growth is that of the last minute, and the sentence says when it reaches the limit', () => {
    const readings = [0, 600, 1_200, 20_000].map((entries) => [{ name: 'greetings', entries }])
    const verdict = judge(readings[3] ?? [], {}, readings.slice(0, 3))
    expect(verdict.values['entries_per_minute']).toBe(80_000)
    expect(verdict.because).toBe(
      'greetings holds 20000 entries, growing by 80000 a minute (at that rate it fails in 1 min); warns at 10000, fails at 100000; purge-cache empties it',
    )
  })

  test.each([
    [
      100,
      400,
      500,
      'bounded holds 400 entries of at most 500, growing by 3600 a minute (at that rate full in 1.7 s); warns at 10000',
    ],
    [200, 500, 500, 'bounded holds 500 entries of at most 500, growing by 3600 a minute; warns at 10000'],
    [
      98_000,
      99_000,
      200_000,
      'bounded holds 99000 entries of at most 200000, growing by 12000 a minute (at that rate it fails in 5 s); warns at 10000, fails at 100000; purge-cache empties it',
    ],
  ])(
    'a cache that grows from %i to %i is on its way to the limit only if it may hold as many: at most %i',
    (from, to, max, because) => {
      const verdict = judge([{ name: 'bounded', entries: to, max }], {}, [[{ name: 'bounded', entries: from, max }]])
      expect(verdict.because).toBe(because)
    },
  )

  const course = (...entries: readonly number[]) => {
    const settings = { entries: { warnAt: 50, failAt: 100 } }
    const readings = entries.map((count) => [{ name: 'greetings', entries: count }])
    return judge(readings.at(-1) ?? [], settings, readings.slice(0, -1))
  }

  test('one that fills again after it was emptied says how fast, and when it warns', () => {
    expect(course(96, 104, 0).because).toBe('greetings holds 0 entries; warns at 50')
    // What it holds again at that very look says nothing of what came before.
    expect(course(0, 104, 17).because).toBe('greetings holds 17 entries; warns at 50')
    const { because, values } = course(88, 96, 104, 0, 8, 16)
    expect(because).toBe(
      'greetings holds 16 entries, growing by 96 a minute (at that rate it warns in 21 s); warns at 50',
    )
    expect(values['entries_per_minute']).toBe(96)
  })

  test('one that has grown and stands still is not told as growing', () => {
    expect(course(0, 30, 60, 60, 60, 60).because).toBe(
      'greetings holds 60 entries, 60 of them in the last 25 s, none in the last 15 s; warns at 50, fails at 100; purge-cache empties it',
    )
    expect(course(0, 30, 30, 60).because).toContain('growing by 240 a minute (at that rate it fails in 10 s)')
  })

  test('the hit ratio is that of the last minute, not since the start', () => {
    const seen = (hits: number, misses: number) => [{ name: 'greetings', entries: 1, hits, misses }]
    expect(judge(seen(900, 100)).values['hit_ratio']).toBe(0.9)
    expect(judge(seen(901, 103), {}, [seen(900, 100)]).values['hit_ratio']).toBe(0.25)
    expect(judge(seen(900, 100), {}, [seen(900, 100)]).values).not.toHaveProperty('hit_ratio')
    // Made anew under the same name.
    expect(judge(seen(1, 1), {}, [seen(900, 100)]).values['hit_ratio']).toBe(0.5)
  })

  test('bytes have limits only where they are set, and then the worse of the two speaks', () => {
    const reading = [{ name: 'pages', entries: 12, bytes: 600 * 1024 ** 2 }]
    const bytes = { warnAt: 256 * 1024 ** 2, failAt: 512 * 1024 ** 2 }
    expect(judge(reading).status).toBe('pass')
    expect(judge(reading, { bytes })).toMatchObject({
      status: 'fail',
      because: 'pages holds 12 entries (600 MiB); fails at 512 MiB; purge-cache empties it',
    })
  })

  test('one cache may have limits of its own', () => {
    const settings = { caches: { sessions: { entries: { warnAt: 5, failAt: 8 } } } }
    const verdict = judge(
      [
        { name: 'greetings', entries: 100 },
        { name: 'sessions', entries: 8 },
      ],
      settings,
    )
    expect(verdict.because).toBe('sessions holds 8 entries; fails at 8; purge-cache empties it')
  })

  test.each(['constructor', 'toString', '__proto__'])('a cache called %s has the limits of all', (name) => {
    expect(judge([{ name, entries: 100_000 }])).toMatchObject({ status: 'fail' })
    const settings = { caches: { [name]: { entries: { warnAt: 5, failAt: 8 } } } }
    // The other two are no keys to a schema: nobody can be given settings under such a name.
    if (name === 'toString') expect(judge([{ name, entries: 6 }], settings).status).toBe('warn')
  })

  test('no cache is well, and said', () => {
    expect(judge([])).toMatchObject({ status: 'pass', because: expect.stringContaining('no cache is registered') })
  })

  test.each([
    [{ entries: { warnAt: 200_000 } }, /entries\.warnAt: expected at most failAt \(100000\); got 200000/],
    [{ bytes: { warnAt: 2, failAt: 1 } }, /bytes\.warnAt: expected at most failAt \(1\); got 2/],
    [
      { caches: { a: { entries: { warnAt: 2, failAt: 1 } } } },
      /caches\.a\.entries\.warnAt: expected at most failAt \(1\); got 2/,
    ],
    [{ entrys: {} }, /entrys/],
  ])('%j stops the start', (options, message) => {
    expect(() => assign([{ check: cacheSizeCheck, options }])).toThrow(message)
  })
})

describe('a look at the caches', () => {
  test('reads registered caches and found ones, and judges them by their names', async () => {
    const caches = createCaches()
    const held = await cacheSizeCheck.open?.(settingsOf(), { ...surroundings(), caches })
    const lru = new LRUCache<number, string>({ max: 50 })
    for (let key = 0; key < 60; key++) lru.set(key, 'value')
    caches.register(cacheOf('greetings', { size: () => 7, bytes: () => 700, hits: () => 3, misses: () => 1 }))
    if (!held) throw new Error('nothing is held')
    expect(look(held)).toEqual([
      { name: 'greetings', entries: 7, bytes: 700, hits: 3, misses: 1 },
      { name: 'lru-cache-1', entries: 50, max: 50, hits: 0, misses: 0 },
    ])
    await cacheSizeCheck.close?.(held)
    lru.get(1)
    expect(caches.all()).toHaveLength(1)
  })

  test.each([
    ['throws', () => unreachable(), 'broken could not be looked at: it is closed'],
    ['says NaN', () => Number.NaN, 'broken could not be looked at: its entries are NaN'],
    ['says a promise', () => Promise.resolve(3), 'broken could not be looked at: its entries are [object Promise]'],
    ['says nothing', () => undefined, 'broken could not be looked at: its entries are undefined'],
    ['says text', () => '12', 'broken could not be looked at: its entries are 12'],
  ])('a cache that %s makes the check unknown, and hides no failing one', (_, size, message) => {
    const caches = createCaches()
    caches.register(cacheOf('broken', { size: size as () => number }))
    const held = { caches, unwatch: () => {} }
    expect(() => judge(look(held))).toThrow(message)
    caches.register(cacheOf('full', { size: () => 200_000 }))
    expect(judge(look(held))).toMatchObject({ status: 'fail', because: expect.stringContaining(message) })
  })
})

test('a maximum without end is none, and one that throws hides no other cache', () => {
  const caches = createCaches()
  caches.register(cacheOf('endless', { size: () => 3, max: Number.POSITIVE_INFINITY }))
  const held = { caches, unwatch: () => {} }
  expect(judge(look(held))).toMatchObject({ status: 'pass', because: 'endless holds 3 entries; warns at 10000' })
  const broken = {
    name: 'broken',
    size: () => 1,
    purge() {},
    get max() {
      return unreachable()
    },
  }
  caches.register(broken)
  caches.register(cacheOf('full', { size: () => 200_000 }))
  expect(judge(look(held)).status).toBe('fail')
})

function unreachable(): number {
  throw new Error('it is closed')
}

type Held = Parameters<typeof cacheSizeCheck.sense>[0]['held']

function look(held: Held): CacheSizeReading {
  const signal = new AbortController().signal
  return cacheSizeCheck.sense({ settings: settingsOf(), held, signal }) as CacheSizeReading
}

function settingsOf(options: Record<string, unknown> = {}) {
  const [assignment] = assign([{ check: cacheSizeCheck, options }])
  return assignment?.settings as Parameters<typeof cacheSizeCheck.judge>[1]
}

/** Looks five seconds apart. */
function judge(reading: CacheSizeReading, options = {}, before: readonly (readonly CacheReading[])[] = []) {
  const samples = [...before, reading].map((reading, look): Sample<CacheSizeReading> => {
    return { at: look * 5_000, tookMs: 0, reading }
  })
  return cacheSizeCheck.judge(samples as unknown as Samples<CacheSizeReading>, settingsOf(options))
}

function cacheOf(name: string, methods: Partial<Cache>): Cache {
  return { name, size: () => 0, purge: () => {}, ...methods }
}
