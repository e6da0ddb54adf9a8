import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'

/** Closes a server in good order. */
export interface Closing {
  /**
   * Takes no more connections, closes those on which nothing is asked, and lets requests under way finish. What has not finished
   * after `closeMs` is cut. Resolves when all is closed.
   */
  close(closeMs: number): Promise<void>
}

/** Watches a server's connections from now on: Node does not count one as idle on which nothing was ever asked. */
export function watchConnections(server: Server, clock: Clock): Closing {
  const silent = new Set<Socket>()
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => void silent.delete(socket))
  return {
    async close(closeMs) {
      const closed = new AbortController()
      const ended = new Promise<void>((resolve) => server.close(() => resolve()))
      const cutOff = clock.sleep(closeMs, closed.signal).then(() => {
        if (!closed.signal.aborted) server.closeAllConnections()
      })
      server.closeIdleConnections()
      for (const socket of silent) socket.destroy()
      await ended
      closed.abort()
      await cutOff
    },
  }
}
