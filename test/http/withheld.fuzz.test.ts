import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assembleHealth } from '../../src/assembly.ts'
import { PROBES } from '../../src/core/probe.ts'
import type { Attempt } from '../../src/core/remedy.ts'
import type { Judged } from '../../src/core/status.ts'
import { createDecay } from '../../src/failweb/decay.ts'
import { createGreeter } from '../../src/failweb/greeting.ts'
import { createApp } from '../../src/http/app.ts'
import type { FaultControl } from '../../src/http/surface.ts'
import { PROBE_ROUTES } from '../../src/render/text.ts'
import { steady } from '../assignments.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { comparable, sendRaw } from './raw-request.ts'
import { ask, listen } from './service-fixture.ts'

/** What two services with the same names and statuses keep from the public. */
interface Secrets {
  readonly word: string
  readonly number: number
  /** How many of everything there is. */
  readonly count: number
}

const HERS: Secrets = { word: 'aubergine', number: 271.828, count: 3 }
const HIS: Secrets = { word: 'zz-quartz-and-much-longer', number: 31_415_926.5, count: 7 }
const TOKEN = 'open-sesame-1234'

const CHECKS: readonly (readonly [name: string, status: Judged])[] = [
  ['disks', 'fail'],
  ['heap', 'warn'],
  ['loop', 'pass'],
]

async function serve(secrets: Secrets, hasFaults: boolean) {
  const { word, number, count } = secrets
  const clock = new FakeClock()
  const many = Array.from({ length: count }, (_, index) => `${word}-${index}`)
  const values = { used_ratio: 'share' }
  const forecast = { limit: `${word} limit`, etaSeconds: [number, number + 1, null] as const }
  const checks = CHECKS.map(([name, status]) => ({
    ...steady(name, status, {
      values,
      rhythm: { toWorsen: 1 },
      observes: { measurement: 'utilization', value: 'used_ratio' },
    }),
    about: `${word} about`,
    judge: () => ({
      ...{ status, because: `${word} because`, values: { used_ratio: number }, limits: { warn: number }, forecast },
      parts: many.map((subject) => ({ subject, status, because: `${word} part`, values: { used_ratio: number } })),
    }),
  }))
  const attempts: readonly Attempt[] = many.map((because) => ({
    remedy: 'purge-cache',
    because,
    at: number,
    tookMs: number,
    result: 'failed',
    error: word,
  }))
  const remedy = { name: `${word}-remedy`, about: word, run: () => Promise.reject(new Error(word)) }
  const faults: FaultControl = {
    list: () => many.map((name) => ({ name: `${name}-fault`, about: word, active: true, settings: {} })) as never,
    onRequest: async () => 'go on',
    set: () => ({ word }),
    clear: async () => {},
  }
  const identity = {
    version: word,
    releaseId: `${word}-release`,
    serviceId: `${word}-pod`,
    description: word,
    notes: many,
  }
  const previous = {
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: new Date(number * 1e6).toISOString(),
    lived: number,
    why: `${word}-why`,
    exit: word,
    end: word,
  }
  const { health, surface, meter } = assembleHealth(
    { checks, clock, token: TOKEN, identity },
    {
      decay: createDecay({ step: 0.01, seed: 7 }),
      decayStep: number,
      remedies: { list: [remedy], ladders: [], attempts: () => attempts },
      ...(hasFaults && { faults }),
      previous,
      journalTrouble: () => `${word} trouble`,
    },
  )
  health.registerCache({ name: `${word}-cache`, size: () => number, purge: () => {} })
  await health.start()
  await settle()
  const server = createServer(createApp({ surface, meter, greeter: createGreeter() }))
  return { server, url: await listen(server), secrets, health, clock }
}

type Service = Awaited<ReturnType<typeof serve>>

/** Hers and his; once with faults, whose requests are all routed, and once without, where the plainest ones are not. */
let pairs: readonly (readonly [Service, Service])[] = []
beforeAll(async () => {
  const pair = async (hasFaults: boolean) => [await serve(HERS, hasFaults), await serve(HIS, hasFaults)] as const
  pairs = [await pair(true), await pair(false)]
})
afterAll(() => {
  for (const { server } of pairs.flat()) {
    server.closeAllConnections()
    server.close()
  }
})

/** Every route there is, from the rooms themselves: one that is added tomorrow is tried tomorrow. */
function routes(): readonly string[] {
  const folder = new URL('../../src/http/', import.meta.url)
  const source = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'))
  const paths = source.flatMap((text) => [...text.matchAll(/router\.\w+\(\s*\[?((?:\s*'\/[^']*',?)+)/g)])
  const named = paths.flatMap(([, list = '']) => [...list.matchAll(/'([^']+)'/g)].map(([, path = '']) => path))
  return [...new Set([...named, ...PROBES.map((probe) => `/${PROBE_ROUTES[probe]}`)])]
}

const ROUTES = routes()
const NAMES = [
  ...CHECKS.map(([name]) => name),
  'decay',
  'draining',
  'nobody',
  'purge-cache',
  '__proto__',
  'constructor',
  '%00',
  '..',
]

/** Most paths are to be found: an odd one says little about what its route would say. */
const plain = (times: number) => Array.from({ length: times }, () => '')

const path = fc
  .record({
    route: fc.constantFrom(...ROUTES),
    name: fc.constantFrom(...NAMES),
    bent: fc.constantFrom(...plain(20), '/', '//', '/.', '/..', '/%2e%2e', '.json', ';x', '%2f', '/../metrics', '/./'),
    before: fc.constantFrom(...plain(10), '/', '/.', '/x/..', 'http://elsewhere.example', 'http://127.0.0.1'),
    keys: fc.array(
      fc.constantFrom(
        ...[
          'peek',
          'verbose',
          'history',
          'exclude=disks',
          'exclude=typo',
          'exclude=decay',
          'only=typo',
          'pretty',
          'full=1',
        ],
        ...[
          'exclude=__proto__',
          'token=open',
          'access_token=x',
          'debug',
          'format=json',
          'callback=f',
          'name=Kana',
          '%',
          'a[]=1',
        ],
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ route, name, bent, before, keys }) => {
    const query = keys.length > 0 ? `?${keys.join('&')}` : ''
    return `${before}${route.replace(/:\w+/g, name)}${bent}${query}`
  })

const HEADERS: readonly (readonly [string, string])[] = [
  ['Accept', 'application/health+json'],
  ['Accept', 'application/json'],
  ['Accept', 'text/html,*/*;q=0.1'],
  ['Accept', 'text/event-stream'],
  ['Accept', 'application/openmetrics-text'],
  ['Accept', ';;,'],
  ['Accept-Encoding', 'gzip, br'],
  ['Accept-Language', 'ja'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['If-Match', '"x"'],
  ['Range', 'bytes=0-9'],
  ['Range', 'bytes=-1'],
  ['Origin', 'http://127.0.0.1'],
  ['Referer', 'http://127.0.0.1/status'],
  ['Host', 'localhost'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-HTTP-Method-Override', 'GET'],
  ['X-Original-URL', '/metrics'],
  ['X-Rewrite-URL', '/metrics'],
  ['Cookie', `token=${'x'.repeat(20)}`],
  ['Authorization', ''],
  ['Authorization', 'Bearer'],
  ['Authorization', 'Bearer wrong'],
  ['Authorization', `Bearer ${TOKEN.slice(0, -1)}`],
  ['Authorization', `Bearer ${TOKEN} x`],
  ['Authorization', `Basic ${btoa(`${TOKEN}:`)}`],
  ['Authorization', 'Digest username="x"'],
  ['Proxy-Authorization', `Bearer ${TOKEN}`],
  ['User-Agent', 'kube-probe/1.33'],
  ['User-Agent', 'Prometheus/3'],
  ['Last-Event-ID', '1'],
  ['Upgrade', 'websocket'],
  ['Expect', '100-continue'],
  ['Content-Type', 'application/json'],
]

const request = fc.record({
  method: fc.constantFrom(
    'GET',
    'GET',
    'GET',
    'HEAD',
    'OPTIONS',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'PROPFIND',
  ),
  target: path,
  headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 4 }).map((list) => Object.fromEntries(list)),
  body: fc.constantFrom('', '', '{}', '{"ttlSeconds":60}', '{', 'x'.repeat(20_000)),
  version: fc.constantFrom('1.1' as const, '1.1' as const, '1.0' as const),
})

let asker = 0
/** Each asks from an address of its own: wrong tokens are to be compared, not only counted. */
function nextAddress(): string {
  asker += 1
  return `127.1.${asker >> 8}.${asker & 255}`
}

describe('with a token, a client without it', () => {
  test('is tried on every route there is', () => {
    expect(ROUTES).toEqual(
      expect.arrayContaining([
        '/',
        '/healthz',
        '/healthz/:name',
        '/livez',
        '/metrics',
        '/remedies/:name',
        '/faults',
        '/faults/:name',
        '/status',
        '/status/events',
      ]),
    )
  })

  test('would find something to learn: with the token every secret is told', async () => {
    const [[service] = []] = pairs
    const headers = { authorization: `Bearer ${TOKEN}` }
    const read = async (path: string, more = {}) =>
      (await ask(`${service?.url}${path}`, { headers: { ...headers, ...more } })).body
    const detail = await read('/healthz?peek', { accept: 'application/json' })
    for (const secret of ['because', 'limit', 'release', 'pod', 'why', 'trouble', '0']) {
      expect(detail).toMatch(new RegExp(`aubergine[ -](part|${secret})`))
    }
    expect(detail).toContain('271.828')
    expect(detail).toContain('1970-01-04T03:30:28')
    expect(await read('/faults')).toContain('aubergine-0-fault')
    expect(await read('/metrics')).toContain('aubergine-release')
    expect(await read('/status')).toContain('aubergine')
    expect(await read('/healthz/disks?history')).toContain('aubergine')
  })

  /**
   * The law: two services that agree on names, statuses and the counter, and on nothing else, cannot be told apart, not by a byte and so
   * not by a length. What they answer to the same requests is the same.
   */
  test('cannot tell one service from another that has the same names, statuses and counter', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        await expectSame(asked)
      }),
      { numRuns: 300 },
    )
  })

  test('cannot do so by any one header, on any route', { timeout: 120_000 }, async () => {
    for (const route of ROUTES) {
      const target = route.replace(/:\w+/, 'disks')
      for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
        await Promise.all(
          HEADERS.map((header) => expectSame({ method, target, headers: Object.fromEntries([header]) })),
        )
      }
    }
  })

  test.each(['GET', 'HEAD'])('%s of what is not public is 401, whatever is accepted', async (method) => {
    for (const target of ['/metrics', '/status', '/status/events', '/faults']) {
      for (const accept of ['*/*', 'text/html', 'text/event-stream', 'application/json']) {
        for (const { url } of pairs[0] ?? []) {
          const reply = await sendRaw(url, { method, target, headers: { Accept: accept } })
          expect([target, reply.status, reply.headers['cache-control']]).toEqual([target, 401, 'no-store'])
        }
      }
    }
  })
})

/** Both services are asked under one name: their ports are no secret, and would differ. */
async function expectSame(asked: Parameters<typeof sendRaw>[1] & { readonly headers: Record<string, string> }) {
  const sent = { ...asked, headers: { Host: 'localhost', ...asked.headers }, from: nextAddress() }
  for (const pair of pairs) {
    const [hers, his] = await Promise.all(pair.map(({ url }) => sendRaw(url, sent)))
    const told = hers && comparable(hers)
    expect(told).toBe(his && comparable(his))
    expect(told).not.toMatch(/aubergine|quartz|271\.8|1970-01-0[45]T|open-sesame/)
    expect(hers?.headers['content-encoding']).toBeUndefined()
  }
}
