import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A loopback server that misbehaves by path, as the one did that the real prober was run against. */
export interface MisbehavingServer {
  readonly origin: string
  /** How often the application saw this path. */
  accesses(path: string): number
  /** How many requests it saw in all. */
  readonly total: number
  close(): void
}

export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accesses: (path) => seen.filter((url) => url === path).length,
    get total() {
      return seen.length
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const status = /^\/status\/(\d+)$/.exec(path)?.[1]
  if (status) {
    response.writeHead(Number(status)).end(`body-of-${status}`)
    return
  }
  const headBytes = /^\/head\/(\d+)$/.exec(path)?.[1]
  if (headBytes) {
    response.writeHead(200, { 'X-Long': 'x'.repeat(Number(headBytes)) }).end('headed')
    return
  }
  switch (path) {
    case '/stallhead':
      return
    case '/stallbody':
      response.writeHead(200).write('some, but never all')
      return
    case '/endless':
      pour(response)
      return
    case '/abort':
      request.socket.end()
      return
    case '/half':
      response.writeHead(200, { 'Content-Length': 100 }).write('half')
      setImmediate(() => request.socket.end())
      return
    case '/redir-local':
      response.writeHead(302, { Location: '/status/500' }).end('moved')
      return
    case '/redir-away':
      response.writeHead(302, { Location: 'http://example.com/x' }).end('<a href="http://example.com/x">Found</a>.\n\n')
      return
    case '/loop':
      response.writeHead(302, { Location: '/loop' }).end()
      return
    case '/redir-ftp':
      response.writeHead(302, { Location: 'ftp://127.0.0.1/x' }).end()
      return
    case '/redir-user':
      response.writeHead(302, { Location: `http://%zz@${request.headers.host}/x` }).end()
      return
    case '/nowhere':
      response.writeHead(302, { Location: 'http://[' }).end()
      return
    default:
      response.end('ok')
  }
}

/** Writes until the other side has had enough. */
function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(4096)));
  }
  response.writeHead(200).on('drain', more)
  more()
}
