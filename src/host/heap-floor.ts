import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'

/** What the major collections since the last look left behind. */
export interface Collected {
  /** How many there were; several within one turn of the event loop are one. */
  readonly majors: number
  /** How long they took together, in milliseconds; 0 while the heap is far from its ceiling. */
  readonly majorMs: number
  /** The least that one of them left in the old generation; absent when there was none. */
  readonly floorBytes?: number
  /** The least memory outside the heap (array buffers included) after one of them. */
  readonly externalBytes?: number
  /** What the newest one ever has left, in the old generation and outside of the heap; absent before the first. */
  readonly newestBytes?: number
  readonly newestExternalBytes?: number
  /** What the last three ever have all left at least; absent before there were three. */
  readonly lastThreeBytes?: number
}

/** Spaces that a major collection empties or never touches: they say nothing about what is held. */
const NOT_HELD = new Set(['read_only_space', 'new_space', 'new_large_object_space'])

/** From this share of the ceiling on it is also watched how long collections take: below it there is room, however much V8 collects. */
const NEAR = 0.5

/**
 * Watches what is left after each major garbage collection. The raw heap swings by half its size between collections; its floor is
 * almost free of noise.
 *
 * That one has been is told by an object that nobody holds: it is finalized after a major collection only. To hear of each collection from
 * Node (a `PerformanceObserver`) costs a busy service 1 to 3 % of its time (`npm run bench -- greeting`), most of it for minor ones, and is
 * done only near the ceiling.
 */
export class HeapFloor {
  readonly #ceilingBytes: number
  readonly #unheld = new FinalizationRegistry(() => this.#collected())
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#lasted(entry)
  })
  readonly #lastThree: number[] = []
  #isClosed = false
  #isNear = false
  #majors = 0
  #majorMs = 0
  #floor = Number.POSITIVE_INFINITY
  #external = Number.POSITIVE_INFINITY
  #newestExternal = 0

  /** @param ceilingBytes from where on V8 may give up, as the old generation counts it */
  constructor(ceilingBytes: number) {
    this.#ceilingBytes = ceilingBytes
    this.#leave()
  }

  /** What there was since the last call of `look`. */
  look(): Collected {
    const [majors, majorMs, floor, external] = [this.#majors, this.#majorMs, this.#floor, this.#external]
    this.#majors = 0
    this.#majorMs = 0
    this.#floor = Number.POSITIVE_INFINITY
    this.#external = Number.POSITIVE_INFINITY
    const newest = this.#lastThree.at(-1)
    return {
      majors,
      majorMs,
      ...(majors > 0 && { floorBytes: floor, externalBytes: external }),
      ...(newest !== undefined && { newestBytes: newest, newestExternalBytes: this.#newestExternal }),
      ...(this.#lastThree.length === 3 && { lastThreeBytes: Math.min(...this.#lastThree) }),
    }
  }

  close(): void {
    this.#isClosed = true
    this.#observer.disconnect()
  }

  /** Leaves an object for the next major collection. */
  #leave(): void {
    this.#unheld.register({}, undefined)
  }

  #collected(): void {
    if (this.#isClosed) return
    this.#leave()
    const floor = oldGenerationBytes()
    this.#majors++
    this.#floor = Math.min(this.#floor, floor)
    this.#newestExternal = getHeapStatistics().external_memory
    this.#external = Math.min(this.#external, this.#newestExternal)
    this.#lastThree.push(floor)
    if (this.#lastThree.length > 3) this.#lastThree.shift()
    this.#mindTime(floor >= NEAR * this.#ceilingBytes)
  }

  #mindTime(isNear: boolean): void {
    if (isNear === this.#isNear) return
    this.#isNear = isNear
    if (isNear) this.#observer.observe({ entryTypes: ['gc'] })
    else this.#observer.disconnect()
  }

  #lasted({ detail, duration }: { readonly detail?: unknown; readonly duration: number }): void {
    if ((detail as { kind?: number } | undefined)?.kind === constants.NODE_PERFORMANCE_GC_MAJOR)
      this.#majorMs += duration
  }
}

/** Old objects, large objects and code, garbage that is not collected yet included. */
export function oldGenerationBytes(): number {
  return getHeapSpaceStatistics().reduce(
    (sum, { space_name, space_used_size }) => (NOT_HELD.has(space_name) ? sum : sum + space_used_size),
    0,
  )
}
