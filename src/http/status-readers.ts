import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { forget } from './endings.ts'
import { TEXT_AND_JSON_POLICY } from './representation.ts'

/** What may wait to be sent to one reader. Who reads more slowly than that is cut, and comes back for the newest. */
const MOST_WAITING_BYTES = 256 * 1024
/** Written to so many at a time: between them a heartbeat is answered. */
const BATCH = 50

export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Nor to be compressed: news would wait until there is enough to compress.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': TEXT_AND_JSON_POLICY,
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const BYE = Buffer.from('event: bye\ndata:\n\n')

/** Sends the head and the first news. Returns what the rest is to be written to. */
export function begin(res: ServerResponse, first: Buffer): Writable {
  // Ended by closing the connection: in chunks, each piece of news would cost each reader three buffers in place of one.
  res.useChunkedEncodingByDefault = false
  res.shouldKeepAlive = false
  res.writeHead(200, STREAM_HEADERS)
  res.write(first)
  return takenOver(res) ?? res
}

/**
 * The connection, to be written to past the response, which for each piece would use twice the memory. Undefined where it is not the
 * response's alone: in HTTP/2, and while answers to earlier requests are still to be sent on it.
 */
function takenOver(res: ServerResponse): Writable | undefined {
  if (!res.socket || res.req.httpVersionMajor > 1) return undefined
  // This response never finishes, and who waits for its end would keep the whole request for hours: whether it is over, the connection
  // tells. Koa waits for `end`, which on a response nobody else does: so it takes the answer for sent, as its head is.
  res.emit('end')
  forget(res)
  return res.socket
}

/** Says that the service stops, and ends. */
export function dismiss(reader: Writable): void {
  reader.end(BYE, () => reader.destroy())
}

/** The same bytes to all, in batches: none that is slow keeps the others, or the service, waiting. */
export function spread(message: Buffer, readers: readonly Writable[]): void {
  for (const reader of readers.slice(0, BATCH)) {
    if (reader.writableLength > MOST_WAITING_BYTES) reader.destroy()
    else if (!reader.writableEnded) reader.write(message)
  }
  if (readers.length > BATCH) setImmediate(spread, message, readers.slice(BATCH))
}
