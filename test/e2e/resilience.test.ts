import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holds } from '../needs.ts'
import { makeLoopDisk, whyNoLoopDisk } from './loop-disk.ts'
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

const kept = () => [
  ...['--journal.folder', join(folder, 'state'), '--terminationMessagePath', join(folder, 'termination-log')],
]

async function start(...args: readonly string[]): Promise<ServiceProcess> {
  last = await startService({ args: [...kept(), ...args] })
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

const FULL_CACHE = [
  '--checks.cache-size.everyMs',
  '200',
  '--checks.cache-size.entries.warnAt',
  '5',
  '--checks.cache-size.entries.failAt',
  '10',
]
const NOTHING_TRIED = ['--decay.step', '0', '--faults.enabled', 'true', '--remedies.automatic', 'false']
const logged = (service: ServiceProcess, name: string) =>
  until(
    async () => service.events.find(({ event }) => event === name),
    (event) => event !== undefined,
  )

describe('a diagnostic report', () => {
  test('is written into the state folder when a check fails, and named in the last words', async () => {
    const service = await start(...NOTHING_TRIED, ...FULL_CACHE, '--diagnostics.enabled', 'true')
    await put(service, 'cache-growth', { maxEntries: 20 })
    const { file } = (await logged(service, 'diagnostics')) ?? {}
    expect(file).toMatch(new RegExp(`^${join(folder, 'state', 'report-')}.*\\.json$`))
    const report = JSON.parse(readFileSync(`${file}`, 'utf8'))
    expect(report).toMatchObject({ header: { nodejsVersion: process.version }, javascriptHeap: expect.anything() })
    expect(report).not.toHaveProperty('environmentVariables')
    await until(
      async () => lastWords(),
      (words) => words.includes(`\ndiagnostic report: ${file}\n`),
    )
    expect((await service.ask('/livez')).status).toBe(200)
  })

  test('is not, without the headroom that it takes', async () => {
    last = await startService({
      args: [...kept(), ...NOTHING_TRIED, ...FULL_CACHE, '--diagnostics.enabled', 'true'],
      under: ['sh', '-c', 'node=$1; shift; exec "$node" --max-old-space-size=40 "$@"', 'sh'],
    })
    await put(last, 'cache-growth', { maxEntries: 20 })
    const { skipped } = (await logged(last, 'diagnostics')) ?? {}
    expect(skipped).toMatch(/^no diagnostic report: only .* of memory is left, less than 32 MiB$/)
    expect(readdirSync(join(folder, 'state')).filter((name) => name.startsWith('report-'))).toEqual([])
  })
})

const whyNot = whyNoLoopDisk()

describe.skipIf(!holds(whyNot === undefined, `a disk in a file ${whyNot}`))('a journal on a full disk', () => {
  test('is a note of the detail and a metric while it cannot be written, and what was changed is there afterwards', async () => {
    const disk = makeLoopDisk({ mebibytes: 8, inodes: 64 })
    const state = join(disk.path, 'state')
    try {
      mkdirSync(state)
      // Until no inode is left: the journal's file cannot even be made.
      execFileSync('sh', ['-c', `n=0; while touch ${disk.path}/filler-$n 2>/dev/null; do n=$((n + 1)); done; true`], {
        stdio: 'ignore',
      })
      last = await startService({ args: ['--journal.folder', state, '--decay.step', '0', '--faults.enabled', 'true'] })
      const asked = last
      // On a busy machine others may stand beside it.
      const notes = async () => JSON.parse((await asked.ask('/healthz', { headers: JSON_HEADERS })).body).notes ?? []
      const told = 'the journal cannot be written: no space left on its disk (ENOSPC)'
      const metric = async () => /^failweb_journal_writable (.)$/m.exec((await asked.ask('/metrics')).body)?.[1]
      expect(await metric()).toBe('0')
      expect(await notes()).toContain(told)
      expect((await put(asked, 'errors', { share: 0 })).status).toBe(200)

      execFileSync('sh', ['-c', `rm ${disk.path}/filler-*`])
      await until(metric, (value) => value === '1')
      expect(await notes()).not.toContain(told)
      const journal = readFileSync(join(state, 'journal.jsonl'), 'utf8')
      expect(journal).toMatch(
        /"(?:event|entry)":"change","by":"127\.0\.0\.1","what":"PUT \/faults\/errors","result":"done"/,
      )
    } finally {
      last?.child.kill('SIGKILL')
      await last?.exited
      disk.remove()
    }
  })
})
