import type { Sighting } from '../core/snapshot.ts'

/** How many looks are remembered of each check. */
export const HISTORY_LENGTH = 60

/** The last looks of one check, oldest first. Bounded: the oldest makes room for the newest. */
export class History {
  readonly #length: number
  #sightings: Sighting[] = []

  constructor(length = HISTORY_LENGTH) {
    this.#length = length
  }

  add(sighting: Sighting): void {
    this.#sightings.push(Object.freeze(sighting))
    if (this.#sightings.length > this.#length) this.#sightings.shift()
  }

  all(): readonly Sighting[] {
    return [...this.#sightings]
  }
}
