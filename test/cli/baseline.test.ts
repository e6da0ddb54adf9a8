import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startService } from '../e2e/service-process.ts'
import { listen } from '../http/service-fixture.ts'
import { run } from './terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'failweb-baseline-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('baseline', () => {
  test('watches a service that runs, under load, and writes a file that serve reads', async () => {
    const service = await startService({ args: ['--decay.step', '0', '--checks.latency.everyMs', '500'] })
    const out = join(folder, 'running.yml')
    const { code, out: printed } = await run([
      'baseline',
      '--url',
      service.url,
      '--for',
      '4s',
      '--rps',
      '100',
      '--out',
      out,
    ])
    expect(code).toBe(0)
    expect(printed).toMatch(/^p99 +GET \/ +[\d.]+ ms$/m)
    expect(printed).toMatch(/^4 looks; written to /m)
    const { checks } = parse(readFileSync(out, 'utf8'))
    expect(Object.keys(checks)).toEqual(['latency', 'memory-headroom', 'cache-size', 'disk-usage'])
    service.child.kill('SIGKILL')
    const { code: read, out: settings } = await run(['config', '--config', out])
    expect(read).toBe(0)
    expect(settings).toMatch(new RegExp(`^checks.latency.thresholdMs +${checks.latency.thresholdMs} +${out}$`, 'm'))
  })

  test('a run that was not healthy writes nothing', async () => {
    const service = await startService({
      args: [
        '--checks.disk-usage.warnAt',
        '0.000001',
        '--checks.disk-usage.failAt',
        '0.000001',
        '--checks.disk-usage.toWorsen',
        '1',
      ],
    })
    const { code, err } = await run([
      'baseline',
      '--url',
      service.url,
      '--for',
      '2s',
      '--out',
      join(folder, 'sick.yml'),
    ])
    service.child.kill('SIGKILL')
    expect([code, err]).toEqual([
      2,
      'failweb: baseline: the run was not healthy (disk-usage failed); nothing is written\n',
    ])
    expect(() => readFileSync(join(folder, 'sick.yml'))).toThrow('ENOENT')
  })

  test('without the token that a service wants it says so', async () => {
    const service = await startService({ env: { FAILWEB_TOKEN: 'sesame' } })
    const args = ['baseline', '--url', service.url, '--for', '1s', '--out', join(folder, 'token.yml')]
    expect((await run(args)).err).toContain('tells no values without its token; give it as FAILWEB_TOKEN')
    expect((await run(args, { FAILWEB_TOKEN: 'sesame' })).code).toBe(0)
    service.child.kill('SIGKILL')
  })

  test.each<[readonly string[], string]>([
    [['--url', 'http://example.com'], '--url: load is sent to loopback only; for http://example.com give --rps 0'],
    [['--url', 'nowhere'], '--url: expected a URL; got nowhere'],
    [['--for', 'soon'], '--for: '],
    [['--margin', '-1'], '--margin: '],
    [
      ['--url', 'http://127.0.0.1:1', '--decay.step', '5'],
      '--decay.step=5: cannot be set on a service that runs already',
    ],
  ])('%j is a mistake', async (args, message) => {
    const { code, err } = await run(['baseline', ...args])
    expect(code).toBe(2)
    expect(err.startsWith(`failweb: ${message}`), err).toBe(true)
  })

  test('what is no failweb is said to be none', async () => {
    const server = createServer((_req, res) => res.end('{}'))
    const url = await listen(server)
    expect((await run(['baseline', '--url', url, '--for', '1s'])).err).toContain("expected failweb's health detail")
    server.closeAllConnections()
    server.close()
  })
})
