import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Knowledge, type Reply, replyTo } from './answers.ts'
import type { RightsOf } from './rights.ts'

/** No answer takes longer than a millisecond to make: whoever needs more than this to ask is not asking. */
const LONGEST_REQUEST_MS = 5_000
/** Probes and scrapers are few, and gone in a millisecond: of more connections than this, the oldest is one that does nothing. */
const MOST_CONNECTIONS = 100

const TEXT_TYPE = 'text/plain; charset=utf-8'
/** Headers of every answer, names and values in turns. */
const ALWAYS = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff', 'Connection', 'close']

/** Serves the guard's answers. Each is one write, and the connection ends with it. */
export function createGuardServer(know: () => Knowledge, rightsOf: RightsOf): Server {
  const limits = {
    headersTimeout: LONGEST_REQUEST_MS,
    requestTimeout: LONGEST_REQUEST_MS,
    connectionsCheckingInterval: LONGEST_REQUEST_MS / 2,
    maxHeaderSize: 8 * 1024,
  }
  const server = createServer(limits, (request, response) => {
    const { method = '', url = '' } = request
    send(response, replyTo(method, url, know(), rightsOf(request)), isHead(request))
  })
  server.timeout = LONGEST_REQUEST_MS
  makeRoom(server)
  return server
}

/** Refusing newcomers instead would let anyone who opens enough connections fail the probes of all others. */
function makeRoom(server: Server): void {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    const [oldest] = open
    if (open.size > MOST_CONNECTIONS) oldest?.destroy()
  })
}

function isHead({ method }: IncomingMessage): boolean {
  return method === 'HEAD'
}

/** One array: an object with others spread into it would be of a new shape at each request, which V8 has to make. */
function send(
  response: ServerResponse,
  { status, body, type = TEXT_TYPE, headers = [] }: Reply,
  headOnly: boolean,
): void {
  const length = `${Buffer.byteLength(body)}`
  response.writeHead(status, [...ALWAYS, 'Content-Type', type, 'Content-Length', length, ...headers])
  response.end(headOnly ? undefined : body)
}
