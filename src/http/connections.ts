import type { IncomingMessage, Server, ServerOptions } from 'node:http'
import { type Socket, Server as TcpServer } from 'node:net'
import type { Clock } from '../core/clock.ts'

/** What a client is granted, be it slow, broken or ill-meaning. Who goes over it gets 408 or 431, and the connection ends. */
export const SERVER_LIMITS: ServerOptions = {
  /** For all of a request's headers. Over any network that works they arrive at once. */
  headersTimeout: 10_000,
  /** For a whole request. Bodies here are a line or two. */
  requestTimeout: 30_000,
  /** How often Node looks for those that take longer: so much later they end at the most. */
  connectionsCheckingInterval: 2_500,
  /** Longer than the 60 s for which proxies usually keep one: the side that sends the requests is to be the one that ends it. */
  keepAliveTimeout: 65_000,
  /** Path and headers of a request, together. A page's cookies fit in. */
  maxHeaderSize: 16 * 1024,
}

/** So many connections may be open. Of more, the one on which nothing has been asked for the longest makes room. */
export const MOST_CONNECTIONS = 1_000

/** A client cannot know that its connection is about to end: what it asks within this is answered. */
const LINGER_MS = 1_000

/** A server's connections. */
export interface Connections {
  /**
   * Takes no more connections, answers what is asked on those there are, each answer being the last on its connection, and closes
   * those on which nothing is asked for a second. What has not finished after `closeMs` is cut. Resolves when all is closed.
   */
  close(closeMs: number): Promise<void>
}

/**
 * Watches a server's connections from now on. Refusing newcomers when there are many would let anyone who opens enough of them fail
 * the probes of all others: so old ones make room on which no answer is awaited (silent, idle, or sending slowly).
 */
export function watchConnections(server: Server, clock: Clock, most = MOST_CONNECTIONS): Connections {
  const open = new Set<Socket>()
  /** Those of them on which no answer is awaited; for the longest time first. */
  const idle = new Set<Socket>()
  /** How many answers are awaited: with pipelining more than one. */
  const awaited = new WeakMap<Socket, number>()
  const count = (socket: Socket, more: number) => {
    const now = (awaited.get(socket) ?? 0) + more
    awaited.set(socket, now)
    return now
  }
  let closing = false
  const forget = (socket: Socket) => {
    open.delete(socket)
    idle.delete(socket)
  }
  const cut = (socket: Socket) => {
    forget(socket)
    socket.destroy()
  }
  server.on('connection', (socket) => {
    open.add(socket)
    idle.add(socket)
    socket.once('close', () => forget(socket))
    const [oldest] = idle
    if (open.size > most && oldest) cut(oldest)
  })
  server.on('request', (req, res) => {
    const { socket } = req
    let isAwaited = false
    const answering = () => {
      isAwaited = true
      count(socket, 1)
      idle.delete(socket)
    }
    if (hasBody(req)) req.once('end', answering)
    else answering()
    res.once('close', () => {
      // A body that nobody has read ends after the answer.
      req.off('end', answering)
      const others = count(socket, isAwaited ? -1 : 0)
      if (socket.destroyed || others > 0) return
      idle.delete(socket)
      idle.add(socket)
      if (closing) socket.end()
    })
  })
  return {
    async close(closeMs) {
      closing = true
      // Those that have connected already are let in.
      await new Promise((resolve) => setImmediate(resolve))
      const closed = new AbortController()
      const lingerMs = Math.min(LINGER_MS, closeMs)
      // Not http's own: that cuts idle connections at once, and what is just being asked on them.
      const ended = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()))
      ended.then(() => closed.abort())
      await clock.sleep(lingerMs, closed.signal)
      for (const socket of idle) cut(socket)
      await clock.sleep(closeMs - lingerMs, closed.signal)
      server.closeAllConnections()
      // Ends Node's looking for slow ones, too.
      server.close()
      await ended
    },
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
