import { SetupError, shown } from '../core/setup-error.ts'
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
      const mistakes = mistakesIn(cache, registered)
      if (mistakes.length > 0) throw new SetupError(mistakes)
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

/** What each method is for, and whether a cache may be without it. */
const METHODS = {
  size: ['that tells how many entries it holds', false],
  purge: ['that empties it', false],
  bytes: ['that tells how many bytes it holds', true],
  hits: ['that tells how many look-ups found', true],
  misses: ['that tells how many look-ups did not find', true],
} as const

/** What can be told without asking it anything; what it answers is seen at each look. */
function mistakesIn(cache: Partial<Record<keyof Cache, unknown>>, registered: ReadonlyMap<string, Cache>): string[] {
  if (typeof cache !== 'object' || cache === null)
    return [`a cache: expected an object with name, size and purge; got ${shown(cache)}`]
  const { name } = cache
  const isNamed = typeof name === 'string' && name !== ''
  const who = isNamed ? `cache ${name}` : 'a cache'
  const methods = Object.entries(METHODS).flatMap(([method, [what, isOptional]]) => {
    const got = cache[method as keyof typeof METHODS]
    if (typeof got === 'function' || (isOptional && got === undefined)) return []
    return [`${who}: ${method}: expected a function ${what}; got ${shown(got)}`]
  })
  return [
    ...(isNamed ? mistakesInName(name, registered) : [`a cache: name: expected some text; got ${shown(name)}`]),
    ...methods,
  ]
}

function mistakesInName(name: string, registered: ReadonlyMap<string, Cache>): readonly string[] {
  if (registered.has(name)) return [`two caches are named ${name}; each needs its own name`]
  return FOUND_NAME.test(name) ? [`${name} is a name for caches that are found; give this one another`] : []
}
