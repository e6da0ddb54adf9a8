import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpProbe } from '../../src/rehearse/kubelet/http-probe.ts'
import { eventOf, probe } from '../../src/rehearse/kubelet/prober.ts'
import { KUBELETS } from '../../src/rehearse/kubelet/profile.ts'
import { type MisbehavingServer, startMisbehavingServer } from './misbehaving-server.ts'

let server: MisbehavingServer
beforeAll(async () => {
  server = await startMisbehavingServer()
})
afterAll(() => server.close())

/** One round of the liveness prober, told as the real prober's run told it. */
async function proberRun(origin: string, path: string) {
  const before = server.total
  const options = { timeoutMs: 1000, kubelet: KUBELETS['1.20'] }
  const outcome = await probe(() => httpProbe(`${origin}${path}`, options))
  const event = eventOf('liveness', outcome)
  const port = new URL(origin).port
  return {
    result: outcome.result === 'success' || outcome.result === 'warning' ? 'Success' : 'Failure',
    thrownAway: outcome.result === 'error',
    requests: server.total - before,
    event: event ? `${event.type} ${event.reason} ${event.message}`.replaceAll(port, 'PORT') : '',
  }
}

const failed = (status: number) =>
  `Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: ${status}`
const unhealthy = (words: string) => `Warning Unhealthy Liveness probe ${words}`

// Source: Kubernetes 1.20.2 prober and SyncPod, run with a fake runtime: every row of that run.
const ROWS = [
  ['/status/200', 'Success', false, 1, ''],
  ['/status/204', 'Success', false, 1, ''],
  ['/status/301', 'Success', false, 1, 'Warning ProbeWarning Liveness probe warning: body-of-301'],
  ['/status/304', 'Success', false, 1, 'Warning ProbeWarning Liveness probe warning: '],
  ['/status/399', 'Success', false, 1, 'Warning ProbeWarning Liveness probe warning: body-of-399'],
  ['/status/400', 'Failure', false, 1, failed(400)],
  ['/status/418', 'Failure', false, 1, failed(418)],
  ['/status/500', 'Failure', false, 1, failed(500)],
  ['/status/503', 'Failure', false, 1, failed(503)],
  [
    '/stallhead',
    'Failure',
    false,
    1,
    unhealthy(
      'failed: Get "http://127.0.0.1:PORT/stallhead": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ),
  ],
  [
    '/stallbody',
    'Failure',
    true,
    3,
    unhealthy('errored: context deadline exceeded (Client.Timeout or context cancellation while reading body)'),
  ],
  ['/endless', 'Success', false, 1, ''],
  ['/abort', 'Failure', false, 1, unhealthy('failed: Get "http://127.0.0.1:PORT/abort": EOF')],
  ['/redir-local', 'Failure', false, 2, failed(500)],
  [
    '/redir-away',
    'Success',
    false,
    1,
    'Warning ProbeWarning Liveness probe warning: <a href="http://example.com/x">Found</a>.\n\n',
  ],
  ['/loop', 'Failure', false, 10, unhealthy('failed: Get "/loop": stopped after 10 redirects')],
  ['/healthz?full=1', 'Success', false, 1, ''],
] as const

describe('one round of the prober', () => {
  test.each(ROWS)('%s: %s, thrown away: %s, requests: %d', async (path, result, thrownAway, requests, event) => {
    expect(await proberRun(server.origin, path)).toEqual({ result, thrownAway, requests, event })
  })

  test('a port where nobody listens: Failure, and nobody saw a request', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    expect(await proberRun(`http://127.0.0.1:${port}`, '/')).toEqual({
      result: 'Failure',
      thrownAway: false,
      requests: 0,
      event: unhealthy('failed: Get "http://127.0.0.1:PORT/": dial tcp 127.0.0.1:PORT: connect: connection refused'),
    })
  })

  test('an error is tried three times, and a conclusion ends the tries', async () => {
    const error = { result: 'error', message: 'cannot tell', tookMs: 0 } as const
    const success = { result: 'success', message: '', tookMs: 0 } as const
    const answers = [error, success, error]
    expect(await probe(async () => answers.shift() ?? error)).toMatchObject({ result: 'success', tries: 2 })
    expect(await probe(async () => error)).toMatchObject({ result: 'error', tries: 3 })
  })
})
