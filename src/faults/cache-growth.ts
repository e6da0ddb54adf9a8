import type { Caches } from '../core/surroundings.ts'
import { defineFault, type FillableCache } from './fault.ts'
import { flag, number, whole } from './fields.ts'
import { atRate } from './pace.ts'

/** The name under which the fault's own cache is known while it lasts. */
export const OWN_CACHE = 'fault-cache-growth'

/**
 * Fills a cache with what nobody will ask for again. What it put into the service's own cache stays there when it ends, as
 * anything else would, until `purge-cache`; a cache of its own goes with it.
 */
export const cacheGrowthFault = defineFault({
  name: 'cache-growth',
  about: 'fills the cache of the service, or one of its own',
  fields: ({ cacheEntries }) => ({
    entriesPerSecond: number({ min: 0.1, max: 1_000_000, fallback: 1_000 }),
    maxEntries: whole({ min: 1, max: cacheEntries, fallback: cacheEntries }),
    own: flag(false),
  }),
  begin({ entriesPerSecond, maxEntries, own }, bench) {
    const { caches, cache } = bench.surroundings
    const filled = own || !cache ? ownCache(caches) : { ...lent(cache), end: () => {} }
    // Keys of an earlier time would be found again, and nothing would grow.
    const run = `fault ${bench.clock.date().getTime()}`
    let put = 0
    const work = atRate(entriesPerSecond, bench, (due) => {
      for (let left = due; left > 0 && filled.size() < maxEntries; left--) filled.put(`${run} ${++put}`)
    })
    return { work, progress: () => ({ put_entries: put, entries: filled.size() }), end: filled.end }
  },
})

function lent(cache: FillableCache): FillableCache {
  return { put: (key) => cache.put(key), size: () => cache.size() }
}

function ownCache(caches: Caches): FillableCache & { end(): void } {
  const entries = new Map<string, string>()
  const size = () => entries.size
  const purge = () => entries.clear()
  const forget = caches.register({ name: OWN_CACHE, instance: entries, size, purge })
  return {
    put: (key) => void entries.set(key, `kept for ${key}`),
    size,
    end() {
      forget()
      purge()
    },
  }
}
