import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpProbe } from '../../src/rehearse/http-probe.ts'
import { KUBELETS } from '../../src/rehearse/profile.ts'

const kubelet = KUBELETS['1.20']

/** Every request's path, in order, so that a row can say how many accesses the application saw. */
const seen: string[] = []
let server: Server
let origin: string

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', origin).pathname
  const status = /^\/status\/(\d+)$/.exec(path)?.[1]
  if (status) {
    response.writeHead(Number(status)).end(`body-of-${status}`)
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
      response.writeHead(302, { Location: 'http://example.com/x' }).end('<a>Found</a>')
      return
    case '/loop':
      response.writeHead(302, { Location: '/loop' }).end()
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

const ask = (path: string, timeoutMs = 1000) => httpProbe(`${origin}${path}`, { timeoutMs, kubelet })
const accesses = (path: string) => seen.filter((url) => url === path).length

// Source: Kubernetes 1.20.2 prober and SyncPod, run with a fake runtime. `errored` probes are thrown away, and tried three times.
describe('what the kubelet concludes from an answer', () => {
  test.each([
    { path: '/status/200', result: 'success', message: 'body-of-200' },
    { path: '/status/204', result: 'success', message: '' },
    { path: '/status/301', result: 'warning', message: 'body-of-301' },
    { path: '/status/304', result: 'warning', message: '' },
    { path: '/status/399', result: 'warning', message: 'body-of-399' },
    { path: '/status/400', result: 'failure', message: 'HTTP probe failed with statuscode: 400' },
    { path: '/status/418', result: 'failure', message: 'HTTP probe failed with statuscode: 418' },
    { path: '/status/503', result: 'failure', message: 'HTTP probe failed with statuscode: 503' },
    { path: '/redir-local', result: 'failure', message: 'HTTP probe failed with statuscode: 500' },
    { path: '/redir-away', result: 'warning', message: '<a>Found</a>' },
    { path: '/abort', result: 'failure', message: 'Get "ORIGIN/abort": EOF' },
    { path: '/loop', result: 'failure', message: 'Get "/loop": stopped after 10 redirects' },
    {
      path: '/nowhere',
      result: 'failure',
      message: 'Get "ORIGIN/nowhere": failed to parse Location header "http://["',
    },
    { path: '/half', result: 'error', message: 'unexpected EOF' },
  ])('$path is a $result', async ({ path, result, message }) => {
    const outcome = await ask(path)
    expect(outcome.result).toBe(result)
    expect(outcome.message.replace(origin, 'ORIGIN')).toBe(message)
  })

  test('a head that is late is a failure', async () => {
    const outcome = await ask('/stallhead')
    expect(outcome).toMatchObject({
      result: 'failure',
      message: `Get "${origin}/stallhead": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    })
    expect(outcome.tookMs).toBeGreaterThanOrEqual(990)
  })

  test('a body that stalls is no failure but an error, however sound its head was', async () => {
    const outcome = await ask('/stallbody')
    expect(outcome).toMatchObject({
      result: 'error',
      statusCode: 200,
      message: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
    })
  })

  test('an endless body is read for 10 KiB, then closed: a success', async () => {
    const outcome = await ask('/endless')
    expect(outcome.result).toBe('success')
    expect(outcome.message).toHaveLength(10 * 1024)
  })

  test('a port where nobody listens is a failure', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const outcome = await httpProbe(`http://127.0.0.1:${port}/`, { timeoutMs: 1000 })
    expect(outcome.result).toBe('failure')
    expect(outcome.message).toBe(
      `Get "http://127.0.0.1:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    )
  })

  test('a redirect on the same host is a second access, a loop is ten', async () => {
    seen.length = 0
    expect((await ask('/redir-local')).requests).toBe(2)
    expect((await ask('/loop')).requests).toBe(10)
    expect(accesses('/loop')).toBe(10)
    expect(accesses('/status/500')).toBe(1)
  })

  test("today's kubelet says that the redirects ended there", async () => {
    const outcome = await httpProbe(`${origin}/redir-away`, { timeoutMs: 1000, kubelet: KUBELETS.current })
    expect(outcome.message).toBe('Probe terminated redirects, Response body: <a>Found</a>')
  })
})

describe('what the kubelet asks', () => {
  const captured = async (headers: Record<string, string>) => {
    let bytes = ''
    const tcp = createTcpServer((socket: Socket) => {
      socket.on('data', (chunk) => {
        bytes += chunk
        socket.end('HTTP/1.1 200 OK\r\n\r\n')
      })
    })
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    const { port } = tcp.address() as AddressInfo
    const { result } = await httpProbe(`http://127.0.0.1:${port}/healthz?full=1`, { timeoutMs: 1000, headers, kubelet })
    tcp.close()
    expect(result).toBe('success')
    return bytes.replace(String(port), 'PORT').split('\r\n')
  }

  test('its bytes are those that were captured from a real one', async () => {
    expect(await captured({})).toEqual([
      'GET /healthz?full=1 HTTP/1.1',
      'Host: 127.0.0.1:PORT',
      'User-Agent: kube-probe/1.20',
      'Accept: */*',
      'Connection: close',
      '',
      '',
    ])
  })

  test('httpHeaders replace its own, in whatever case they are written; an empty Accept removes it', async () => {
    const lines = await captured({ host: 'web.example', 'user-agent': 'mine', accept: '', 'x-probe': '1' })
    expect(lines).toContain('Host: web.example')
    expect(lines).toContain('User-Agent: mine')
    expect(lines).toContain('X-Probe: 1')
    expect(lines.some((line) => line.startsWith('Accept'))).toBe(false)
  })
})
