import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import Router from '@koa/router'
import Koa from 'koa'
import { Gauge, Registry } from 'prom-client'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check, Verdict } from '../../src/core/check.ts'
import { SetupError } from '../../src/core/setup-error.ts'
import { STATUSES } from '../../src/core/status.ts'
import { createDecay } from '../../src/failweb/decay.ts'
import { createHealth } from '../../src/health.ts'
import { countRemedies } from '../../src/metrics/remedies.ts'
import { steady } from '../assignments.ts'
import { settle } from '../fake-clock.ts'
import { ask, type Fixture, listen, serveApp } from '../http/service-fixture.ts'
import { has } from '../needs.ts'

let fixture: Fixture
afterEach(() => fixture?.close())

const forecast = { limit: 'cgroup memory.max', etaSeconds: [900, 1500, null] as const }

function judged(name: string, verdict: Partial<Verdict>): Check {
  return {
    ...steady(name, 'pass', { values: { used_ratio: 'Share in use.' }, rhythm: { toWorsen: 1 } }),
    judge: () => ({ status: 'pass', because: 'x', values: {}, ...verdict }),
  }
}

const part = (subject: string, used_ratio: number) => ({
  subject,
  status: 'pass' as const,
  because: 'x',
  values: { used_ratio },
})

async function scrape(): Promise<readonly string[]> {
  const { body } = await fixture.ask('/metrics')
  return body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('the exposition', () => {
  const checks = [
    judged('disks', { parts: [{ ...part('/', 0.1), limits: { warn: 0.8, fail: 0.9 } }, part('/data', 0.5)] }),
    judged('grows', { status: 'warn', values: { used_ratio: 0.7 }, forecast }),
    judged('bad-one', { status: 'fail' }),
  ]

  test.skipIf(!has('promtool'))('promtool has nothing to say', async () => {
    fixture = await serveApp(checks)
    await fixture.ask('/?name=a')
    await fixture.ask('/healthz')
    await fixture.ask('/remedies/purge-cache', { method: 'POST' })
    const { body } = await fixture.ask('/metrics')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('is the snapshot, and says exactly one status of each check', async () => {
    fixture = await serveApp(checks)
    const lines = await scrape()
    expect(lines).toEqual(
      expect.arrayContaining([
        'failweb_healthcheck_status{name="bad-one",failweb_healthcheck_status="fail"} 1',
        'failweb_healthcheck_status{name="bad-one",failweb_healthcheck_status="pass"} 0',
        'failweb_healthcheck{name="bad-one",probe="live"} 0',
        'failweb_healthcheck{name="disks",probe="live"} 1',
        'failweb_healthchecks_total{name="bad-one",status="fail"} 1',
        'failweb_healthcheck_transitions_total{name="bad-one",to="fail"} 1',
        'failweb_disks_used_ratio{subject="/"} 0.1',
        'failweb_disks_used_ratio{subject="/data"} 0.5',
        'failweb_healthcheck_limit{name="disks",subject="/",level="warn"} 0.8',
        'failweb_healthcheck_limit{name="disks",subject="/",level="fail"} 0.9',
        'failweb_grows_used_ratio{subject=""} 0.7',
        'failweb_limit_reached_timestamp_seconds{name="grows",subject="",limit="cgroup memory.max"} 1767227101',
        'failweb_healthcheck_last_run_timestamp_seconds{name="grows"} 1767225601',
      ]),
    )
    for (const { name } of checks) {
      const ones = lines.filter(
        (line) => line.startsWith(`failweb_healthcheck_status{name="${name}"`) && line.endsWith(' 1'),
      )
      expect(ones).toHaveLength(1)
    }
  })

  test('two scrapes in a row read the same; nothing is reset and nothing begun', async () => {
    fixture = await serveApp(checks)
    await fixture.ask('/')
    // What Node and the kernel count goes on meanwhile, and so do the scrapes themselves.
    const own = (line: string) => !/^process_|^failweb_gc_|path="\/metrics"|route="\/metrics"/.test(line)
    const first = (await scrape()).filter(own)
    expect((await scrape()).filter(own)).toEqual(first)
  })

  test('counts heartbeats and who asked', async () => {
    fixture = await serveApp([], { decay: createDecay({ step: 50, seed: 1 }) })
    await fixture.ask('/healthz')
    await fixture.ask('/healthz')
    await fixture.ask('/healthz?peek')
    await fixture.ask('/livez', { headers: { 'User-Agent': 'kube-probe/1.31' } })
    const lines = await scrape()
    const beats = lines.filter((line) => line.startsWith('failweb_heartbeats_total'))
    expect(beats.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(2)
    expect(lines).toContain('failweb_decay_ratio 1')
    expect(lines).toContain('failweb_probe_requests_total{path="/livez",code="200",agent="kube-probe"} 1')
  })

  test('an unknown route, method or agent never becomes a label', async () => {
    fixture = await serveApp([])
    for (let i = 0; i < 5; i++) await fixture.ask(`/path-${i}`, { headers: { 'User-Agent': `agent-${i}` } })
    await fixture.ask('/healthz/secret-name')
    await fixture.ask('/', { method: 'PROPFIND' })
    const text = (await scrape()).join('\n')
    expect(text).not.toMatch(/path-\d|agent-\d|secret-name|PROPFIND/)
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="unmatched",code="404"} 5')
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/healthz/:name",code="404"} 1')
    expect(text).toContain('method="other"')
  })

  test('a forecast that is no more leaves no line behind', async () => {
    let grows = true
    const check: Check = {
      ...judged('grows', {}),
      judge: () => ({ status: 'pass', because: 'x', values: {}, ...(grows && { forecast }) }),
    }
    fixture = await serveApp([check])
    expect((await scrape()).join()).toContain('failweb_limit_reached_timestamp_seconds')
    grows = false
    await fixture.clock.advance(20_000)
    expect((await scrape()).join()).not.toContain('failweb_limit_reached_timestamp_seconds')
  })

  test('durations fall into their buckets, cumulated', async () => {
    fixture = await serveApp([])
    await fixture.ask('/')
    const lines = (await scrape()).filter((line) => line.includes('route="/"'))
    expect(lines[0]).toBe('http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="0.001"} 1')
    expect(lines).toContain('http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="+Inf"} 1')
    expect(lines.at(-1)).toBe('http_request_duration_seconds_count{method="GET",route="/",code="200"} 1')
  })
})

describe('counters begin at 0', () => {
  test('of what may be tried, and of what is tried by itself for a check', () => {
    const { families } = countRemedies({
      list: [{ name: 'purge-cache' }],
      ladders: [{ check: 'cache-size', remedies: ['purge-cache'] }],
    })
    const counted = families.flatMap((family) =>
      family.samples().map(({ sharedLabels, value }) => [value, sharedLabels]),
    )
    expect(counted).toEqual([
      ...['done', 'failed', 'late', 'dry-run'].map((result) => [0, { name: 'purge-cache', result }]),
      ...['true', 'false'].map((helped) => [0, { name: 'cache-size', remedy: 'purge-cache', helped }]),
    ])
  })
})

describe('inside a host', () => {
  const subject = 'a "b"\\c\nd'
  const quoted = judged('quoted', { parts: [part(subject, 0.5)] })

  test('a name that its registry has already stops the start, and every one of them is told', async () => {
    const registry = new Registry()
    for (const name of ['http_request_duration_seconds', 'failweb_quoted_used_ratio'])
      new Gauge({ name, help: 'the host’s', registers: [registry] })
    const start = () => createHealth({ checks: [quoted], registry })
    expect(start).toThrow(SetupError)
    expect(start).toThrow(
      'registry: has a metric failweb_quoted_used_ratio already\nregistry: has a metric http_request_duration_seconds already',
    )
    expect(registry.getMetricsAsArray()).toHaveLength(2)
  })

  test('its registry reads the same as text and as JSON, with its own labels, and resets nothing', async () => {
    const registry = new Registry()
    registry.setDefaultLabels({ app: 'shop', name: 'of no check' })
    const health = createHealth({ checks: [quoted], registry })
    await health.start()
    await settle()
    registry.resetMetrics()
    for (let scrape = 1; scrape <= 2; scrape++) {
      const families = await registry.getMetricsAsJSON()
      const valuesOf = (wanted: string) => families.find(({ name }) => name === wanted)?.values
      expect(valuesOf('failweb_quoted_used_ratio')).toMatchObject([
        { labels: { app: 'shop', name: 'of no check', subject }, value: 0.5 },
      ])
      expect(valuesOf('failweb_healthchecks_total')).toMatchObject(
        STATUSES.map((status) => ({
          labels: { app: 'shop', name: 'quoted', status },
          value: Number(status === 'pass'),
        })),
      )
      const lines = (await registry.metrics()).split('\n')
      expect(lines).toContain(
        'failweb_quoted_used_ratio{subject="a \\"b\\"\\\\c\\nd",app="shop",name="of no check"} 0.5',
      )
      expect(lines).toContain('failweb_healthchecks_total{app="shop",name="quoted",status="pass"} 1')
    }
    await health.stop()
  })

  test('the host’s registry is used, and what is in it stays', async () => {
    const registry = new Registry()
    const health = createHealth({ checks: [judged('fine', {})], registry })
    const app = new Koa()
    const router = new Router()
    router.get('/orders/:id', (ctx) => {
      ctx.body = 'order'
    })
    app.use(health.measure())
    app.use(health.routes({ metrics: false }))
    app.use(router.routes())
    await health.start()
    await settle()
    const server = createServer(app.callback())
    const url = await listen(server)
    await ask(`${url}/orders/7`)
    expect((await ask(`${url}/metrics`)).status).toBe(404)
    const text = await registry.metrics()
    expect(text).toContain('failweb_healthcheck{name="fine",probe="live"} 1')
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/orders/:id",code="200"} 1')
    expect(text).not.toContain('process_cpu_seconds_total')
    server.closeAllConnections()
    server.close()
    await health.stop()
  })
})
