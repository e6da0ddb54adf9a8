import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpProbe } from '../../src/rehearse/kubelet/http-probe.ts'
import { KUBELETS } from '../../src/rehearse/kubelet/profile.ts'
import { type MisbehavingServer, startMisbehavingServer } from './misbehaving-server.ts'

const kubelet = KUBELETS['1.20']

let server: MisbehavingServer

beforeAll(async () => {
  server = await startMisbehavingServer()
})

afterAll(() => server.close())

const ask = (path: string, timeoutMs = 1000) => httpProbe(`${server.origin}${path}`, { timeoutMs, kubelet })

// The rows of the real prober's run are in prober.test.ts; these are what it did not meet, or what only one probe shows.
describe('what is concluded from an answer', () => {
  test.each([
    {
      path: '/nowhere',
      result: 'failure',
      message: 'Get "ORIGIN/nowhere": failed to parse Location header "http://["',
    },
    {
      path: '/redir-ftp',
      result: 'failure',
      message: 'Get "ftp://127.0.0.1/x": unsupported protocol scheme "ftp"',
    },
    { path: '/redir-user', result: 'failure', message: 'Get "http://%zz@HOST/x": URI malformed' },
    { path: '/half', result: 'error', message: 'unexpected EOF' },
    { path: '/status/200', result: 'success', message: 'body-of-200' },
  ])('$path is a $result', async ({ path, result, message }) => {
    const outcome = await ask(path)
    expect(outcome.result).toBe(result)
    expect(outcome.message.replace(server.origin, 'ORIGIN').replace(new URL(server.origin).host, 'HOST')).toBe(message)
  })

  test('a head that is late takes the whole timeout, and no longer', async () => {
    const { tookMs } = await ask('/stallhead', 200)
    expect(tookMs).toBeGreaterThanOrEqual(190)
    expect(tookMs).toBeLessThan(5000)
  })

  test('an endless body is read for 10 KiB, then closed: a success', async () => {
    const outcome = await ask('/endless')
    expect(outcome.result).toBe('success')
    expect(outcome.message).toHaveLength(10 * 1024)
  })

  test('a head may have up to 10 MiB', async () => {
    expect(await ask('/head/40000')).toMatchObject({ result: 'success', message: 'headed' })
    expect(await ask('/head/5000000', 10_000)).toMatchObject({ result: 'success', message: 'headed' })
    const { result, message } = await ask('/head/11000000', 10_000)
    expect(result).toBe('failure')
    expect(message).toMatch(/": net\/http: server response headers exceeded 10485760 bytes; aborted$/)
  })

  test('a redirect on the same host is a second access, a loop is ten', async () => {
    expect((await ask('/redir-local')).requests).toBe(2)
    expect((await ask('/loop')).requests).toBe(10)
  })

  test("today's kubelet says that the redirects ended there", async () => {
    const outcome = await httpProbe(`${server.origin}/redir-away`, { timeoutMs: 1000, kubelet: KUBELETS.current })
    expect(outcome.message).toBe(
      'Probe terminated redirects, Response body: <a href="http://example.com/x">Found</a>.\n\n',
    )
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

  test('a header goes out in UTF-8; one with a line break goes nowhere, as with Go’s client', async () => {
    expect(await captured({ 'x-probe': 'früh → 朝' })).toContain('X-Probe: früh → 朝')
    const headers = { 'x-probe': 'one\r\nX-Other: two' }
    expect(await httpProbe('http://127.0.0.1:1/healthz', { timeoutMs: 1000, headers, kubelet })).toMatchObject({
      result: 'failure',
      message: 'Get "http://127.0.0.1:1/healthz": net/http: invalid header field value for "X-Probe"',
      requests: 0,
    })
    expect(await httpProbe('http://127.0.0.1:1/', { timeoutMs: 1000, headers: { 'bad name': 'a' } })).toMatchObject({
      result: 'failure',
      message: 'Get "http://127.0.0.1:1/": net/http: invalid header field name "Bad name"',
    })
  })

  test('httpHeaders replace its own, in whatever case they are written; an empty Accept removes it', async () => {
    const lines = await captured({ host: 'web.example', 'user-agent': 'mine', accept: '', 'x-probe': '1' })
    expect(lines).toContain('Host: web.example')
    expect(lines).toContain('User-Agent: mine')
    expect(lines).toContain('X-Probe: 1')
    expect(lines.some((line) => line.startsWith('Accept'))).toBe(false)
  })
})
