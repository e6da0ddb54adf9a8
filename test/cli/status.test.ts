import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check, Verdict } from '../../src/core/check.ts'
import { createDecay } from '../../src/failweb/decay.ts'
import { steady } from '../assignments.ts'
import { type Fixture, listen, serveApp } from '../http/service-fixture.ts'
import { run } from './terminal.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serve(checks: readonly Check[], options: Parameters<typeof serveApp>[1] = {}): Promise<Fixture> {
  const fixture = await serveApp(checks, { identity: { releaseId: '1.4.0', serviceId: 'pod-1' }, ...options })
  closing.push(() => fixture.close())
  return fixture
}

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return listen(server)
}

function judged(name: string, verdict: Partial<Verdict>, about: Partial<Check> = {}): Check {
  return {
    ...steady(name, 'pass', { values: { used_ratio: 'share' }, rhythm: { toWorsen: 1, everyMs: 1000 }, ...about }),
    judge: () => ({ status: 'pass', because: 'as it should be', values: {}, ...verdict }),
  }
}

const observes = { measurement: 'utilization', value: 'used_ratio' }
const full = judged(
  'disk-usage',
  {
    status: 'fail',
    because: '93% of / is used; fails at 90%',
    values: { used_ratio: 0.93 },
    limits: { warn: 0.8, fail: 0.9 },
    forecast: { limit: 'the end of /', etaSeconds: [900, 1500, null] },
  },
  { observes, cure: 'person', advice: 'see what has grown' },
)

describe('failweb status', () => {
  test('shows what is wrong first: why, since when, when it is fatal, and what cures it', async () => {
    const { url } = await serve([judged('latency', {}), full])
    expect(await run(['status', url])).toEqual({
      code: 1,
      err: '',
      out: `FAIL     release 1.4.0 on pod-1, ${url}, counter at 0%
         disk-usage: 93% of / is used; fails at 90%

STATUS   CHECK       FOR     HISTORY                   SEEN
fail     disk-usage  0s                             █
         93% of / is used; fails at 90%
         reaches the end of / in about 25 min: 15 min at the soonest, never at the latest
         see what has grown
         since 2026-01-01 00:00:01Z; cured by a person
pass     latency     0s                             ·  as it should be

run      up 0s, since 2026-01-01 00:00:01Z
`,
    })
  })

  test('what no check judges stands above the checks, which may all pass', async () => {
    const { url } = await serve([judged('latency', {})], { identity: { notes: ['users got server errors'] } })
    expect((await run(['status', url])).out).toMatch(/^PASS .*\nnote +users got server errors\n\nSTATUS/)
  })

  test('shows under a check what was tried for it last, newest first', async () => {
    const seen = { standing: 'fail', status: 'fail', because: 'greetings holds 100 entries' }
    const attempt = (second: number, rest: object) => ({
      time: `2026-01-01T00:00:0${second}.000Z`,
      remedy: 'purge-cache',
      check: 'cache-size',
      took: 0.003,
      result: 'done',
      ...rest,
    })
    const attempts = [
      attempt(1, { entries: { before: 200, after: 0 }, bytes: { before: 2048, after: 0 }, helped: true }),
      attempt(2, { result: 'failed', error: 'it is\u001b[2J locked', helped: false }),
      attempt(3, { check: 'another' }),
    ]
    const detail = {
      status: 'fail',
      checks: { 'cache-size': [seen] },
      run: { startedAt: '2026-01-01T00:00:00.000Z' },
      attempts,
    }
    const { out } = await run(['status', await answering((_, res) => res.end(JSON.stringify(detail)))])
    expect(out.split('\n').filter((line) => line.includes('tried'))).toEqual([
      '         tried 2026-01-01 00:00:02Z: purge-cache failed in 3 ms; it is locked; it did not help',
      '         tried 2026-01-01 00:00:01Z: purge-cache done in 3 ms; entries 200 → 0; bytes 2 KiB → 0 B; it helped',
    ])
  })

  test('draws nothing: the counter stands as it stood', async () => {
    const { url, ask } = await serve([], { decay: createDecay({ step: 2, seed: 33 }) })
    await ask('/healthz')
    for (let i = 0; i < 3; i++) expect((await run(['status', url])).out).toContain('counter at 2%')
  })

  test('one that cannot tell says why, and not what its parts were when it still could', async () => {
    const seen = { standing: 'unknown', status: 'warn', componentId: '/', because: '25% of / is used' }
    const all = { status: 'warn', checks: { 'disk-usage': [seen] }, run: { startedAt: '2026-01-01T00:00:00.000Z' } }
    const alone = { ...all, output: 'disk-usage: / gave no answer for 5 s' }
    const url = await answering(({ url: path }, res) =>
      res.end(JSON.stringify(path?.startsWith('/healthz/disk-usage') ? alone : all)),
    )
    const { out } = await run(['status', url])
    expect(out).toContain('\n         / gave no answer for 5 s\n')
    expect(out).not.toContain('25%')
  })

  test('what the check and its only part say alike is said once', async () => {
    const parts = [{ subject: '/logs (contents)', status: 'fail' as const, because: '/logs holds 3 MiB', values: {} }]
    const full = judged('disk-usage', { status: 'fail', because: '/logs holds 3 MiB; gc did not help', parts })
    const { out } = await run(['status', (await serve([full])).url])
    expect(out.match(/\n {9}\/logs holds 3 MiB/g)).toHaveLength(1)
    expect(out).not.toContain('(contents)')
  })

  test('a part that is not well speaks for itself; those that are stay quiet', async () => {
    const part = (subject: string, status: 'pass' | 'warn') => ({ subject, status, because: `so full`, values: {} })
    const { url } = await serve([judged('disks', { parts: [part('/', 'pass'), part('/data', 'warn')] })])
    const { out, code } = await run(['status', url])
    expect(code).toBe(0)
    expect(out).toContain('         /data: so full\n')
    expect(out).not.toContain('/: so full')
  })

  test.each<[string, readonly Check[], number]>([
    ['all pass', [judged('fine', {})], 0],
    ['one warns', [judged('fine', { status: 'warn' })], 0],
    ['one fails', [judged('bad', { status: 'fail' })], 1],
    ['one cannot tell', [{ ...steady('blind', 'pass'), sense: () => Promise.reject(new Error('EIO')) } as Check], 3],
  ])('%s: the exit code says so', async (_what, checks, code) => {
    const { url } = await serve(checks)
    expect((await run(['status', url, '--json'])).code).toBe(code)
  })

  test('as JSON it has the same, with the history', async () => {
    const { url } = await serve([full])
    const report = JSON.parse((await run(['status', url, '--json'])).out)
    expect(report).toMatchObject({ url, status: 'fail', withheld: false, release: '1.4.0', instance: 'pod-1' })
    expect(report.checks).toEqual([
      {
        name: 'disk-usage',
        because: '93% of / is used; fails at 90%',
        status: 'fail',
        since: '2026-01-01T00:00:01.000Z',
        cure: 'person',
        advice: 'see what has grown',
        parts: [
          {
            status: 'fail',
            because: '93% of / is used; fails at 90%',
            value: 0.93,
            limits: { warn: 0.8, fail: 0.9 },
            forecast: { limit: 'the end of /', etaSeconds: [900, 1500, null] },
          },
        ],
        history: [{ status: 'fail', value: 0.93 }],
      },
    ])
  })

  test('tells how the run before ended', async () => {
    const previous = { endedAt: '2026-01-01T00:00:00.000Z', lived: 39, why: 'memory-growth: it grew', exit: 'SIGKILL' }
    const url = await answering((_req, res) =>
      res.end(
        JSON.stringify({
          status: 'pass',
          checks: {},
          run: { startedAt: '2026-01-01T00:00:01.000Z', uptimeSeconds: 130, previous },
        }),
      ),
    )
    expect((await run(['status', url])).out).toContain(
      `run      up 2m10s, since 2026-01-01 00:00:01Z
before   lived 39s, ended 2026-01-01 00:00:00Z (SIGKILL): memory-growth: it grew
`,
    )
  })

  test('a service whose release nobody has told is called by its instance alone', async () => {
    const { url } = await serve([steady('fine', 'pass')], { identity: { serviceId: 'pod-1' } })
    expect((await run(['status', url])).out).toContain(`PASS     on pod-1, ${url}, counter at 0%`)
  })

  test('what comes over the wire cannot drive the terminal, nor add lines', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31mred\nfail forged: line\u202e'
    const element = { status: 'warn', standing: 'warn', cure: evil, because: evil, componentId: evil, since: evil }
    const detail = {
      ...{ status: 'warn', releaseId: evil, serviceId: evil, description: evil, output: evil, notes: [evil] },
      checks: { [`${evil}:x`]: [{ ...element, forecast: { limit: evil, etaSeconds: [1, 2, 3] } }] },
      run: { startedAt: evil, uptimeSeconds: 1, previous: { endedAt: evil, lived: 1, why: evil, exit: evil } },
    }
    const url = await answering((_req, res) => res.end(JSON.stringify(detail)))
    for (const args of [[], ['--json']]) {
      const { out } = await run(['status', url, ...args])
      expect(out).toContain('red fail forged: line')
      expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
      expect(out).not.toMatch(/^fail forged/m)
    }
  })
})

describe('the token', () => {
  const withheld = (url: string, why: string) => `failweb: ${url} ${why}\n`

  test('is missing: statuses are shown, and one line says what to do', async () => {
    const { url } = await serve([full], { token: 'sesame' })
    const { code, out, err } = await run(['status', url])
    expect([code, out]).toEqual([
      1,
      `FAIL     ${url}, counter at 0%
         disk-usage: reason withheld

STATUS   CHECK
fail     disk-usage
`,
    ])
    expect(err).toBe(withheld(url, 'withholds reasons without its token: set FAILWEB_TOKEN, or give --token-file'))
  })

  test('is wrong', async () => {
    const { url } = await serve([full], { token: 'sesame' })
    const { err } = await run(['status', url], { FAILWEB_TOKEN: 'open' })
    expect(err).toBe(withheld(url, 'withholds reasons: the token that was sent is not its own'))
  })

  test('comes from FAILWEB_TOKEN, or from a file, which wins', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'failweb-token-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'token'), 'sesame\n')
    const { url } = await serve([full], { token: 'sesame' })
    expect((await run(['status', url], { FAILWEB_TOKEN: 'sesame' })).out).toContain('93% of /')
    const args = ['status', url, '--token-file', join(folder, 'token')]
    expect((await run(args, { FAILWEB_TOKEN: 'open' })).out).toContain('93% of /')
    expect(await run(['status', url, '--token-file', '/nowhere'])).toMatchObject({
      code: 2,
      err: 'failweb: tokenFile: /nowhere cannot be read: ENOENT\n',
    })
  })
})

describe('which cannot be asked: one line, and exit 3', () => {
  const cases: readonly [string, () => Promise<string>, (url: string) => string][] = [
    [
      'nothing listens',
      async () => {
        const server = createServer()
        const url = await listen(server)
        await new Promise((resolve) => server.close(resolve))
        return url
      },
      (url) => `nothing listens at ${url}`,
    ],
    [
      'a page',
      () => answering((_req, res) => res.end('<html>')),
      (url) => `what answers at ${url} is not failweb's: /healthz gave 200 and no detail`,
    ],
    [
      'JSON of somebody else',
      () => answering((_req, res) => res.writeHead(404).end('{"status":"UP"}')),
      (url) => `what answers at ${url} is not failweb's: /healthz gave 404 and no detail`,
    ],
    [
      'a redirect, which may lead anywhere: the token does not follow',
      () => answering((_req, res) => res.writeHead(302, { Location: 'http://elsewhere.example/' }).end()),
      (url) => `what answers at ${url} is not failweb's: /healthz gave 302 and no detail`,
    ],
    ['who hangs up', () => answering((req) => req.socket.destroy()), (url) => `the connection to ${url} broke off`],
    [
      'who speaks no HTTP',
      () =>
        answering(({ socket }) => {
          socket.end('220 mail.example ESMTP\r\n')
        }),
      (url) => `what answers at ${url} does not speak HTTP`,
    ],
  ]
  test.each(cases)('%s', async (_what, start, message) => {
    const url = await start()
    expect(await run(['status', url])).toEqual({ code: 3, out: '', err: `failweb: ${message(url)}\n` })
  })
})

describe('wrong usage is exit 2', () => {
  test.each<[readonly string[], string, Record<string, string>?]>([
    [['ftp://x'], 'ftp://x: expected a URL that begins with http:// or https://'],
    [['http://'], 'http://: expected a URL such as http://127.0.0.1:8080'],
    [
      ['http://me:sesame@host'],
      'the URL: expected no password in it; give the token with --token-file or FAILWEB_TOKEN',
    ],
    [['a', 'b'], 'b: failweb status takes one URL'],
    [['--evry', '1'], '--evry: failweb status has no such option; see its --help'],
    [['--watch', '--every', '0'], '--every: expected a number from 0.2 to 3600; got 0'],
    [['--every', '1'], '--every: belongs to --watch'],
    [[], 'the port is 0, a free one: give the URL of the service', { PORT: '0' }],
    [[], 'port: expected number; got "http" from PORT', { PORT: 'http' }],
  ])('%j', async (args, message, env = {}) => {
    expect(await run(['status', ...args], env)).toEqual({ code: 2, out: '', err: `failweb: ${message}\n` })
  })
})

describe('the URL', () => {
  test('may leave out what goes without saying, and name a prefix', async () => {
    const paths: string[] = []
    const url = await answering((req, res) => {
      paths.push(`${req.url}`)
      res.end('{"status":"pass","checks":{}}')
    })
    const { host, port } = new URL(url)
    for (const given of [host, `${url}/`, `${url}/healthz`, `${url}/internal`, `${url}/internal/healthz`]) {
      expect((await run(['status', given])).code).toBe(0)
    }
    // As serve has it: PORT, and 127.0.0.1 for every address.
    expect((await run(['status'], { PORT: port, FAILWEB_PORT: 'tcp://10.0.0.1:80' })).code).toBe(0)
    const own = '/healthz?peek'
    expect(paths).toEqual([own, own, own, `/internal${own}`, `/internal${own}`, own])
  })
})

describe('failweb purge', () => {
  const cacheOf = (name: string, entries: number) => {
    const kept = new Set(Array.from({ length: entries }, (_, index) => index))
    return { name, size: () => kept.size, purge: () => kept.clear() }
  }

  test('says how many entries each cache freed', async () => {
    const { url, registerCache } = await serve([])
    registerCache(cacheOf('pages', 5))
    registerCache(cacheOf('users', 7))
    expect(await run(['purge', 'pages', '--url', url])).toEqual({
      code: 0,
      out: 'pages  5 entries freed  0 left\n',
      err: '',
    })
    expect((await run(['purge', '--url', url])).out).toBe(`greetings  0 entries freed  0 left
pages      0 entries freed  0 left
users      7 entries freed  0 left
all        7 entries freed  0 left
`)
    expect(JSON.parse((await run(['purge', '--url', url, '--json'])).out)).toMatchObject({
      entries: { before: 0, after: 0 },
    })
  })

  test('refused, failed and unknown are exit 1, with the service’s own reason', async () => {
    const { url, registerCache } = await serve([])
    expect(await run(['purge', 'typo', '--url', url])).toEqual({
      code: 1,
      out: '',
      err: `failweb: ${url}: typo: no cache of this name is registered; there is greetings\n`,
    })
    registerCache({ name: 'locked', size: () => 1, purge: () => Promise.reject(new Error('it is locked')) })
    expect((await run(['purge', '--url', url])).err).toBe(
      `failweb: ${url}: purge-cache failed: locked: it is locked; greetings was emptied (0 → 0)\n`,
    )
    const { url: closed } = await serve([], { token: 'sesame' })
    const { code, err } = await run(['purge', '--url', closed])
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/: the token is needed.*; set FAILWEB_TOKEN, or give --token-file\n$/),
    ])
    expect((await run(['purge', '--url', closed], { FAILWEB_TOKEN: 'sesame' })).code).toBe(0)
  })

  test('nobody there, or somebody else, is exit 3', async () => {
    const other = await answering((_req, res) => res.writeHead(404).end('nothing here\u001b[2J'))
    expect(await run(['purge', '--url', other])).toEqual({
      code: 3,
      out: '',
      err: `failweb: what answers at ${other} is not failweb's: 404 nothing here\n`,
    })
    expect((await run(['purge'], { PORT: '1' })).code).toBe(3)
    expect((await run(['purge', '--force', 'x'])).code).toBe(2)
  })
})
