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
  const waits = new WeakMap<object, { readonly ms: number; readonly until: number }>()
  let waitsUntil = Number.NEGATIVE_INFINITY
  let isBusy = false
  let checkAt = clock.now() + CHECK_MS
  /** When the first request of this turn was begun, while others may come in it. */
  let turnAt: number | undefined
  const begin = () => {
    if (turnAt !== undefined) return turnAt
    const now = clock.now()
    if (now >= checkAt) {
      isBusy = utilization() > BUSY
      checkAt = now + CHECK_MS
    }
    if (!isBusy) return now
    turnAt = now
    // Behind all that the kernel had to tell in this turn.
    setImmediate(() => {
      turnAt = undefined
    })
    return now
  }
  return {
    waited(connection, milliseconds) {
      waitsUntil = clock.now() + REMEMBER_MS
      waits.set(connection, { ms: milliseconds, until: waitsUntil })
    },
    came(connection) {
      const begun = begin()
      if (begun > waitsUntil) return begun
      const taken = takenUp(connection)
      const { ms, until } = waits.get(taken) ?? { ms: 0, until: 0 }
      // Only the first request on it waited for that.
      waits.delete(taken)
      return begun > until ? begun : begun - ms
    },
  }
}

/** The socket that was taken up: that of TLS stands on it, which no document says how to find. */
function takenUp(connection: object): object {
  // A request that somebody has made up may have no socket.
  return (connection as { readonly _parent?: object | null } | undefined)?._parent ?? connection
}
