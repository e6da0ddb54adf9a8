import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { createDecay } from '../../src/failweb/decay.ts'
import type { HealthOptions } from '../../src/health.ts'
import { steady } from '../assignments.ts'
import { type Fixture, serveApp } from './service-fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

const said = (status: 'pass' | 'warn' | 'fail', name: string, cure: Check['cure'], because = 'because') => ({
  ...steady(name, status, { cure, rhythm: { toWorsen: 1 } }),
  judge: () => ({ status, because, values: {} }),
})

async function serve(checks: readonly Check[] = [], options: HealthOptions & { step?: number; seed?: number } = {}) {
  const { step = 2, seed = 1, ...rest } = options
  fixture = await serveApp(checks, { ...rest, decay: createDecay({ step, seed }) })
  return fixture.ask
}

describe('the chapter’s heartbeat', () => {
  test('the first access says 2, the next 4, with 200 and OK or 500 and Server Error', async () => {
    const ask = await serve([], { seed: 5 })
    for (let percent = 2; percent <= 104; percent += 2) {
      const { status, body } = await ask('/healthz')
      const counter = Math.min(100, percent)
      expect(body).toBe(status === 200 ? `OK ${counter}%\n` : `Server Error ${counter}%\n`)
      expect([200, 500]).toContain(status)
      if (counter === 100) expect(status).toBe(500)
    }
  })

  test('fifty accesses at once get fifty values of the counter', async () => {
    const ask = await serve()
    const replies = await Promise.all(Array.from({ length: 50 }, () => ask('/healthz')))
    const counters = replies.map(({ body }) => Number(/(\d+)%/.exec(body)?.[1]))
    expect(counters.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => 2 * (index + 1)))
  })

  test.each([
    ['HEAD', '/healthz', {}],
    ['GET', '/healthz/', {}],
    ['GET', '/healthz?verbose', {}],
    ['GET', '/healthz?exclude=decay', {}],
    ['GET', '/healthz?x', {}],
    ['GET', '/healthz', { Accept: 'application/health+json' }],
    ['GET', '/healthz', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
  ])('%s %s %j is a draw', async (method, path, headers) => {
    const ask = await serve()
    await ask(path, { method, headers: headers as Record<string, string> })
    expect((await ask('/healthz?peek')).body).toMatch(/ 2%/)
  })

  test.each([
    '/healthz?peek',
    '/healthz?peek&verbose',
    '/healthz/calm',
    '/healthz/none',
    '/livez',
    '/readyz?verbose',
    '/startupz',
    '/metrics',
    '/status',
    '/faults',
    '/',
  ])('%s never moves the counter', async (path) => {
    const ask = await serve([steady('calm', 'pass')])
    expect((await ask('/healthz?peek')).body).toBe('OK 0%\n')
    await ask('/healthz')
    await ask(path)
    await ask(path, { headers: { Accept: 'application/json' } })
    await ask('/healthz', { method: 'POST' })
    expect((await ask('/healthz?peek')).body).toMatch(/ 2%\n/)
  })

  test('the stream of news never moves the counter', async () => {
    const ask = await serve()
    await ask('/healthz')
    const leave = new AbortController()
    const { status, body } = await fetch(`${fixture.url}/status/events`, { signal: leave.signal })
    expect(status).toBe(200)
    await body?.getReader().read()
    leave.abort()
    expect((await ask('/healthz?peek')).body).toMatch(/ 2%\n/)
  })

  test('a peek answers as the last draw did', async () => {
    const ask = await serve([], { step: 100 })
    await ask('/healthz')
    expect(await ask('/healthz?peek')).toMatchObject({ status: 500, body: 'Server Error 100%\n' })
  })
})

describe('checks behind the heartbeat', () => {
  test('a failing one makes it 500, with its sentence', async () => {
    const ask = await serve([said('fail', 'disk-usage', 'person', '93% of / is used; fails at 90%')], { step: 0 })
    expect(await ask('/healthz')).toMatchObject({
      status: 500,
      body: 'Server Error 0%\ndisk-usage: 93% of / is used; fails at 90%\n',
    })
  })

  test('only those count whose cure the heartbeat asks about', async () => {
    const checks = [said('fail', 'disk-usage', 'person'), said('fail', 'latency', 'wait')]
    const ask = await serve(checks, { step: 0, heartbeat: { asks: ['restart'] } })
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'OK 0%\n' })
    expect((await ask('/healthz?verbose')).body).toBe(
      'OK 0%\n[+]decay ok\n[-]disk-usage failed, not asked here: because\n[-]latency failed, not asked here: because\nhealthz check passed\n',
    )
  })

  test('warn and unknown leave it at 200', async () => {
    const broken = { ...steady('broken', 'pass'), sense: () => Promise.reject(new Error('no')) } as Check
    const ask = await serve([said('warn', 'warm', 'restart'), broken], { step: 0 })
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'OK 0%\n' })
  })

  test('verbose has a line for each status, and the verdict in words', async () => {
    const broken = { ...steady('disk-usage', 'pass'), sense: () => Promise.reject(new Error('no')) } as Check
    const checks = [
      steady('latency', 'pass'),
      said('warn', 'cache-size', 'person', '20000 entries'),
      broken,
      said('fail', 'memory-growth', 'restart', 'it grows'),
    ]
    const ask = await serve(checks, { step: 0 })
    expect((await ask('/healthz?verbose')).body.split('\n')).toEqual([
      'Server Error 0%',
      '[+]decay ok',
      '[+]latency ok',
      '[!]cache-size warn: 20000 entries',
      '[?]disk-usage unknown: its look failed: no',
      '[-]memory-growth failed: it grows',
      'healthz check failed',
      '',
    ])
  })

  test('exclude leaves a check out, decay too; a name that matches nothing is said and changes nothing', async () => {
    const ask = await serve([said('fail', 'bad', 'restart')], { step: 100 })
    const { status, body } = await ask('/healthz?verbose&exclude=bad&exclude=decay&exclude=typo')
    expect(status).toBe(200)
    expect(body.split('\n')).toEqual([
      'OK 100%',
      '[+]decay excluded: ok',
      '[+]bad excluded: ok',
      'exclude=typo: no check here has this name',
      'healthz check passed',
      '',
    ])
    expect((await ask('/healthz?exclude=decay')).body).toBe('Server Error 100%\nbad: because\n')
    expect((await ask('/healthz?peek&exclude=typo')).body).toContain('exclude=typo: no check here has this name')
  })

  test('an answer stays under 10 KiB and says how many lines it left out', async () => {
    const checks = Array.from({ length: 500 }, (_, index) => said('fail', `check-${index}`, 'restart', 'x'.repeat(100)))
    const ask = await serve(checks, { step: 0 })
    for (const path of ['/healthz', '/healthz?verbose']) {
      const { body } = await ask(path)
      expect(Buffer.byteLength(body)).toBeLessThan(10 * 1024)
      expect(body).toMatch(/… and \d+ more\n/)
    }
    const json = (await ask('/healthz', { headers: { Accept: 'application/json' } })).json()
    expect(Object.keys(json['checks'] ?? {})).toHaveLength(501)
  })
})

describe('how it is sent', () => {
  test('whole, never cached, never a redirect, right for whatever is accepted', async () => {
    const ask = await serve([], { step: 0 })
    for (const accept of ['*/*', 'image/png', 'text/plain', 'text/html']) {
      const { status, headers, body } = await ask('/healthz', { headers: { Accept: accept } })
      expect([status, body]).toEqual([200, 'OK 0%\n'])
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('vary')).toBe('Accept')
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(headers.get('content-length')).toBe('6')
    }
    const head = await ask('/healthz', { method: 'HEAD' })
    expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '6'])
  })

  test('status line and body leave in one write, as a kubelet asks', async () => {
    await serve([], { step: 0 })
    const chunks: string[] = []
    const { port } = new URL(fixture.url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('data', (chunk) => chunks.push(String(chunk)))
      socket.on('close', () => resolve())
      socket.write(
        'GET /healthz HTTP/1.1\r\nHost: x\r\nUser-Agent: kube-probe/1.20\r\nAccept: */*\r\nConnection: close\r\n\r\n',
      )
    })
    expect(chunks).toHaveLength(1)
    expect(chunks[0]).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nConnection: close\r\n\r\nOK 0%\n$/)
  })
})
