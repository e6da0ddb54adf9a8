import type { Server } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Knowledge } from '../../src/guard/answers.ts'
import { firstPulse, type Turning } from '../../src/guard/pulse.ts'
import { rightsReader } from '../../src/guard/rights.ts'
import { createGuardServer } from '../../src/guard/server.ts'
import { FakeClock } from '../fake-clock.ts'
import { comparable, sendRaw } from '../http/raw-request.ts'
import { listen } from '../http/service-fixture.ts'

const TOKEN = 'open-sesame-1234'

/** Two guards agree on statuses, silence and the counter; what else they know is one word or the other, this number or that. */
function knowing(state: Turning, word: string, number: number): Knowledge {
  return {
    silenceMs: 10_000,
    pulse: {
      ...firstPulse(0, 0),
      ...{ state, silentMs: 12_000, stalls: number, longestMs: number * 10, creditedMs: number * 100 },
    },
    finding: {
      attribution: { cause: 'executing', words: `${word} words` },
      capture: { frames: [{ name: `${word}Function`, file: `/app/${word}.js`, line: number }] },
    },
    answers: {
      live: {
        status: 503,
        body: 'Service Unavailable\nerrors: reason withheld\n',
        openBody: `Service Unavailable\nerrors: ${word} ${number}\n`,
      },
      heartbeatPeek: {
        status: 500,
        body: 'Server Error 14%\nerrors: reason withheld\n',
        openBody: `Server Error 14%\nerrors: ${word} ${number}\n`,
      },
      lastWords: `${word} last words`,
    },
  }
}

const STATES: readonly Turning[] = ['turning', 'late', 'stopped']
const servers: Server[] = []
let pairs: readonly (readonly string[])[] = []
beforeAll(async () => {
  const serve = async (knowledge: Knowledge) => {
    const rightsOf = await rightsReader({ token: TOKEN, metricsPublic: false }, new FakeClock())
    const server = createGuardServer(() => knowledge, rightsOf)
    servers.push(server)
    return listen(server)
  }
  pairs = await Promise.all(
    STATES.map((state) =>
      Promise.all([serve(knowing(state, 'aubergine', 271)), serve(knowing(state, 'zz-quartz-and-longer', 31_415_926))]),
    ),
  )
})
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
})

const target = fc
  .record({
    path: fc.constantFrom(
      '/livez',
      '/healthz',
      '/metrics',
      '/livez/',
      '//livez',
      '/LIVEZ',
      '/',
      '/status',
      '/__proto__',
    ),
    query: fc.constantFrom(
      '',
      '',
      '?peek',
      '?verbose',
      '?peek&verbose',
      '?token=open-sesame',
      '?history',
      '?%',
      '?/metrics',
    ),
    before: fc.constantFrom('', '', '', '/.', 'http://127.0.0.1'),
  })
  .map(({ path, query, before }) => before + path + query)

const headers = fc
  .array(
    fc.constantFrom<[string, string]>(
      ['Accept', 'application/json'],
      ['Authorization', ''],
      ['Authorization', 'Bearer'],
      ['Authorization', 'Bearer wrong'],
      ['Authorization', `Bearer ${TOKEN.slice(0, -1)}`],
      ['Authorization', `Bearer ${TOKEN} x`],
      ['Authorization', `Basic ${btoa(`${TOKEN}:`)}`],
      ['Authorization', `Basic ${btoa('x:wrong')}`],
      ['Proxy-Authorization', `Bearer ${TOKEN}`],
      ['Cookie', `token=${TOKEN}`],
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Original-URL', '/metrics'],
      ['User-Agent', 'Prometheus/3'],
      ['Expect', '100-continue'],
      ['Range', 'bytes=0-9'],
      ['Upgrade', 'websocket'],
    ),
    { maxLength: 4 },
  )
  .map((list) => Object.fromEntries(list))

const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'TRACE', 'PROPFIND'),
  target,
  headers,
  body: fc.constantFrom('', '', '{', 'x'.repeat(9_000)),
  version: fc.constantFrom('1.1' as const, '1.1' as const, '1.0' as const),
})

describe('with a token, a client without it', () => {
  test('would find something to learn at the guard: with the token its secrets are told', async () => {
    const authorization = { Authorization: `Bearer ${TOKEN}` }
    const told = await Promise.all(
      pairs.flatMap(([hers = '']) =>
        ['/livez', '/healthz', '/metrics'].map((path) => sendRaw(hers, { target: path, headers: authorization })),
      ),
    )
    const whole = told.map((reply) => reply.body).join('')
    for (const secret of ['errors: aubergine 271', 'aubergineFunction (/app/aubergine.js:271)', 'stalls_total 271'])
      expect(whole).toContain(secret)
  })

  test('cannot tell one guard from another that has the same statuses, silence and counter', {
    timeout: 60_000,
  }, async () => {
    let asker = 0
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        // Each asks from an address of its own: wrong tokens are to be compared, not only counted.
        asker += 1
        const sent = {
          ...asked,
          headers: { Host: 'localhost', ...asked.headers },
          from: `127.2.${asker >> 8}.${asker & 255}`,
        }
        for (const [hers = '', his = ''] of pairs) {
          const [one, other] = (await Promise.all([sendRaw(hers, sent), sendRaw(his, sent)])).map(comparable)
          expect(one).toBe(other)
          expect(one).not.toMatch(/aubergine|quartz|271|open-sesame/)
        }
      }),
      { numRuns: 300 },
    )
  })
})
