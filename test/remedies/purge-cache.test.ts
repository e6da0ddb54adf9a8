import { describe, expect, test } from 'vitest'
import { createCaches } from '../../src/host/caches.ts'
import { collectGarbage } from '../../src/remedies/collect-garbage.ts'
import { purgeCache } from '../../src/remedies/purge-cache.ts'
import { createRemedies } from '../../src/remedies/remedies.ts'
import { FakeClock } from '../fake-clock.ts'

function cacheOf(name: string, entries: number, bytesEach?: number) {
  const kept = new Set(Array.from({ length: entries }, (_, index) => index))
  const bytes = bytesEach === undefined ? {} : { bytes: () => kept.size * bytesEach }
  return { name, size: () => kept.size, purge: () => kept.clear(), ...bytes }
}

describe('purge-cache', () => {
  test('empties every cache, and says what each held; bytes only of those that know them', async () => {
    const caches = createCaches()
    caches.register(cacheOf('greetings', 3))
    caches.register(cacheOf('pages', 5, 100))
    expect(await purgeCache(caches).run()).toEqual({
      remedy: 'purge-cache',
      entries: { before: 8, after: 0 },
      bytes: { before: 500, after: 0 },
      caches: { greetings: { before: 3, after: 0 }, pages: { before: 5, after: 0 } },
    })
  })

  test('one that fails keeps no other from being emptied, and the others are told', async () => {
    const broken = { ...cacheOf('broken', 5), purge: () => Promise.reject(new Error('it is closed')) }
    const [full, caches] = [cacheOf('full', 7), createCaches()]
    for (const cache of [broken, full]) caches.register(cache)
    await expect(purgeCache(caches).run()).rejects.toThrow('broken: it is closed; full was emptied (7 → 0)')
    expect(full.size()).toBe(0)
  })

  test('asked twice at once it runs once, and answers both', async () => {
    const caches = createCaches()
    let purges = 0
    caches.register({ name: 'counted', size: () => 1, purge: () => void purges++ })
    const remedy = purgeCache(caches)
    const [one, two] = await Promise.all([remedy.run(), remedy.run()])
    expect([one === two, purges]).toEqual([true, 1])
  })

  test('of some empties these alone, and shares no run with the whole', async () => {
    const caches = createCaches()
    caches.register(cacheOf('greetings', 3))
    caches.register(cacheOf('pages', 5))
    const { list } = createRemedies({ clock: new FakeClock(), remedies: [purgeCache(caches)], ladders: [] })
    const some = list[0]?.only?.(['pages'])
    expect(await Promise.all([some?.run(), list[0]?.run()])).toMatchObject([
      { entries: { before: 5, after: 0 }, caches: { pages: { before: 5, after: 0 } } },
      { entries: { before: 3, after: 0 }, caches: { greetings: { before: 3 }, pages: { before: 0 } } },
    ])
  })

  test.each([
    [[], 'typo: no cache of this name is registered; none is'],
    [['greetings', 'pages'], 'typo: no cache of this name is registered; there is greetings, pages'],
  ])('of one that is not registered is refused; registered are %j', (names, message) => {
    const caches = createCaches()
    for (const name of names) caches.register(cacheOf(name, 1))
    expect(() => purgeCache(caches).only?.(['typo'])).toThrow(expect.objectContaining({ status: 404, message }))
  })
})

describe('gc', () => {
  test('collects, and says what was in use before and after', async () => {
    let collections = 0
    const remedy = collectGarbage(() => void collections++)
    const report = await remedy?.run()
    expect(collections).toBe(1)
    expect(report).toEqual({ remedy: 'gc', bytes: { before: expect.any(Number), after: expect.any(Number) } })
    expect(report?.bytes?.before).toBeGreaterThan(1e6)
  })

  test('is not there where Node does not expose it', () => {
    expect(collectGarbage(undefined)).toBeUndefined()
  })
})
