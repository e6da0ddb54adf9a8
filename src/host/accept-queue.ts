import cluster from 'node:cluster'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server, Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'
import type { Arrivals } from '../core/surroundings.ts'
import { type AcceptLine, createAcceptLine } from './accept-line.ts'
import { createListenTable, type ListenTable } from './listen-table.ts'
import { watchUtilization } from './utilization.ts'

/**
 * The kernel's queue of connections that nobody has taken up yet. libuv takes up one of them in each turn of the loop (since 1.45): where
 * more come than the loop has turns, all wait here, before a request is read, so that no trip has begun, while no turn is long enough to
 * be a stall. With 5 ms of work a request and 230 connections a second, callers waited 2.7 s, and trips took 5 ms
 * (`npx tsx test/bench/detection/main.ts queue`).
 */
export interface AcceptQueue {
  /** Undefined where the kernel does not tell, or has not lately. */
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
  /** Told of each connection that is taken up how long it had waited. */
  readonly arrivals: Pick<Arrivals, 'waited'>
  readonly table?: ListenTable
  /** The share of the time since it was last asked in which the loop worked. */
  readonly utilization?: () => number
}

const EVERY_MS = 1_000
/** A loop that was idle for more of the time than that has let nobody wait: while somebody does, it has something to do. */
const BUSY = 0.5
/** While connections wait: so exactly is known how long. */
const AGAIN_MS = 100
/** What was told longer ago is not so any more: a look may not return while libuv's threads hang at a dead mount. */
const STALE_MS = 3 * EVERY_MS

/** Node publishes each connection that a server of this process has taken up. */
const CHANNEL = 'net.server.socket'

/**
 * Looks at the queue once a second, if anything was taken up since and the loop is busy, and ten times a second while connections wait.
 *
 * A port is taken to be this process's alone. The workers of a cluster take up what their primary has accepted: theirs is not looked at.
 */
export function watchAcceptQueue({
  clock,
  arrivals,
  table = createListenTable(),
  utilization = watchUtilization(),
}: AcceptQueueSetup): AcceptQueue {
  if (cluster.isWorker) {
    table.close()
    return { look: () => undefined, stop() {} }
  }
  const stop = new AbortController()
  const lines = new Map<number, AcceptLine>()
  const servers = followServers((port) => {
    const line = lines.get(port) ?? createAcceptLine()
    lines.set(port, line)
    return line
  })
  let isTellable = false
  let toldAt = Number.NEGATIVE_INFINITY
  const take = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    const waitedMs = servers.lineOf(socket)?.left(clock.now())
    if (waitedMs !== undefined && waitedMs > 0) arrivals.waited(socket, waitedMs)
  }
  const look = async () => {
    const all = [...lines.values()]
    const isIdle = utilization() < BUSY && all.every(({ connections }) => connections === 0)
    const isQuiet = isTellable && (isIdle || all.every((line) => line.isQuiet))
    const moments = [...lines].map(([port, line]) => ({ port, line, gone: line.gone }))
    const waiting = isQuiet ? undefined : await table.look([...lines.keys()])
    isTellable = isQuiet || waiting !== undefined
    // When it has been read: until then others may have come.
    const at = clock.now()
    for (const { port, line, gone } of moments) {
      const connections = isQuiet ? 0 : waiting?.get(port)
      // Where nobody listens any more, nobody waits.
      if (connections === undefined) lines.delete(port)
      else line.seen(at, gone, connections === 'shared' ? 0 : connections)
      // Who takes up what comes to a shared port cannot be told.
      if (connections === 'shared') isTellable = false
    }
    toldAt = isTellable ? clock.now() : Number.NEGATIVE_INFINITY
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
      if (clock.now() - toldAt > STALE_MS) return undefined
      const all = [...lines.values()]
      return {
        connections: all.reduce((sum, { connections }) => sum + connections, 0),
        waitedMs: Math.max(0, ...all.map(({ waitedMs }) => waitedMs)),
      }
    },
    stop() {
      stop.abort()
      unsubscribe(CHANNEL, take)
      servers.stop()
      table.close()
    },
  }
}

/** Finds the line of the server that took up a connection, and hears of those that it turns away: they leave the queue unpublished. */
function followServers(lineAt: (port: number) => AcceptLine) {
  const followed = new Map<Server, { readonly port: number | undefined; end(): void }>()
  const follow = (server: Server) => {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const drop = () => port !== undefined && lineAt(port).left(0)
    const end = () => {
      server.off('drop', drop).off('close', end)
      followed.delete(server)
    }
    server.on('drop', drop).on('close', end)
    followed.set(server, { port, end })
    return port
  }
  return {
    lineOf(socket: Socket): AcceptLine | undefined {
      // Set on every socket that a server has taken up, though no document says so.
      const { server } = socket as { readonly server?: Server }
      if (!server) return undefined
      const known = followed.get(server)
      const port = known ? known.port : follow(server)
      return port === undefined ? undefined : lineAt(port)
    },
    stop() {
      for (const { end } of [...followed.values()]) end()
    },
  }
}
