import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What is known of a request when it begins: its response, and whatever else. */
export interface Asked {
  readonly res: ServerResponse
}

/** Who is told of a request's end, with what was known when it began, and what has been noted since. */
export interface Told<A extends Asked> {
  sent(asked: A, begun: number, note?: string): void
  /** Its asker has gone. */
  givenUp(asked: A, begun: number, note?: string): void
}

/** Told by Node of each response of its HTTP/1 servers that was handed to the system whole. */
const CHANNEL = 'http.server.response.finish'

/** The request that is being answered on a connection. */
class Line {
  // All that is of the request alone is in one place: a connection is old, and each thing of today that it holds is one more for the collector.
  asked: Asked | undefined
  // A number in a field of its own from the beginning is one that is written over, and not made anew each time.
  begun = 0.5
  told: Told<Asked> | undefined
  note: string | undefined

  sent(): void {
    const { asked, begun, told, note } = this
    this.clear()
    if (asked !== undefined) told?.sent(asked, begun, note)
  }

  closed(): void {
    const { asked, begun, told, note } = this
    this.clear()
    if (asked !== undefined) told?.givenUp(asked, begun, note)
  }

  /** Nothing of a request is held while its connection is kept. */
  clear(): void {
    this.asked = undefined
    this.note = undefined
  }
}

/** What has been noted on responses. To look it up here for each that ends would cost as much as all that is on a line. */
const notes = new WeakMap<ServerResponse, string>()

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
  socket.on('close', () => line.closed())
  if (isSubscribed) return line
  isSubscribed = true
  subscribe(CHANNEL, (message) => {
    const { response, socket } = message as { readonly response: ServerResponse; readonly socket: Connection }
    const line = socket[LINE]
    if (line?.asked?.res === response) line.sent()
  })
  return line
}

/**
 * Tells once when a response is over: sent, or not to be sent any more. Where it can it asks for no event of the response, so that a small
 * answer does not pay for a listener of its own (`npm run bench -- greeting`).
 */
export function whenOver<A extends Asked>(req: IncomingMessage, asked: A, begun: number, told: Told<A>): void {
  const line = req.httpVersionMajor === 1 ? lineOf(req.socket) : undefined
  // Who asks before he is answered has several on one connection.
  if (line === undefined || line.asked !== undefined) onItsOwn(asked, begun, told)
  else {
    line.asked = asked
    line.begun = begun
    line.told = told as Told<Asked>
  }
}

/** By an event of the response itself. */
function onItsOwn<A extends Asked>(asked: A, begun: number, told: Told<A>): void {
  const { res } = asked
  res.on('close', () => {
    // Over HTTP/2 one that was cancelled is finished, too.
    const end = res.writableFinished && res.headersSent ? 'sent' : 'givenUp'
    told[end](asked, begun, notes.get(res))
  })
}

/**
 * Notes something on a response whose end is to be told: it is told with it. Not a property of the response: that would make it another
 * shape than Node's own, which Node's code then has to find out at each step.
 */
export function note(res: ServerResponse, what: string): void {
  const line = lineWith(res)
  if (line) line.note = what
  // Whoever else waits for it is not on the line.
  notes.set(res, what)
}

/** Lets go of a response whose end is not to be told, as its connection goes on without it. */
export function forget(res: ServerResponse): void {
  lineWith(res)?.clear()
  for (const end of ['finish', 'close']) res.removeAllListeners(end)
}

/** The line on which a response is being waited for. */
function lineWith(res: ServerResponse): Line | undefined {
  const line = (res.socket as Connection | null)?.[LINE]
  return line?.asked?.res === res ? line : undefined
}

/** Undefined for a request that somebody has made up: Node says nothing of those. */
function lineOf(socket: Connection | undefined): Line | undefined {
  return socket?.[LINE] ?? (socket && 'server' in socket && socket.server ? lineOn(socket) : undefined)
}
