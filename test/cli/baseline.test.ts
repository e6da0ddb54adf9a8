import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FAILWEB, startService } from '../e2e/service-process.ts'
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
    expect(Object.keys(checks)).toEqual(['latency', 'memory-headroom', 'disk-usage'])
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
        '--checks.disk-usage.clearBy',
        '0',
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
    expect((await run(args)).err).toContain('tells no values without its token: with --url, that is FAILWEB_TOKEN')
    expect((await run(args, { FAILWEB_TOKEN: 'sesame\n' })).code).toBe(0)
    service.child.kill('SIGKILL')
  })

  test.each<[readonly string[], string]>([
    [['--url', 'http://example.com'], '--url: load is sent to loopback only; for http://example.com give --rps 0'],
    [['--url', 'nowhere'], '--url: expected a URL; got nowhere'],
    [['--for', 'soon'], '--for: '],
    [['--margin', '-1'], '--margin: '],
    [
      ['--url', 'http://127.0.0.1:1', '--decay.step', '5'],
      '--decay.step: cannot be set on a service that runs already',
    ],
    [['http://127.0.0.1:1'], 'http://127.0.0.1:1: failweb baseline takes no such argument'],
    [['--paths', 'foo'], '--paths: expected paths that begin with /; got foo'],
    [['--paths', '/,'], '--paths: expected paths that begin with /; got nothing'],
    [['--url', 'ftp://127.0.0.1'], '--url: expected a URL; got ftp://127.0.0.1'],
    [['--out', '/nowhere/at/all.yml'], '--out: /nowhere/at/all.yml cannot be written: ENOENT'],
    [['--decay.step', '200'], 'decay.step: expected <=100'],
  ])('%j is a mistake', async (args, message) => {
    const { code, err } = await run(['baseline', ...args])
    expect(code).toBe(2)
    expect(err.startsWith(`failweb: ${message}`), err).toBe(true)
  })

  test('requests that are answered with 404 have failed: it says so, and a run of nothing else writes nothing', async () => {
    const service = await startService({ args: ['--decay.step', '0'] })
    const out = join(folder, 'missing.yml')
    const args = ['baseline', '--url', service.url, '--for', '1s', '--out', out]
    const { code, err } = await run([...args, '--paths', '/missing'])
    expect(code).toBe(2)
    expect(err).toMatch(
      /^failweb: baseline: 0 requests answered, \d+ failed \(404 at \/missing: \d+\); nothing is written\n$/,
    )
    expect(existsSync(out)).toBe(false)
    const half = await run([...args, '--paths', '/,/missing'])
    expect(half.code).toBe(0)
    expect(half.err).toMatch(/^failweb: baseline: \d+ requests answered, \d+ failed \(404 at \/missing: \d+\): /)
    expect(readFileSync(out, 'utf8')).toMatch(
      /^# over 1 s, \d+ requests answered, \d+ failed \(404 at \/missing: \d+\)/m,
    )
    service.child.kill('SIGKILL')
  })

  test('an --out that is there is not touched by a run that fails', async () => {
    const out = join(folder, 'kept.yml')
    writeFileSync(out, 'port: 1\n')
    expect((await run(['baseline', '--url', 'http://127.0.0.1:1', '--for', '1s', '--out', out])).code).toBe(2)
    expect(readFileSync(out, 'utf8')).toBe('port: 1\n')
  })

  test('a token in the settings is used, and not told in the file', () => {
    const out = join(folder, 'secret.yml')
    const args = ['baseline', '--token', 'sesame', '--for', '1s', '--out', out, '--checks.disk-usage.enabled', 'false']
    const { status, stderr } = spawnSync(process.execPath, [FAILWEB, ...args], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(readFileSync(out, 'utf8')).toContain('--token … --for 1s')
    expect(readFileSync(out, 'utf8')).not.toContain('sesame')
  })

  test('what is no failweb is said to be none', async () => {
    const server = createServer((_req, res) => res.end('{}'))
    const url = await listen(server)
    expect((await run(['baseline', '--url', url, '--for', '1s'])).err).toContain("expected failweb's health detail")
    server.closeAllConnections()
    server.close()
  })
})
