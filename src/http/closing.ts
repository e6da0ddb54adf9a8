import type { Server } from 'node:http'
import type { Clock } from '../core/clock.ts'

/**
 * Takes no more connections, closes idle ones, and lets requests under way finish. What has not finished after `closeMs` is cut.
 * Resolves when all is closed.
 */
export async function closeServer(server: Server, closeMs: number, clock: Clock): Promise<void> {
  const closed = new AbortController()
  const ended = new Promise<void>((resolve) => server.close(() => resolve()))
  const cutOff = clock.sleep(closeMs, closed.signal).then(() => {
    if (!closed.signal.aborted) server.closeAllConnections()
  })
  server.closeIdleConnections()
  await ended
  closed.abort()
  await cutOff
}
