import { shown } from '../core/setup-error.ts'
import type { Cache, Caches } from '../core/surroundings.ts'
import { createLruFinder, FOUND_NAME } from './lru-finder.ts'

/**
 * The caches of one service. Two services in one process each have their own, and do not disturb each other:
 * a cache registered with one is unknown to the other, and one may stop watching while the other goes on.
 */
export function createCaches(): Caches {
  const registered = new Map<string, Cache>()
  const finder = createLruFinder()
  return {
    register(cache) {
      refuseName(cache.name, registered)
      registered.set(cache.name, cache)
      return () => {
        // Called twice, or late, it must not forget another cache that has taken the name since.
        if (registered.get(cache.name) === cache) registered.delete(cache.name)
      }
    },
    all() {
      const known = [...registered.values()]
      return [...known, ...finder.found(new Set(known.map(({ instance }) => instance)))]
    },
    watch: finder.watch,
  }
}

function refuseName(name: string, registered: ReadonlyMap<string, Cache>): void {
  if (typeof name !== 'string' || name === '') throw new Error(`a cache needs a name; got ${shown(name)}`)
  if (registered.has(name)) throw new Error(`two caches are named ${name}; each needs its own name`)
  if (FOUND_NAME.test(name)) throw new Error(`${name} is a name for caches that are found; give this one another`)
}
