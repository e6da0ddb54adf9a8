import type { Patience } from './standing.ts'

/** How often a check looks, how long a look may take, and how many looks change what is said. */
export interface Rhythm extends Patience {
  readonly everyMs: number
  readonly timeoutMs: number
}

/** For a check that says nothing about its rhythm. */
export const DEFAULT_RHYTHM: Rhythm = { everyMs: 10_000, timeoutMs: 1_000, toWorsen: 2, toRecover: 2 }

/** A verdict is good for this many rounds without a look. */
const SHELF_ROUNDS = 3

/** For how long after a look its verdict may be told. */
export function shelfLifeMs({ everyMs, timeoutMs }: Pick<Rhythm, 'everyMs' | 'timeoutMs'>): number {
  return SHELF_ROUNDS * everyMs + timeoutMs
}

/** The longest delay that a Node timer keeps; a longer one would fire at once. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1
