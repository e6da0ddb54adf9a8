import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { builtInChecks } from '../../checks/index.ts'
import { commands } from '../../src/cli/command-line.ts'
import type { Check } from '../../src/core/check.ts'
import { PACKAGE_VERSION } from '../../src/package.ts'
import { FAILWEB } from '../e2e/service-process.ts'
import { listen } from '../http/service-fixture.ts'
import { run } from './terminal.ts'

const NESTED = fileURLToPath(new URL('nested', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'failweb-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A folder with one check that says what it is told. */
function saying(status: string): string {
  const path = mkdtempSync(join(folder, 'check-'))
  const judge =
    status === 'unknown'
      ? `() => { throw new Error('dark') }`
      : `() => ({ status: '${status}', because: 'told so', values: {} })`
  writeFileSync(
    join(path, 'it.mjs'),
    `export const it = { name: 'told', about: 'x', cure: 'wait', sense: () => 1, judge: ${judge} }`,
  )
  return path
}

interface Listed {
  readonly name: string
  readonly settings: readonly { readonly name: string }[]
}

/** The part of valibot's schemas that tells what is in them. */
interface Schema {
  readonly entries?: Readonly<Record<string, Schema>>
  readonly wrapped?: Schema
}

function leavesOf({ entries, wrapped }: Schema, name = ''): readonly string[] {
  if (wrapped) return leavesOf(wrapped, name)
  if (!entries) return [name]
  return Object.entries(entries).flatMap(([key, one]) => leavesOf(one, name === '' ? key : `${name}.${key}`))
}

describe('help', () => {
  test('lists every command, and each has its own', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const { name, about } of commands)
      expect(out).toMatch(new RegExp(`^  ${name} +${about.slice(0, 20).replace(/[()]/g, '.')}`, 'm'))
    for (const { name, load } of commands) {
      const { help } = await load()
      expect(await run([name, '--help'])).toEqual({ code: 0, out: help, err: '' })
      expect(help).toMatch(new RegExp(`^failweb .*${name}`))
    }
  })

  test('--version is the package’s', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: `${PACKAGE_VERSION}\n`, err: '' })
    expect(PACKAGE_VERSION).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('wrong usage is one message and exit 2', () => {
  test.each<[readonly string[], string]>([
    [['sreve'], 'sreve: there is no such command; did you mean serve?; see failweb --help'],
    [['serve', 'now'], 'now: failweb serve takes no such argument; see failweb serve --help'],
    [['--prot', '80'], '--prot: no setting has this name; did you mean port?'],
    [['--port'], '--port: expected a value after it'],
    [['--port', 'http'], 'port: expected number; got "http" from --port'],
    [['--config', '/nowhere.yml'], '/nowhere.yml: cannot be read: ENOENT'],
    [['--checks.latency.budget', '0.2'], 'checks.latency.budget: '],
    [
      ['--checks.disk-usage.warnAt', '0.99'],
      'checks.disk-usage.warnAt: expected at most failAt (0.9); got 0.99 from --checks.disk-usage.warnAt',
    ],
    [['check', 'dsik-usage'], 'dsik-usage: no check has this name; did you mean disk-usage?'],
    [['check'], 'check: expected the name of a check: latency, memory-growth,'],
    [['probe', 'localhost'], 'localhost: expected a URL that begins with http:// or https://'],
    [['config', '--json=x'], '--json: takes no value; got x'],
    [['config', '--config', ''], '--config: expected the name of a file; got nothing'],
    [
      ['probe', 'http://localhost', '--timeoutMs', '2147483648'],
      '--timeoutMs: expected milliseconds from 1 to 2147483647; ',
    ],
    [['probe', 'http://localhost', '--retries', '3'], '--retries: failweb probe has no such option'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err.startsWith(`failweb: ${message}`), err).toBe(true)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  test.each<[readonly string[], string]>([
    [['status', '--token-file='], '--token-file: expected the name of a file; got nothing'],
    [['status', '--config='], '--config: expected the name of a file; got nothing'],
    [['status', ''], 'the URL: expected a URL such as http://127.0.0.1:8080; got nothing'],
    [['purge', '--token-file', ' '], '--token-file: expected the name of a file; got nothing'],
    [['purge', '--url='], '--url: expected a URL such as http://127.0.0.1:8080; got nothing'],
    [['probe', ''], 'the URL: expected a URL that begins with http:// or https://; got nothing'],
    [['baseline', '--url='], '--url: expected a URL such as http://127.0.0.1:8080; got nothing'],
    [['baseline', '--out='], '--out: expected the name of a file; got nothing'],
    [['baseline', '--paths='], '--paths: expected paths that begin with /; got nothing'],
    [['rehearse', ''], 'rehearse: expected a manifest, such as deploy.yml; got nothing'],
    [['rehearse', 'x.yml', '--command='], '--command: expected a command, or the word manifest; got nothing'],
    [['rehearse', 'x.yml', '--simulate', '--history='], '--history: expected the name of a file; got nothing'],
    [['odds', '--for='], '--for: expected a duration such as 90s, 5m or 1h30m; got nothing'],
    [['checks', '--checks='], '--checks: expected the name of a folder; got nothing'],
    [['serve', '--checksFrom='], '--checksFrom: expected the name of a folder; got nothing'],
    [['serve', '--tokenFile='], 'tokenFile: expected some text; got "" from --tokenFile'],
    [['serve', '--journal.folder='], 'journal.folder: expected some text; got "" from --journal.folder'],
  ])('an empty value, as a variable leaves behind that is not set: %j', async (args, message) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err: `failweb: ${message}\n` })
  })

  test('an empty FAILWEB_CONFIG is none', async () => {
    expect((await run(['config'], { FAILWEB_CONFIG: '' })).code).toBe(0)
  })

  test('in a real process too, without a stack trace', () => {
    const { status, stderr } = spawnSync(process.execPath, [FAILWEB, '--decay.step', '200'], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, 'failweb: decay.step: expected <=100; got 200 from --decay.step\n'])
  })
})

describe('check', () => {
  test.each([
    ['pass', 0, '[+]told ok: told so\n'],
    ['warn', 0, '[!]told warn: told so\n'],
    ['fail', 1, '[-]told failed: told so\n'],
    ['unknown', 3, '[?]told unknown: its judge failed: dark\n'],
  ])('%s is exit %d', async (status, code, out) => {
    expect(await run(['check', 'told', '--checks', saying(status)])).toEqual({ code, out, err: '' })
  })

  test('--json says all that was seen', async () => {
    const { out } = await run(['check', 'told', '--json', '--checks', saying('warn')])
    expect(JSON.parse(out)).toMatchObject([{ name: 'told', status: 'warn', because: 'told so', looked: true }])
  })

  test('looks at the real machine', async () => {
    const { code, out } = await run([
      'check',
      'disk-usage',
      '--checks.disk-usage.failAt',
      '1',
      '--checks.disk-usage.warnAt',
      '1',
    ])
    expect([0, 1]).toContain(code)
    expect(out).toMatch(/disk-usage .*% of \/ is used/)
  })
})

describe('checks and config', () => {
  test('checks lists each with its cure, its rhythm and its settings', async () => {
    const { out } = await run(['checks'])
    expect(out).toContain(
      'latency: the trip times of answered requests, by route\n  cure wait; every 10000 ms, within 1000 ms, 2 looks to worsen, 3 to recover\n    thresholdMs = 250',
    )
    const listed = JSON.parse((await run(['checks', '--json', '--checks.latency.enabled', 'false'])).out)
    expect(listed).toHaveLength(10)
    expect(listed[0]).toMatchObject({ name: 'latency', cure: 'wait', enabled: false })
  })

  test('checks lists every setting, however deep it is and whatever it is called', async () => {
    const listed = JSON.parse((await run(['checks', '--json', '--checks', NESTED])).out)
    const names = Object.fromEntries(
      listed.map(({ name, settings }: Listed) => [name, settings.map((setting) => setting.name)]),
    )
    const { dependency } = await import(join(NESTED, 'dependency.mjs'))
    const all: readonly Check[] = [...builtInChecks, dependency]
    expect(names).toEqual(Object.fromEntries(all.map(({ name, settings }) => [name, leavesOf(settings as never)])))
    expect(names['dependency']).toContain('backOff.patience.toWorsen')
  })

  test('config prints each value with where it came from', async () => {
    const { out } = await run(['config', '--decay.step', '5'], { PORT: '9090', FAILWEB_TOKEN: 'sesame' })
    expect(out).toMatch(/^port +9090 +PORT$/m)
    expect(out).toMatch(/^decay\.step +5 +--decay\.step$/m)
    expect(out).toMatch(/^token +"\(not shown\)" +FAILWEB_TOKEN$/m)
    expect(out).not.toContain('sesame')
    const all = JSON.parse((await run(['config', '--json'])).out)
    expect(all.find(({ key }: { key: string }) => key === 'port')).toEqual({
      key: 'port',
      value: 8080,
      from: 'default',
    })
  })
})

describe('probe', () => {
  test.each([
    [200, 0],
    [399, 0],
    [400, 1],
    [503, 1],
  ])('status %d is exit %d', async (status, code) => {
    const server = createServer((_req, res) => res.writeHead(status).end('body'))
    const url = await listen(server)
    const ran = await run(['probe', `${url}/livez`])
    expect(ran.code).toBe(code)
    if (code === 1) expect(ran.err).toBe(`HTTP probe failed with statuscode: ${status}\n`)
    server.closeAllConnections()
    server.close()
  })

  test('a closed port is exit 1', async () => {
    const server = createServer()
    const url = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await run(['probe', url])).toMatchObject({ code: 1, err: expect.stringContaining('connection refused') })
  })
})
