import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { LRUCache } from 'lru-cache'
import { afterEach, describe, expect, test } from 'vitest'
import { SetupError } from '../../src/core/setup-error.ts'
import type { Cache, Caches } from '../../src/core/surroundings.ts'
import { createCaches } from '../../src/host/caches.ts'
import { MOST_FOUND } from '../../src/host/lru-finder.ts'
import { settle } from '../fake-clock.ts'

const endings: (() => void)[] = []
afterEach(() => {
  for (const end of endings.splice(0)) end()
})

describe('registered caches', () => {
  test('are known by name until they are unregistered', () => {
    const caches = createCaches()
    const forget = caches.register(mapCache('greetings'))
    caches.register(mapCache('sessions'))
    expect(namesIn(caches)).toEqual(['greetings', 'sessions'])
    forget()
    expect(namesIn(caches)).toEqual(['sessions'])
  })

  test.each([
    ['greetings', 'two caches are named greetings; each needs its own name'],
    ['', 'a cache: name: expected some text; got ""'],
    ['lru-cache-1', 'lru-cache-1 is a name for caches that are found; give this one another'],
  ])('the name %j is refused: %s', (name, message) => {
    const caches = createCaches()
    caches.register(mapCache('greetings'))
    expect(() => caches.register(mapCache(name))).toThrow(message)
    expect(namesIn(caches)).toEqual(['greetings'])
  })

  test.each<[string, unknown, readonly string[]]>([
    [
      'a name alone',
      { name: 'x' },
      [
        'cache x: size: expected a function that tells how many entries it holds; got undefined',
        'cache x: purge: expected a function that empties it; got undefined',
      ],
    ],
    [
      'a number of entries',
      { ...mapCache('x'), size: 4 },
      ['cache x: size: expected a function that tells how many entries it holds; got 4'],
    ],
    [
      'numbers of hits and misses',
      { ...mapCache('x'), hits: 3, misses: null },
      [
        'cache x: hits: expected a function that tells how many look-ups found; got 3',
        'cache x: misses: expected a function that tells how many look-ups did not find; got null',
      ],
    ],
    ['nothing', undefined, ['a cache: expected an object with name, size and purge; got undefined']],
    ['a map', new Map(), ['a cache: name: expected some text; got undefined', expect.any(String), expect.any(String)]],
  ])('what is no cache is refused at once, not found out at a look: %s', (_what, cache, mistakes) => {
    const caches = createCaches()
    expect(() => caches.register(cache as Cache)).toThrow(SetupError)
    expect(() => caches.register(cache as Cache)).toThrow(expect.objectContaining({ mistakes }))
    expect(namesIn(caches)).toEqual([])
  })

  test('an unregistering that comes late leaves alone the cache that has taken the name since', () => {
    const caches = createCaches()
    const forget = caches.register(mapCache('greetings'))
    forget()
    caches.register(mapCache('greetings'))
    forget()
    expect(namesIn(caches)).toEqual(['greetings'])
  })
})

describe('lru-caches that nobody registered', () => {
  test('are found at their first use while somebody watches, with entries, limit, hits and misses', () => {
    const { caches } = watching()
    const lru = new LRUCache<string, number>({ max: 100 })
    expect(caches.all()).toEqual([])
    lru.set('a', 1)
    lru.get('a')
    lru.get('b')
    const [found] = caches.all()
    expect(found?.name).toBe('lru-cache-1')
    expect([found?.size(), found?.max, found?.hits?.(), found?.misses?.()]).toEqual([1, 100, 1, 1])
  })

  test('are found by fetch alone too', async () => {
    const { caches } = watching()
    const lru = new LRUCache<string, number>({ max: 10, fetchMethod: async () => 1 })
    await lru.fetch('a')
    await lru.fetch('a')
    expect(caches.all().map((cache) => [cache.hits?.(), cache.misses?.()])).toEqual([[1, 1]])
  })

  test('a reused options object does not count twice', () => {
    const { caches } = watching()
    const lru = new LRUCache<string, number>({ max: 10 })
    const options = {}
    lru.set('a', 1)
    lru.get('a', options)
    lru.set('a', 2, options)
    expect(caches.all().map((cache) => [cache.hits?.(), cache.misses?.()])).toEqual([[1, 0]])
  })

  test('are emptied by purge', () => {
    const { caches } = watching()
    const lru = new LRUCache<string, number>({ max: 10 })
    lru.set('a', 1)
    for (const cache of caches.all()) void cache.purge()
    expect(lru.size).toBe(0)
  })

  test('one that is behind a registered cache is shown once, under its own name', () => {
    const { caches } = watching()
    const lru = new LRUCache<string, number>({ max: 10 })
    caches.register({ name: 'greetings', instance: lru, size: () => lru.size, purge: () => lru.clear() })
    lru.set('a', 1)
    expect(namesIn(caches)).toEqual(['greetings'])
  })

  test('nothing is found before anybody watches, nor after the last one has ended', () => {
    const caches = createCaches()
    const lru = new LRUCache<string, number>({ max: 10 })
    lru.set('a', 1)
    expect(caches.all()).toEqual([])
    const ends = [caches.watch(), caches.watch()]
    lru.get('a')
    ends[0]?.()
    ends[0]?.()
    expect(namesIn(caches)).toEqual(['lru-cache-1'])
    ends[1]?.()
    lru.get('a')
    expect(caches.all()).toEqual([])
  })

  test('two services in one process count for themselves: one that ends does not blind the other', () => {
    const [one, two] = [watching(), watching()]
    const lru = new LRUCache<string, number>({ max: 10 })
    lru.get('a')
    one.end()
    lru.get('a')
    expect(one.caches.all()).toEqual([])
    expect(two.caches.all().map((cache) => cache.misses?.())).toEqual([2])
  })

  test(`a program that makes a cache for each request makes no more than ${MOST_FOUND} names`, () => {
    const { caches } = watching()
    const many = Array.from({ length: 3 * MOST_FOUND }, () => new LRUCache<string, number>({ max: 10 }))
    for (const lru of many) lru.set('a', 1)
    expect(caches.all()).toHaveLength(MOST_FOUND)
    expect(many.every((lru) => lru.size === 1)).toBe(true)
  })

  test('what was found keeps neither a cache nor its keys alive, and its number is given again', async () => {
    const { caches } = watching()
    const gone = useAndDrop()
    await collected(gone)
    new LRUCache<string, number>({ max: 10 }).set('b', 1)
    expect(namesIn(caches)).toEqual(['lru-cache-1'])
  })
})

function watching(): { readonly caches: Caches; readonly end: () => void } {
  const caches = createCaches()
  const end = caches.watch()
  endings.push(end)
  return { caches, end }
}

function mapCache(name: string): Cache {
  const entries = new Map<string, string>()
  return { name, size: () => entries.size, purge: () => entries.clear() }
}

function namesIn(caches: Caches): readonly string[] {
  return caches.all().map(({ name }) => name)
}

function useAndDrop(): WeakRef<object> {
  const key = { some: 'key' }
  new LRUCache<object, number>({ max: 10 }).set(key, 1)
  return new WeakRef(key)
}

/** Collects garbage until it is gone: `gc` needs a flag, which v8 takes at any time. */
async function collected(ref: WeakRef<object>): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  do {
    // A weak reference that was looked at holds until the end of the job: collect in the next one.
    await settle()
    collect()
    await settle()
  } while (ref.deref())
}
