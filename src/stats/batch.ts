/**
 * Keeps numbers aside, and hands them on many at a time. Whoever counts a number looks at half a dozen places in memory; between two
 * requests all of them have left the processor's cache, and to fetch them takes longer than to count. One after another they are fetched once.
 */
export class Batch {
  // An array of numbers, not a typed one: its numbers stand in one place with their length, a typed array's in another place than itself.
  readonly #kept: number[] = new Array(SIZE).fill(0.5)
  #count = 0
  readonly #take: (kept: readonly number[], count: number) => void

  /** @param take handed an array of which so many numbers, from the first on, are meant */
  constructor(take: (kept: readonly number[], count: number) => void) {
    this.#take = take
  }

  add(value: number): void {
    this.#kept[this.#count++] = value
    if (this.#count === this.#kept.length) this.settle()
  }

  /** Hands on what is kept: before anybody reads what becomes of it. */
  settle(): void {
    if (this.#count > 0) this.#take(this.#kept, this.#count)
    this.#count = 0
  }
}

/** 512 bytes. */
const SIZE = 64
