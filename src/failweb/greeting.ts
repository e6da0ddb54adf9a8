import { LRUCache } from 'lru-cache'
import type { Cache } from '../core/surroundings.ts'

/** The longest name that is greeted. */
export const LONGEST_NAME = 64

/** Greets, and keeps each greeting: by default without a limit, the everyday bug that `cache-size` is there to see. */
export interface Greeter {
  /** `Hello, World!`, or `Hello, NAME!`; no newline. */
  greet(name?: string): string
  /** The greeting cache. */
  readonly cache: Cache
}

export interface GreeterSettings {
  /** How many greetings are kept at most; 0, the default, keeps all. */
  readonly maxEntries?: number
}

export function createGreeter({ maxEntries = 0 }: GreeterSettings = {}): Greeter {
  const greetings = maxEntries > 0 ? new LRUCache<string, string>({ max: maxEntries }) : new Map<string, string>()
  let hits = 0
  let misses = 0
  return {
    greet(name) {
      if (name === undefined) return 'Hello, World!'
      const kept = greetings.get(name)
      if (kept !== undefined) {
        hits++
        return kept
      }
      misses++
      const greeting = `Hello, ${name}!`
      greetings.set(name, greeting)
      return greeting
    },
    cache: {
      name: 'greetings',
      instance: greetings,
      size: () => greetings.size,
      ...(maxEntries > 0 && { max: maxEntries }),
      hits: () => hits,
      misses: () => misses,
      purge: () => greetings.clear(),
    },
  }
}
