import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { LRUCache } from 'lru-cache'
import type { Cache } from '../core/surroundings.ts'

/** Finds the lru-caches of this process, whoever made them. */
export interface LruFinder {
  /** Begins to look; the function that it returns ends it. When the last one has ended, what was found is forgotten. */
  watch(): () => void
  /** What was found and is still alive, but for those behind a registered cache. */
  found(registered: ReadonlySet<object | undefined>): readonly Cache[]
}

/** Found caches have no names: they are numbered in the order in which they were found. */
export const FOUND_NAME = /^lru-cache-\d+$/

/**
 * How many are shown at once. Names become metric labels, and a program that makes a cache for each request would
 * make labels without end. A number is given again once its cache has been collected.
 */
export const MOST_FOUND = 32

/**
 * lru-cache publishes each operation as it happens: get, set, has, peek, memo and delete on the first channel,
 * fetch on the second. Listening costs each some 0.3 µs. A cache that nobody touches is therefore not found; one that was filled before is, at its next use.
 */
const CHANNELS = ['lru-cache:metrics', 'tracing:lru-cache:start']

type AnyLru = Pick<LRUCache<object, object>, 'size' | 'max' | 'clear'>

interface Found {
  readonly name: string
  /** Weak: looking at a cache must not be what keeps it, and all that it holds, in memory. */
  readonly cache: WeakRef<AnyLru>
  hits: number
  misses: number
}

export function createLruFinder(): LruFinder {
  const places: (Found | undefined)[] = new Array(MOST_FOUND).fill(undefined)
  let known = new WeakMap<object, Found>()
  /** Those for whom there was no place, until somebody asks again: the search for one is too long for each operation. */
  let waiting = new WeakSet<object>()
  let watching = 0

  const notice = (message: unknown) => {
    const cache = cacheIn(message)
    if (!cache || waiting.has(cache)) return
    const found = known.get(cache) ?? place(cache)
    if (found) count(found, message as Operation)
    else waiting.add(cache)
  }

  const place = (cache: AnyLru): Found | undefined => {
    const free = places.findIndex((taken) => taken?.cache.deref() === undefined)
    if (free < 0) return undefined
    const found = { name: `lru-cache-${free + 1}`, cache: new WeakRef(cache), hits: 0, misses: 0 }
    places[free] = found
    known.set(cache, found)
    return found
  }

  const forget = () => {
    places.fill(undefined)
    known = new WeakMap()
    waiting = new WeakSet()
  }

  return {
    watch() {
      if (watching++ === 0) for (const channel of CHANNELS) subscribe(channel, notice)
      let ended = false
      return () => {
        if (ended) return
        ended = true
        if (--watching > 0) return
        for (const channel of CHANNELS) unsubscribe(channel, notice)
        forget()
      }
    },
    found(registered) {
      waiting = new WeakSet()
      return places.flatMap((found) => {
        const cache = found?.cache.deref()
        return found && cache && !registered.has(cache) ? [shownAs(found)] : []
      })
    },
  }
}

/** What lru-cache says of an operation. It has the key and the value too: they are nobody's business, and not looked at. */
interface Operation {
  readonly op?: string
  readonly get?: string
  readonly memo?: string
  readonly fetch?: string
  readonly returnedStale?: boolean
}

/** A listener that throws would end the process, so that nothing is taken for granted about what was published. */
function cacheIn(message: unknown): AnyLru | undefined {
  const cache = (message as { cache?: Partial<AnyLru> } | null | undefined)?.cache
  return typeof cache?.size === 'number' && typeof cache.clear === 'function' ? (cache as AnyLru) : undefined
}

/** Only look-ups are counted; one that waits for another's fetch is neither a hit nor a miss. */
function count(found: Found, operation: Operation): void {
  const outcome = outcomeOf(operation)
  if (outcome === 'hit' || (outcome === 'stale' && operation.returnedStale)) found.hits++
  else if (outcome === 'miss' || outcome === 'stale') found.misses++
}

/** By `op`, since a caller who reuses an options object leaves the outcomes of earlier operations in the message. */
function outcomeOf({ op, get, memo, fetch }: Operation): string | undefined {
  if (op === 'get') return get
  if (op === 'memo') return memo
  if (op === 'fetch') return fetch === 'get' ? get : fetch
  return undefined
}

/** Its sizes are in a unit of the application's own, bytes or not: so they are left out. */
function shownAs(found: Found): Cache {
  const cache = found.cache.deref()
  return {
    name: found.name,
    found: true,
    ...(cache !== undefined && cache.max > 0 && Number.isFinite(cache.max) && { max: cache.max }),
    size: () => found.cache.deref()?.size ?? 0,
    hits: () => found.hits,
    misses: () => found.misses,
    purge: () => found.cache.deref()?.clear(),
  }
}
