import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { textOf } from '../page/text.ts'
import { type ServiceProcess, startService, until } from './service-process.ts'

let folder: string
const running: ServiceProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-next-page-'))
})
afterEach(async () => {
  for (const service of running.splice(0)) {
    service.signal('SIGKILL')
    await service.exited
  }
  rmSync(folder, { recursive: true, force: true })
})

async function serve(...args: readonly string[]): Promise<ServiceProcess> {
  const service = await startService({ args: ['--journal.folder', folder, '--decay.step', '0', ...args] })
  running.push(service)
  return service
}

/** Stops a run as a kubelet does, and reads the page of the next one. */
async function pageAfter(service: ServiceProcess): Promise<string> {
  service.signal('SIGTERM')
  await service.exited
  const next = await serve()
  return textOf((await next.ask('/status', { headers: { accept: 'text/html' } })).body)
}

const put = (body: unknown): RequestInit => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

test('of errors that users got: that no check was failing, since when, and what to do', async () => {
  const service = await serve('--faults.enabled', 'true')
  await service.ask('/faults/errors', put({ status: 503 }))
  await until(
    () => service.ask('/'),
    ({ status }) => status >= 500,
  )
  const page = await pageAfter(service)
  expect(page).toMatch(/noted: users got server errors \d+ times? in 5 min, .*; no check was failing/)
  expect(page).toMatch(
    /Since \S+ , [\d.]+ m?s after its start, when the first of it was seen What ended it It then stopped in good order\./,
  )
  expect(page).toContain('Should it come again, while it lasts: The service’s log says why')
})

test('of a check that failed: what it advised then', async () => {
  const service = await serve(
    '--checks.disk-usage.everyMs',
    '50',
    '--checks.disk-usage.failAt',
    '0.001',
    '--checks.disk-usage.warnAt',
    '0.0005',
    '--checks.disk-usage.clearBy',
    '0.0001',
  )
  await until(
    () => service.ask('/healthz/disk-usage'),
    ({ status }) => status === 500,
  )
  const page = await pageAfter(service)
  expect(page).toMatch(/What to do Against the cause of disk-usage(?: \([^)]*\))?: see what has grown there/)
})
