import { LogLinear } from './log-linear.ts'

/** Trip times of the newest stretches of time, each a slot that is emptied when its turn comes again. */
export class Ring {
  readonly #slots: Slot[] = []
  readonly #size: number
  readonly #slotMs: number

  constructor(size: number, slotMs: number) {
    this.#size = size
    this.#slotMs = slotMs
  }

  /** The slot of this moment. */
  at(now: number): Slot {
    const turn = Math.floor(now / this.#slotMs)
    const slot = this.#slots[turn % this.#size]
    return slot?.turn === turn ? slot : this.#renew(turn)
  }

  together(now: number): LogLinear {
    const sum = new LogLinear()
    for (const slot of this.#current(now)) sum.merge(slot.trips)
    return sum
  }

  /** The turns in which a trip, or a wait that was put in, took longer. */
  turnsAbove(milliseconds: number, now: number): readonly number[] {
    return this.#current(now).flatMap(({ turn, trips }) => (trips.countAbove(milliseconds) > 0 ? turn : []))
  }

  /** How long ago the newest of these was, at the least: its slot may have gone on for as long. */
  newestAbove(milliseconds: number, now: number): number | undefined {
    const newest = Math.max(...this.turnsAbove(milliseconds, now))
    return newest >= 0 ? Math.max(0, now - (newest + 1) * this.#slotMs) : undefined
  }

  /** How many trips were recorded, without the waits that were put in. */
  arrived(now: number): number {
    return this.#current(now).reduce((sum, { arrived }) => sum + arrived, 0)
  }

  #current(now: number): readonly Slot[] {
    const newest = Math.floor(now / this.#slotMs)
    // Slots are made as they are needed: filter passes over the places where there is none yet.
    return this.#slots.filter(({ turn }) => turn > newest - this.#size)
  }

  #renew(turn: number): Slot {
    const slot = this.#slots[turn % this.#size] ?? new Slot()
    this.#slots[turn % this.#size] = slot
    slot.renew(turn)
    return slot
  }
}

class Slot {
  readonly trips = new LogLinear()
  turn = -1
  arrived = 0

  arrive(trips: LogLinear): void {
    this.trips.merge(trips)
    this.arrived += trips.count
  }

  renew(turn: number): void {
    this.turn = turn
    this.arrived = 0
    this.trips.clear()
  }
}
