import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServiceProcess, startService } from '../e2e/service-process.ts'
import { run } from './terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'failweb-ports-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Ports that browsers, and `fetch` with them, refuse to ask, as no website has them: a service in a pod may. */
const BLOCKED = [10080, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 5060, 5061, 4190]

/** The first of them that is free here. */
async function blockedPort(): Promise<number> {
  for (const port of BLOCKED) {
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (free) await new Promise((resolve) => server.close(resolve))
    if (free) return port
  }
  throw new Error(`none of the ports ${BLOCKED.join(', ')} is free`)
}

describe('a service on a port that fetch refuses to ask', () => {
  let service: ServiceProcess
  beforeAll(async () => {
    service = await startService({ env: { PORT: String(await blockedPort()) } })
  })
  afterAll(() => service.signal('SIGKILL'))

  test('is one: fetch refuses it', async () => {
    await expect(fetch(service.url)).rejects.toMatchObject({ cause: { message: 'bad port' } })
  })

  test.each<[string, (url: string) => readonly string[], RegExp]>([
    ['status', (url) => ['status', url], /^PASS /],
    ['probe', (url) => ['probe', `${url}/livez`], /^OK$/m],
    ['purge', (url) => ['purge', '--url', url], /entries/],
    [
      'baseline',
      (url) => ['baseline', '--url', url, '--for', '1s', '--out', join(folder, 'measured.yml')],
      /^1 looks; written to /m,
    ],
  ])('is asked by failweb %s', async (_name, args, printed) => {
    const { code, out, err } = await run(args(service.url))
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(printed)
  })
})
