import cluster from 'node:cluster'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'
import { createListenTable, type ListenTable } from './listen-table.ts'

/**
 * The kernel's queue of connections that nobody has taken up yet. libuv takes up one of them in each turn of the loop (since 1.45): where
 * more come than the loop has turns, all wait here, before a request is read, so that no trip has begun, while no turn is long enough to
 * be a stall. With 5 ms of work a request and 230 connections a second, callers waited 2.7 s, and trips took 5 ms
 * (`npx tsx test/bench/detection/main.ts queue`).
 */
export interface AcceptQueue {
  /** Undefined where the kernel does not tell. */
  look(): AcceptQueueReading | undefined
  stop(): void
}

/** At the last look, at all ports together. */
export interface AcceptQueueReading {
  /** How many connections wait. */
  readonly connections: number
  /** For how many milliseconds the one that is next has waited; the longest, of several ports. */
  readonly waitedMs: number
}

export interface AcceptQueueSetup {
  readonly clock: Clock
  /** From here on waiting to be taken up is too long. */
  readonly slowMs: number
  /** How many requests have been answered so far. */
  readonly answered: () => number
  /** Told that so many requests came over connections that had waited for that long, at the least. */
  readonly onQueued: (milliseconds: number, requests: number) => void
  readonly table?: ListenTable
}

const EVERY_MS = 1_000
/** While connections wait: so exactly is known how long. */
const AGAIN_MS = 100

/** Node publishes each connection that a server of this process has taken up, on whatever port. */
const CHANNEL = 'net.server.socket'

/**
 * Looks at the queue once a second, if anything was taken up since, and ten times a second while connections wait.
 *
 * A port is taken to be this process's alone. The workers of a cluster take up what their primary has accepted: theirs is not looked at.
 */
export function watchAcceptQueue({ clock, slowMs, answered, onQueued, table }: AcceptQueueSetup): AcceptQueue {
  if (cluster.isWorker) return { look: () => undefined, stop() {} }
  const { look: tableNow, close } = table ?? createListenTable()
  const stop = new AbortController()
  const lines = new Map<number, Line>()
  let isTold = false
  let answeredBefore = answered()
  const take = (message: unknown) => {
    const { localPort } = (message as { readonly socket: Socket }).socket
    if (localPort === undefined) return
    const line = lines.get(localPort) ?? new Line()
    lines.set(localPort, line)
    line.taken++
  }
  const look = async () => {
    const isQuiet = isTold && [...lines.values()].every((line) => line.isQuiet)
    const moments = [...lines].map(([port, line]) => ({ port, line, at: clock.now(), taken: line.taken }))
    const waiting = isQuiet ? undefined : await tableNow()
    isTold = isQuiet || waiting !== undefined
    let requests = answered() - answeredBefore
    answeredBefore += requests
    for (const { port, line, at, taken } of moments) {
      const connections = isQuiet ? 0 : waiting?.get(port)
      if (connections === undefined) {
        // Nobody listens there any more, or who takes up what comes there cannot be told.
        lines.delete(port)
        continue
      }
      const { took, waitedMs } = line.seen({ at, taken, connections })
      // Of those that were taken up some may have asked nothing.
      const queued = Math.min(took, requests)
      requests -= queued
      if (waitedMs > slowMs && queued > 0) onQueued(waitedMs, queued)
    }
  }
  const run = async () => {
    while (!stop.signal.aborted) {
      await look()
      const isWaiting = [...lines.values()].some(({ connections }) => connections > 0)
      await clock.sleep(isWaiting ? AGAIN_MS : EVERY_MS, stop.signal)
    }
  }
  subscribe(CHANNEL, take)
  run()
  return {
    look() {
      if (!isTold) return undefined
      const all = [...lines.values()]
      return {
        connections: all.reduce((sum, { connections }) => sum + connections, 0),
        waitedMs: Math.max(0, ...all.map(({ waitedMs }) => waitedMs)),
      }
    },
    stop() {
      stop.abort()
      unsubscribe(CHANNEL, take)
      close()
    },
  }
}

interface Moment {
  readonly at: number
  /** How many had been taken up by then. */
  readonly taken: number
  readonly connections: number
}

/** How many had come by then: those that had been taken up, and those that waited. */
interface Come {
  readonly at: number
  readonly come: number
}

/** A minute of looks. */
const MOST_MOMENTS = 600

/**
 * Who stands in the queue of one port. Who comes is taken up in turn: so who is next had come by the first look at which more had come than
 * are taken up now. (Cumulative arrivals and departures over time, as in Newell, Applications of Queueing Theory, chapter 1.) When
 * between two looks he came is not known, so that he has waited at the least since the later one. Nobody is so said to have waited while the
 * loop stood still, which is counted as that.
 */
class Line {
  taken = 0
  connections = 0
  waitedMs = 0
  #come: readonly Come[] = []
  #takenBefore = 0

  /** Whether nothing has been taken up since the last look, and nothing was left then. */
  get isQuiet(): boolean {
    return this.connections === 0 && this.taken === this.#takenBefore
  }

  /** @returns how many were taken up since the look before, and for how long they had waited at the least: as who was next at both */
  seen({ at, taken, connections }: Moment): { readonly took: number; readonly waitedMs: number } {
    const before = this.waitedMs
    const took = taken - this.#takenBefore
    this.#come = [...this.#come.filter(({ come }) => come > taken), { at, come: taken + connections }].slice(
      -MOST_MOMENTS,
    )
    this.#takenBefore = taken
    this.connections = connections
    this.waitedMs = connections > 0 ? at - (this.#come[0]?.at ?? at) : 0
    return { took, waitedMs: Math.min(before, this.waitedMs) }
  }
}
