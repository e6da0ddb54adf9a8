import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ServiceProcess, startService, until } from './service-process.ts'

let folder: string
let last: ServiceProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-resilience-'))
  writeFileSync(join(folder, 'termination-log'), '')
})
afterEach(async () => {
  last?.child.kill('SIGKILL')
  await last?.exited
  rmSync(folder, { recursive: true, force: true })
})

async function start(...args: readonly string[]): Promise<ServiceProcess> {
  const kept = ['--journal.folder', join(folder, 'state'), '--terminationMessagePath', join(folder, 'termination-log')]
  last = await startService({ args: [...kept, ...args] })
  return last
}

const lastWords = () => readFileSync(join(folder, 'termination-log'), 'utf8')
const JSON_HEADERS = { Accept: 'application/health+json' }
const put = (service: ServiceProcess, name: string, body: object) =>
  service.ask(`/faults/${name}`, { method: 'PUT', body: JSON.stringify(body) })

describe('the reason survives the restart', () => {
  test('a heartbeat that fails leaves its reason in the termination message, and with the next run', async () => {
    const first = await start('--decay.step', '100')
    for (let beat = 0; beat < 3; beat++) await first.ask('/healthz')
    await until(
      async () => lastWords(),
      (words) => words.startsWith('heartbeat failed 3 times: decay 100%\n'),
    )
    first.signal('SIGTERM')
    expect(await first.exited).toEqual({ code: 69, signal: null })
    expect(lastWords()).toMatch(/^heartbeat failed 3 times: decay 100%\n/)

    const second = await start('--decay.step', '0')
    const detail = JSON.parse((await second.ask('/healthz', { headers: JSON_HEADERS })).body)
    expect(detail.run.previous).toMatchObject({ why: 'heartbeat failed 3 times: decay 100%', exit: 'SIGTERM' })
    expect((await second.ask('/metrics')).body).toContain('failweb_run_info{previous_end="unhealthy"} 1')
    expect(second.events[0]).toMatchObject({
      event: 'previous-run',
      told: expect.stringMatching(/^previous run lived .*: heartbeat failed/),
    })
  })

  test('a run that was killed is known by what is missing', async () => {
    const first = await start('--decay.step', '0')
    await until(
      () => first.ask('/startupz'),
      ({ status }) => status === 200,
    )
    first.child.kill('SIGKILL')
    await first.exited
    const second = await start('--decay.step', '0')
    expect((await second.ask('/metrics')).body).toContain('failweb_run_info{previous_end="killed"} 1')
  })

  test('a clean stop leaves no last words, and the next run says so', async () => {
    const first = await start('--decay.step', '0')
    first.signal('SIGTERM')
    expect(await first.exited).toEqual({ code: 0, signal: null })
    expect(lastWords()).toBe('')
    const second = await start('--decay.step', '0')
    expect((await second.ask('/metrics')).body).toContain('failweb_run_info{previous_end="clean"} 1')
  })

  test('an uncaught error ends with 70, and its message in the last words', async () => {
    const first = await start('--decay.step', '0', '--faults.enabled', 'true')
    expect((await put(first, 'uncaught', {})).status).toBe(200)
    expect((await first.exited).code).toBe(70)
    expect(lastWords()).toMatch(/^uncaught .*Error/)
    const second = await start('--decay.step', '0')
    expect((await second.ask('/metrics')).body).toContain('failweb_run_info{previous_end="uncaught"} 1')
  })
})

describe('the guard answers when Node cannot', () => {
  test('a blocked event loop fails liveness after the configured silence, with the function in the last words', async () => {
    const service = await start(
      '--decay.step',
      '0',
      '--faults.enabled',
      'true',
      '--guard.enabled',
      'true',
      '--guard.listen',
      '127.0.0.1:0',
      '--guard.silenceMs',
      '1500',
    )
    const { port } =
      (
        await until(
          async () => service.events,
          (events) => events.some(({ event }) => event === 'guard-listening'),
        )
      ).find(({ event }) => event === 'guard-listening') ?? {}
    const guard = async (path: string) => {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: reply.status, body: await reply.text() }
    }
    expect(await guard('/livez')).toEqual({ status: 200, body: 'OK\n' })
    expect(await guard('/healthz?peek')).toEqual({ status: 200, body: 'OK 0%\n' })
    await put(service, 'block', { how: 'loop', ttlSeconds: 8 })
    expect(
      (
        await until(
          () => guard('/livez'),
          ({ status }) => status === 503,
        )
      ).body,
    ).toMatch(/silent/)
    await until(
      async () => lastWords(),
      (words) => /executing in \w+/.test(words),
    )
    await until(
      () => guard('/livez'),
      ({ status }) => status === 200,
    )
    expect((await service.ask('/')).status).toBe(200)
  }, 40_000)
})

describe('faults on purpose', () => {
  test('are not there unless enabled', async () => {
    const service = await start('--decay.step', '0')
    expect((await service.ask('/faults')).status).toBe(404)
    expect((await put(service, 'latency', {})).status).toBe(404)
  })

  test('fail requests of users, and neither probes nor control, until they are ended', async () => {
    const service = await start('--decay.step', '0', '--faults.enabled', 'true')
    expect((await put(service, 'errors', { status: 503 })).status).toBe(200)
    expect((await service.ask('/')).status).toBe(503)
    expect((await service.ask('/livez')).status).toBe(200)
    const { body } = await service.ask('/metrics')
    expect(body).toContain('failweb_fault_active{name="errors"} 1')
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/",code="503"} 1')
    expect((await service.ask('/faults', { method: 'DELETE' })).status).toBe(200)
    expect((await service.ask('/')).status).toBe(200)
  })

  test('wrong ones are refused with one message, and from elsewhere not at all', async () => {
    const service = await start('--decay.step', '0', '--faults.enabled', 'true')
    expect((await put(service, 'latencyy', {})).status).toBe(404)
    expect(await put(service, 'errors', { share: 2 })).toMatchObject({
      status: 400,
      body: expect.stringContaining('share'),
    })
    const forwarded = { method: 'PUT', headers: { 'X-Forwarded-For': '10.0.0.1' } }
    expect((await service.ask('/faults/errors', forwarded)).status).toBe(403)
  })
})

describe('the service helps itself', () => {
  test('a cache that grows is purged before its check is said to fail', async () => {
    const limits = ['--checks.cache-size.entries.warnAt', '50', '--checks.cache-size.entries.failAt', '100']
    const service = await start(
      '--decay.step',
      '0',
      '--faults.enabled',
      'true',
      '--remedies.automatic',
      'true',
      '--checks.cache-size.everyMs',
      '200',
      ...limits,
    )
    await put(service, 'cache-growth', { entriesPerSecond: 200, maxEntries: 150, ttlSeconds: 30 })
    const { body } = await until(
      () => service.ask('/metrics'),
      (seen) => seen.body.includes('failweb_remedies_total{name="purge-cache",result="done"} 1'),
    )
    expect(body).toContain('failweb_healthcheck_transitions_total{name="cache-size",to="fail"} 0')
    expect((await service.ask('/healthz')).status).toBe(200)
  })
})
