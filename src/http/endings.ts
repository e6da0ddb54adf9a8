import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What is known of a request when it begins: its response, and whatever else. */
export interface Asked {
  readonly res: ServerResponse
}

/** What is told of a request's end, with what was known when it began. */
export type Told<A extends Asked> = (asked: A, begun: number, isSent: boolean) => void

/** Told by Node of each response of its HTTP/1 servers that was handed to the system whole. */
const CHANNEL = 'http.server.response.finish'

/** The request that is being answered on a connection. */
class Line {
  // All that is of the request alone is in one place: a connection is old, and each thing of today that it holds is one more for the collector.
  asked: Asked | undefined
  // A number in a field of its own from the beginning is one that is written over, and not made anew each time.
  begun = 0.5
  told: Told<Asked> | undefined

  over(isSent: boolean): void {
    const { asked, begun, told } = this
    // Nothing of a request is held while its connection is kept.
    this.asked = undefined
    if (asked !== undefined) told?.(asked, begun, isSent)
  }
}

/**
 * Where a connection has its line, whoever measures it: Node's word of a response is one for the whole process. A request is found by its
 * connection, since that has others after it; on the connection itself, which costs less than to look it up twice in a map.
 */
const LINE = Symbol('failweb.line')

interface Connection extends Socket {
  [LINE]?: Line
}

let isSubscribed = false

function lineOn(socket: Connection): Line {
  const line = new Line()
  socket[LINE] = line
  socket.on('close', () => line.over(false))
  if (isSubscribed) return line
  isSubscribed = true
  subscribe(CHANNEL, (message) => {
    const { response, socket } = message as { readonly response: ServerResponse; readonly socket: Connection }
    const line = socket[LINE]
    if (line?.asked?.res === response) line.over(true)
  })
  return line
}

/**
 * Tells once when a response is over: sent, or not to be sent any more. Where it can it asks for no event of the response, so that a small
 * answer does not pay for a listener of its own (`npm run bench -- greeting`).
 */
export function whenOver<A extends Asked>(req: IncomingMessage, asked: A, begun: number, told: Told<A>): void {
  const line = lineOf(req)
  // Who asks before he is answered has several on one connection.
  if (line === undefined || line.asked !== undefined) {
    const { res } = asked
    // Over HTTP/2 one that was cancelled is finished, too.
    res.on('close', () => told(asked, begun, res.writableFinished && res.headersSent))
    return
  }
  line.asked = asked
  line.begun = begun
  line.told = told as Told<Asked>
}

/** Lets go of a response whose end is not to be told, as its connection goes on without it. */
export function forget(res: ServerResponse): void {
  const line = (res.socket as Connection | null)?.[LINE]
  if (line?.asked?.res === res) line.asked = undefined
  for (const end of ['finish', 'close']) res.removeAllListeners(end)
}

/** Undefined over HTTP/2, and for a request that somebody has made up: Node says nothing of those. */
function lineOf({ httpVersionMajor, socket }: IncomingMessage): Line | undefined {
  if (httpVersionMajor !== 1 || !(socket as { readonly server?: unknown } | undefined)?.server) return undefined
  return (socket as Connection)[LINE] ?? lineOn(socket)
}
