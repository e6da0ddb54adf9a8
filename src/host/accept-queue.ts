import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'

/**
 * The kernel's queue of connections that nobody has taken up yet. libuv takes up one of them in each turn of the loop (since 1.45): where
 * more come than the loop has turns, all wait here, before a request is read, so that no trip has begun, while no turn is long enough to
 * be a stall. With 5 ms of work a request and 230 connections a second, callers waited 2.7 s, and trips took 5 ms
 * (`npx tsx test/bench/detection/main.ts queue`).
 */
export interface AcceptQueue {
  /** How many connections this process has taken up since it was begun to watch. */
  taken(): number
  /** Follows an own connection that is about to be made. */
  follow(): FollowedConnection
  stop(): void
}

/** How an own request ended: whoever is given up may wait still. */
export type Ending = 'answered' | 'given up' | 'failed'

export interface FollowedConnection {
  /** Says which one it is, as soon as that is known: it is connected. */
  is(end: Pick<Socket, 'localAddress' | 'localPort'>): void
  /**
   * For how many milliseconds it had waited since `from` when it ended: until it was taken up, or until now if it was given up. (A queue
   * that is full takes in no more: then it is not even connected.) Undefined where it ended otherwise, or where its like are answered
   * without being taken up here, as behind a proxy.
   */
  waited(from: number, how: Ending): number | undefined
  end(): void
}

/** Node publishes each connection that a server of this process has taken up, on whatever port. */
const CHANNEL = 'net.server.socket'

export function watchAcceptQueue(clock: Clock): AcceptQueue {
  const followers = new Set<(end: string) => void>()
  let taken = 0
  let isElsewhere = false
  const take = (message: unknown) => {
    taken++
    if (followers.size === 0) return
    const { remoteAddress, remotePort } = (message as { readonly socket: Socket }).socket
    for (const follow of followers) follow(endAt(remoteAddress, remotePort))
  }
  subscribe(CHANNEL, take)
  return {
    taken: () => taken,
    follow() {
      // It may be taken up before the end that connects knows its own port.
      const since = new Map<string, number>()
      const follow = (end: string) => since.set(end, clock.now())
      let own: string | undefined
      followers.add(follow)
      return {
        is({ localAddress, localPort }) {
          own = endAt(localAddress, localPort)
        },
        waited(from, how) {
          const takenAt = own === undefined ? undefined : since.get(own)
          if (takenAt !== undefined || how === 'answered') isElsewhere = takenAt === undefined
          if (takenAt !== undefined) return takenAt - from
          return how === 'given up' && !isElsewhere ? clock.now() - from : undefined
        },
        end: () => followers.delete(follow),
      }
    },
    stop() {
      unsubscribe(CHANNEL, take)
    },
  }
}

/** A server that listens on both kinds of addresses has those of version 4 as `::ffff:127.0.0.1`. */
function endAt(address: string | undefined, port: number | undefined): string {
  return `${address?.replace('::ffff:', '')} ${port}`
}
