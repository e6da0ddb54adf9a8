import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check, Verdict } from '../../src/core/check.ts'
import { createDecay } from '../../src/failweb/decay.ts'
import type { HealthOptions } from '../../src/health.ts'
import { steady } from '../assignments.ts'
import { type Fixture, serveApp } from './service-fixture.ts'

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true })
addFormats.default(ajv)
const schema = JSON.parse(readFileSync(new URL('../../src/render/health.schema.json', import.meta.url), 'utf8'))
const isDetail = ajv.compile(schema)

let fixture: Fixture
afterEach(() => fixture.close())

async function serve(checks: readonly Check[], options: HealthOptions & { step?: number } = {}) {
  const { step = 0, ...rest } = options
  fixture = await serveApp(checks, { ...rest, decay: createDecay({ step, seed: 1 }) })
  return fixture.ask
}

const JSON_HEADERS = { Accept: 'application/health+json' }

function judged(name: string, verdict: Partial<Verdict>, about: Partial<Check> = {}): Check {
  const values = { used_ratio: 'share in use', p99_seconds: 'the 99th percentile' }
  return {
    ...steady(name, 'pass', { values, rhythm: { toWorsen: 1 }, ...about }),
    judge: () => ({ status: 'pass', because: 'as it should be', values: {}, ...verdict }),
  }
}

const observes = { measurement: 'utilization', value: 'used_ratio' }
const forecast = { limit: 'cgroup memory.max', etaSeconds: [900, 1500, null] as const }
const part = (subject: string, status: Verdict['status'], used_ratio: number) => ({
  subject,
  status,
  because: `${subject} is ${used_ratio}`,
  values: { used_ratio },
})

const CASES: readonly [title: string, checks: readonly Check[]][] = [
  ['no checks', []],
  ['a pass', [judged('fine', { values: { used_ratio: 0.5 } }, { observes })]],
  ['a warn with a forecast', [judged('grows', { status: 'warn', forecast })]],
  ['parts', [judged('disks', { parts: [part('/', 'pass', 0.1), part('/data', 'fail', 0.95)] }, { observes })]],
  ['a fail', [judged('bad', { status: 'fail' }, { cure: 'restart' })]],
  ['an unknown', [{ ...steady('blind', 'pass'), sense: () => Promise.reject(new Error('EIO')) } as Check]],
]

describe('every answer is what the schema says', () => {
  for (const [title, checks] of CASES) {
    test.each([undefined, 'secret'])(`${title}, token %s`, async (token) => {
      const ask = await serve(checks, { step: 100, ...(token !== undefined && { token }) })
      const paths = ['/healthz', '/healthz?exclude=decay&exclude=typo', '/livez', '/readyz', '/startupz']
      for (const name of checks.map((check) => check.name)) paths.push(`/healthz/${name}`, `/healthz/${name}?history`)
      for (const path of paths) {
        for (const authorization of ['', 'Bearer secret']) {
          const reply = await ask(path, { headers: { ...JSON_HEADERS, authorization } })
          const detail = reply.json()
          expect([isDetail(detail), isDetail.errors, path]).toEqual([true, null, path])
          expect(reply.headers.get('content-type')).toBe('application/health+json')
          expect(detail['status'] === 'fail').toBe(reply.status >= 500)
        }
      }
    })
  }
})

describe('the detail', () => {
  test('says what is wrong, since when, why, and when it will be fatal', async () => {
    const ask = await serve([
      judged('grows', { status: 'warn', because: 'it grows', values: { used_ratio: 0.7 }, forecast }, { observes }),
    ])
    const detail = (await ask('/healthz', { headers: JSON_HEADERS })).json()
    expect(detail).toMatchObject({
      status: 'warn',
      version: '1',
      checks: {
        'decay:utilization': [{ observedValue: 0, observedUnit: 'percent', status: 'pass' }],
        'grows:utilization': [
          {
            componentType: 'component',
            observedValue: 0.7,
            observedUnit: 'ratio',
            status: 'warn',
            standing: 'warn',
            cure: 'restart',
            time: '2026-01-01T00:00:01.000Z',
            since: '2026-01-01T00:00:01.000Z',
            age: 0,
            because: 'it grows',
            output: 'it grows',
            values: { used_ratio: 0.7 },
            forecast,
          },
        ],
      },
      run: { startedAt: '2026-01-01T00:00:01.000Z', uptimeSeconds: 0 },
      links: { metrics: '/metrics' },
    })
  })

  test.each([
    ['told', { releaseId: '3.1.4' }, '3.1.4', 'this run began, release 3.1.4'],
    ['that nobody has told', {}, undefined, 'this run began'],
    ['that is an empty text', { releaseId: '' }, undefined, 'this run began'],
  ])('of a release %s says only what is known', async (_what, identity, releaseId, began) => {
    const ask = await serve([judged('fine', {})], { identity })
    const detail = (await ask('/healthz', { headers: JSON_HEADERS })).json()
    expect([isDetail(detail), detail['releaseId']]).toEqual([true, releaseId])
    expect((await ask('/metrics')).body).toContain(`failweb_build_info{version="${releaseId ?? 'unknown'}",`)
    const page = (await ask('/status')).body
    expect(page).toContain(`>${began}</div>`)
    expect(page.includes('<dt>Release</dt>')).toBe(releaseId !== undefined)
  })

  test('an unknown is written warn, and stands as unknown', async () => {
    const ask = await serve([{ ...steady('blind', 'pass'), sense: () => Promise.reject(new Error('EIO')) } as Check])
    const { status, json } = await ask('/healthz', { headers: JSON_HEADERS })
    expect([status, json()]).toMatchObject([
      200,
      { status: 'warn', checks: { blind: [{ status: 'warn', standing: 'unknown' }] } },
    ])
  })

  test('has one element a part, each with its own numbers', async () => {
    const ask = await serve([
      judged(
        'disks',
        { parts: [part('/', 'pass', 0.1), part('/data', 'fail', 0.95)] },
        { observes, advice: 'see what has grown' },
      ),
    ])
    const detail = (await ask('/healthz', { headers: JSON_HEADERS })).json()
    expect(detail['checks']?.['disks:utilization']).toMatchObject([
      { componentId: '/', observedValue: 0.1, status: 'pass', standing: 'fail' },
      { componentId: '/data', observedValue: 0.95, status: 'fail', standing: 'fail', advice: 'see what has grown' },
    ])
    // Where there is nothing to do, there is nothing to advise.
    expect(JSON.stringify(detail).match(/see what has grown/g)).toHaveLength(1)
  })

  test('keys of one answer never leak into the next', async () => {
    const ask = await serve([judged('fine', {})])
    await ask('/healthz?exclude=typo', { headers: JSON_HEADERS })
    expect((await ask('/healthz', { headers: JSON_HEADERS })).json()['notes']).toBeUndefined()
  })

  test.each([
    ['application/health+json', 'application/health+json'],
    ['application/json', 'application/json'],
    ['application/json;q=0.9, text/plain;q=0.1', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/plain; charset=utf-8'],
    ['', 'text/plain; charset=utf-8'],
  ])('asked with Accept %j comes as %s', async (accept, type) => {
    const ask = await serve([])
    expect((await ask('/healthz', { headers: { Accept: accept } })).headers.get('content-type')).toBe(type)
  })
})

describe('one check alone', () => {
  test('as text, as JSON, with its history', async () => {
    const ask = await serve([judged('disks', { parts: [part('/', 'pass', 0.1), part('/data', 'fail', 0.95)] })])
    expect(await ask('/healthz/disks')).toMatchObject({
      status: 500,
      body: '[-]disks failed: /data is 0.95\n  [+]/ ok\n  [-]/data failed: /data is 0.95\n',
    })
    const { history } = (await ask('/healthz/disks?history', { headers: JSON_HEADERS })).json()
    const time = '2026-01-01T00:00:01.000Z'
    const span = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:05:00.000Z' }
    expect(history).toEqual({
      looks: [{ time, sighting: 'fail', standing: 'fail', because: '/data is 0.95', values: { used_ratio: 0.95 } }],
      fine: [{ time, standing: 'fail' }],
      spells: [{ from: time, standing: 'fail' }],
      coarse: [{ ...span, looks: 1, worst: 'fail' }],
    })
  })

  test('as text, where not all looks fit, the newest stay', async () => {
    const parts = Array.from({ length: 200 }, (_, nth) =>
      part(`/volumes/a-rather-long-name-of-a-volume/${nth}`, 'pass', 0.1),
    )
    const ask = await serve([judged('disks', { because: 'x'.repeat(300), parts }, { rhythm: { everyMs: 1_000 } })])
    await fixture.clock.advance(60_000)
    const { body } = await ask('/healthz/disks?history')
    expect(Buffer.byteLength(body)).toBeLessThan(10 * 1024)
    expect(body).toMatch(/\n… and \d+ more\n {2}2026-01-01T00:00:4\d.*\n(.*\n)* {2}2026-01-01T00:01:0\d.*\n$/)
  })

  test('of an unknown name is 404', async () => {
    const ask = await serve([])
    expect(await ask('/healthz/nobody')).toMatchObject({ status: 404, body: 'there is no check of this name\n' })
    const problem = await ask('/healthz/nobody', { headers: { Accept: 'application/json' } })
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
    expect(problem.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'there is no check of this name',
    })
  })
})

describe('who may see', () => {
  const secrets = [
    judged(
      'disks',
      { status: 'fail', because: 'the secret /data/path', parts: [part('/data', 'fail', 0.95)] },
      { observes },
    ),
  ]

  test.each([
    '/healthz',
    '/healthz?verbose',
    '/healthz/disks',
    '/healthz/disks?history',
    '/livez?verbose',
    '/readyz',
    '/nowhere',
  ])('without the token %s tells names and statuses only', async (path) => {
    const identity = { releaseId: '3.1.4', serviceId: 'pod-1', notes: ['secret note'] }
    const ask = await serve(secrets, { token: 'sesame', identity })
    for (const accept of ['*/*', 'application/health+json', 'application/json']) {
      const { body, headers } = await ask(path, { headers: { Accept: accept } })
      const told = body + JSON.stringify([...headers])
      for (const secret of ['secret', '/data', '0.95', 'pod-1', '3.1.4', 'sesame', 'because":"the']) {
        expect(told).not.toContain(secret)
      }
    }
  })

  test('with it, as Bearer or as the password of Basic, everything is told', async () => {
    const ask = await serve(secrets, { token: 'sesame' })
    for (const authorization of ['Bearer sesame', 'bearer sesame', `Basic ${btoa('anybody:sesame')}`]) {
      expect((await ask('/healthz', { headers: { authorization } })).body).toContain('the secret /data/path')
    }
    for (const authorization of [
      'Bearer sesam',
      'Bearer',
      'Basic sesame',
      `Basic ${btoa('sesame:')}`,
      'sesame',
      'Bearer sesame x',
    ]) {
      expect((await ask('/healthz', { headers: { authorization } })).body).toBe(
        'Server Error 0%\ndisks: reason withheld\n',
      )
    }
  })

  test('metrics need it, unless they are public', async () => {
    const ask = await serve(secrets, { token: 'sesame' })
    const refused = await ask('/metrics')
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Basic .*Bearer/),
    ])
    expect((await ask('/metrics', { headers: { authorization: 'Bearer sesame' } })).status).toBe(200)
    await fixture.close()
    const open = await serve(secrets, { token: 'sesame', metrics: { public: true } })
    expect((await open('/metrics')).status).toBe(200)
  })
})
