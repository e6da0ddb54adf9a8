import { get, type IncomingMessage } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { LONGEST_DELAY_MS } from '../../src/core/rhythm.ts'
import { MOST_READERS } from '../../src/http/status-events.ts'
import { scripted, steady } from '../assignments.ts'
import { type Fixture, serveApp } from './service-fixture.ts'

let fixture: Fixture
const open = new Set<IncomingMessage>()
afterEach(async () => {
  for (const one of open) one.destroy()
  open.clear()
  await fixture.close()
})

const failing: Check = steady('queue', 'fail', { rhythm: { toWorsen: 1 } })

interface Reader {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly told: () => string
  readonly over: Promise<void>
  readonly message: IncomingMessage
}

/** One who reads the news. */
function read(path = '/status/events', headers: Record<string, string> = {}): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const request = get(fixture.url + path, { headers, agent: false }, (message) => {
      open.add(message)
      let told = ''
      message.setEncoding('utf8').on('data', (chunk) => {
        told += chunk
      })
      const over = new Promise<void>((done) => message.on('close', done))
      resolve({ status: message.statusCode ?? 0, headers: message.headers, told: () => told, over, message })
    })
    request.on('error', reject)
  })
}

/** Real sockets take a moment, whatever the clock says. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 2))
  expect(holds()).toBe(true)
}

/** The parts of each piece of news, by their ids. */
const news = (told: string) =>
  [...told.matchAll(/^event: news\ndata: (.*)\n\n/gm)].map(
    ([, json = '']) => JSON.parse(json).parts as Record<string, string>,
  )

describe('GET /status', () => {
  test('is a page that asks no other origin for anything and runs only its own script', async () => {
    fixture = await serveApp([failing])
    const { status, headers, body } = await fixture.ask('/status')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'/,
    )
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(body).toContain('saw fail at look')
  })

  test.each([
    ['de, ja;q=0.8, en;q=0.1', '/status', 'ja'],
    ['en-GB', '/status', 'en'],
    ['fr', '/status', 'en'],
    ['en', '/status?lang=ja', 'ja'],
    ['ja', '/status?lang=xx', 'ja'],
  ])('Accept-Language %s at %s is answered in %s', async (wanted, path, language) => {
    fixture = await serveApp([])
    const { headers, body } = await fixture.ask(path, { headers: { 'accept-language': wanted } })
    expect(body).toContain(`<html lang="${language}">`)
    expect(headers.get('content-language')).toBe(language)
    expect(headers.get('vary')).toContain('Accept-Language')
  })

  test('with a token needs it, in a way that makes a browser ask, and so do the news', async () => {
    fixture = await serveApp([failing], { token: 'secret' })
    for (const path of ['/status', '/status/events']) {
      const refused = await fixture.ask(path)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
      expect(refused.body).not.toContain('queue')
    }
    const authorization = `Basic ${Buffer.from('anybody:secret').toString('base64')}`
    expect((await fixture.ask('/status', { headers: { authorization } })).body).toContain('saw fail at look')
    expect((await read('/status/events', { authorization })).status).toBe(200)
  })

  test('who comes through a proxy without a token may look, and is offered no button', async () => {
    fixture = await serveApp([])
    expect((await fixture.ask('/status')).body).toContain('<button id="run-purge-cache-controls">')
    const proxied = await fixture.ask('/status', { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(proxied.status).toBe(200)
    expect(proxied.body).not.toContain('<button')
  })

  test('the detail links to it', async () => {
    fixture = await serveApp([])
    const detail = await fixture.ask('/healthz?peek', { headers: { accept: 'application/json' } })
    expect(detail.json()).toMatchObject({ links: { about: '/status' } })
  })

  test('says who asked the probes, how often, and what they got', async () => {
    fixture = await serveApp([failing])
    const asKubelet = { headers: { 'user-agent': 'kube-probe/1.31' } }
    for (let probe = 0; probe < 4; probe++) {
      await fixture.ask('/livez', asKubelet)
      await fixture.clock.advance(1_000)
    }
    await fixture.ask('/metrics', { headers: { 'user-agent': 'Prometheus/3.0' } })
    const { body } = await fixture.ask('/status')
    expect(body).toMatch(/the kubelet<\/th><td>\/livez<\/td><td>every 1 s<\/td>.*\n<b>503<\/b><\/td><td>503 4×/)
    expect(body).toMatch(/Prometheus<\/th><td>\/metrics<\/td><td>–<\/td>.*\n.*200 1×/)
  })

  test('a browser without scripts that runs a remedy comes back to the page', async () => {
    fixture = await serveApp([])
    const form = {
      method: 'POST',
      redirect: 'manual' as const,
      headers: { accept: 'text/html,*/*;q=0.8', origin: fixture.url },
    }
    const { status, headers } = await fixture.ask('/remedies/purge-cache', form)
    expect([status, headers.get('location')]).toEqual([303, '/status#timeline'])
    expect((await fixture.ask('/status')).body).toContain('purge-cache ran for')
  })
})

describe('GET /status/events', () => {
  test('tells all at once to who joins, and then what has changed', async () => {
    fixture = await serveApp([
      scripted('queue', ['pass', 'fail'], { rhythm: { everyMs: 10_000, toWorsen: 1 } }),
      // Its second look comes at some moment of 24 days: hardly within these 12 seconds.
      steady('calm', 'pass', { rhythm: { everyMs: LONGEST_DELAY_MS } }),
    ])
    const reader = await read()
    expect(reader.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    await until(() => news(reader.told()).length === 1)
    expect(Object.keys(news(reader.told())[0] ?? {})).toEqual([
      'overall',
      'timeline',
      'visits',
      'run',
      'controls',
      'checks',
    ])
    await fixture.clock.advance(12_000)
    await until(() => news(reader.told()).some((parts) => parts['overall']?.includes('Failing')))
    const all = news(reader.told()).slice(1)
    expect(all.length).toBeLessThanOrEqual(12)
    expect(all.flatMap((parts) => Object.keys(parts))).not.toContain('check-calm')
  })

  test('is silent where nothing changes, but for a sign of life every 5 s', async () => {
    fixture = await serveApp([])
    const reader = await read()
    await until(() => news(reader.told()).length === 1)
    await fixture.clock.advance(11_000)
    await until(() => reader.told().split(': ping\nevent: still\ndata: ').length === 3)
    expect(news(reader.told())).toHaveLength(1)
  })

  test('nobody is rendered for when nobody reads', async () => {
    fixture = await serveApp([])
    const before = fixture.clock.sleepers
    const reader = await read()
    await until(() => fixture.clock.sleepers === before + 1)
    reader.message.destroy()
    await until(() => fixture.clock.sleepers === before)
  })

  test('ends when the service drains, and says so; who comes then is sent away', async () => {
    fixture = await serveApp([])
    const reader = await read()
    await until(() => reader.told() !== '')
    fixture.drain()
    await reader.over
    expect(reader.told()).toMatch(/event: bye\ndata:\n\n$/)
    expect((await fixture.ask('/status/events')).status).toBe(503)
    expect((await fixture.ask('/status')).body).toContain('Stopping')
  })

  test(`has room for ${MOST_READERS}; the next is told to come back`, async () => {
    fixture = await serveApp([])
    for (let count = 0; count < MOST_READERS; count += 50) await Promise.all(Array.from({ length: 50 }, () => read()))
    const refused = await fixture.ask('/status/events')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('30')
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(refused.json()).toMatchObject({ status: 503, detail: expect.stringContaining('500 readers') })
    const [first] = open
    first?.destroy()
    let status = 503
    for (let turn = 0; turn < 100 && status === 503; turn++) status = (await read()).status
    expect(status).toBe(200)
  })

  test('who does not read is cut, and the others are told all the same', async () => {
    let looks = 0
    const judge: Check['judge'] = () => {
      const because = `${looks++} ${'x'.repeat(380)}`
      const parts = Array.from({ length: 8 }, (_, index) => ({
        subject: `s${index}`,
        status: 'pass' as const,
        because,
        values: {},
      }))
      return { status: 'pass', because, values: {}, parts }
    }
    const loud = (index: number) => ({ ...steady(`loud-${index}`, 'pass', { rhythm: { everyMs: 1_000 } }), judge })
    fixture = await serveApp(Array.from({ length: 60 }, (_, index) => loud(index)))
    const [idle, reader] = [await read(), await read()]
    idle.message.pause()
    for (let second = 0; second < 80; second++) {
      const before = reader.told().length
      await fixture.clock.advance(1_000)
      await until(() => reader.told().length > before)
    }
    // What the kernel had taken still comes; then the connection ends, and nobody said goodbye.
    idle.message.resume()
    await idle.over
    expect(idle.told()).not.toContain('event: bye')
    expect(idle.told().length).toBeLessThan(reader.told().length)
  })
})
