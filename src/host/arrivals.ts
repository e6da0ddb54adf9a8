import type { Clock } from '../core/clock.ts'
import type { Arrivals } from '../core/surroundings.ts'
import { watchUtilization } from './utilization.ts'

/** How often it is asked whether the loop is busy. */
const CHECK_MS = 200
/** A connection that was taken up and asks nothing for so long is one that its caller keeps in reserve. */
const REMEMBER_MS = 60_000
/** A loop that works for less of the time than this lets nobody wait for others. */
const BUSY = 0.9

/**
 * When requests came, as far as that can be known: what a request's own code sees is only when its turn was. All that a turn of the loop brings
 * had come before the first of it was begun: the others waited for that one. That is heeded while the loop is busy, and then costs less than to
 * read the clock for each; else a turn brings one request, and to hear of the turn's end would cost as much as all other measuring.
 * @param utilization the share of the time since it was last asked in which the loop worked
 */
export function createArrivals(clock: Clock, utilization: () => number = watchUtilization()): Arrivals {
  return new Turns(clock, utilization)
}

/** No turn is going on in which others may come: the clock never says this. */
const NO_TURN = -1

/** Numbers are in fields, which V8 keeps as they are: variables of a closure it looks at anew each time, whether they are numbers at all. */
class Turns implements Arrivals {
  readonly #clock: Clock
  readonly #utilization: () => number
  readonly #waits = new WeakMap<object, { readonly ms: number; readonly until: number }>()
  #waitsUntil = Number.NEGATIVE_INFINITY
  #isBusy = false
  #checkAt: number
  /** When the first request of this turn was begun, while others may come in it. */
  #turnAt = NO_TURN
  readonly #endTurn = () => {
    this.#turnAt = NO_TURN
  }

  constructor(clock: Clock, utilization: () => number) {
    this.#clock = clock
    this.#utilization = utilization
    this.#checkAt = clock.now() + CHECK_MS
  }

  waited(connection: object, milliseconds: number): void {
    this.#waitsUntil = this.#clock.now() + REMEMBER_MS
    this.#waits.set(connection, { ms: milliseconds, until: this.#waitsUntil })
  }

  came(connection: object): number {
    const turnAt = this.#turnAt
    const begun = turnAt >= 0 ? turnAt : this.#begin()
    return begun > this.#waitsUntil ? begun : begun - this.#waitOf(connection, begun)
  }

  #begin(): number {
    const now = this.#clock.now()
    if (now >= this.#checkAt) {
      this.#isBusy = this.#utilization() > BUSY
      this.#checkAt = now + CHECK_MS
    }
    if (!this.#isBusy) return now
    this.#turnAt = now
    // Behind all that the kernel had to tell in this turn.
    setImmediate(this.#endTurn)
    return now
  }

  /** What a connection waited, once: only the first request on it waited for that. */
  #waitOf(connection: object, begun: number): number {
    const taken = takenUp(connection)
    const { ms, until } = this.#waits.get(taken) ?? { ms: 0, until: 0 }
    this.#waits.delete(taken)
    return begun > until ? 0 : ms
  }
}

/** The socket that was taken up: that of TLS stands on it, which no document says how to find. */
function takenUp(connection: object): object {
  // A request that somebody has made up may have no socket.
  return (connection as { readonly _parent?: object | null } | undefined)?._parent ?? connection
}
