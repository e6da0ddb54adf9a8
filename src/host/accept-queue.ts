import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'

/**
 * The kernel's queue of connections that nobody has taken up yet. libuv takes up one of them in each turn of the loop (since 1.45): where
 * more come than the loop has turns, all wait here, before a request is read, so that no trip has begun, while no turn is long enough to
 * be a stall. With 5 ms of work a request and 230 connections a second, callers waited 2.9 s, and trips took 6 ms
 * (`npx tsx test/bench/detection/main.ts queue`).
 */
export interface AcceptQueue {
  /** How many connections this process has taken up since it was begun to watch. */
  taken(): number
  /** Follows an own connection that is about to be made. */
  follow(): FollowedConnection
  stop(): void
}

export interface FollowedConnection {
  /** Says which one it is, as soon as that is known: it is connected. */
  is(localPort: number | undefined): void
  /**
   * For how many milliseconds it has waited since `from`: until it was taken up, or until now if its patience is at an end. (A queue that
   * is full takes in no more: then it is not even connected.) Undefined where it ended otherwise, or where its like are taken up elsewhere,
   * as behind a proxy.
   */
  waited(from: number, isGivenUp: boolean): number | undefined
  end(): void
}

/** Node publishes each connection that a server of this process has taken up, on whatever port. */
const CHANNEL = 'net.server.socket'

export function watchAcceptQueue(clock: Clock): AcceptQueue {
  const followers = new Set<(remotePort: number | undefined) => void>()
  let taken = 0
  let isHere = false
  const take = (message: unknown) => {
    taken++
    if (followers.size === 0) return
    const { remotePort } = (message as { readonly socket: Socket }).socket
    for (const follow of followers) follow(remotePort)
  }
  subscribe(CHANNEL, take)
  return {
    taken: () => taken,
    follow() {
      // It may be taken up before the end that connects knows its own port.
      const since = new Map<number | undefined, number>()
      const follow = (remotePort: number | undefined) => since.set(remotePort, clock.now())
      let own: number | undefined
      followers.add(follow)
      return {
        is(localPort) {
          own = localPort
        },
        waited(from, isGivenUp) {
          const takenAt = own === undefined ? undefined : since.get(own)
          isHere ||= takenAt !== undefined
          if (takenAt !== undefined) return takenAt - from
          return isHere && isGivenUp ? clock.now() - from : undefined
        },
        end: () => followers.delete(follow),
      }
    },
    stop() {
      unsubscribe(CHANNEL, take)
    },
  }
}
