import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { builtInChecks } from '../../checks/index.ts'
import { type Config, type ConfigSources, loadConfig } from '../../src/config/config.ts'
import { keysOf, keysOfCheck, variableOf } from '../../src/config/keys.ts'
import { loadPlugIns } from '../../src/config/plug-ins.ts'
import { serviceSchema } from '../../src/config/schema.ts'
import { SERVICE_LINK } from '../../src/config/sources.ts'
import { SetupError } from '../../src/core/setup-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'failweb-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

interface Sources extends Omit<Partial<ConfigSources>, 'flags'> {
  flags?: Record<string, string>
}

function load({ flags = {}, env = {}, ...rest }: Sources = {}): Promise<Config> {
  return loadConfig({ checks: builtInChecks, env, flags: new Map(Object.entries(flags)), ...rest })
}

async function mistakes(sources: Sources): Promise<readonly string[]> {
  try {
    await load(sources)
    return []
  } catch (error) {
    if (error instanceof SetupError) return error.mistakes.map((mistake) => mistake.replaceAll(`${folder}/`, ''))
    throw error
  }
}

const setting = async (sources: Sources, key: string) => (await load(sources)).settings().find((one) => one.key === key)

describe('where a setting comes from', () => {
  test('defaults < file < environment < flags', async () => {
    const path = file('rank.yml', 'decay: { step: 3 }\n')
    const env = { FAILWEB_DECAY_STEP: '4' }
    expect(await setting({}, 'decay.step')).toEqual({ key: 'decay.step', value: 2, from: 'default' })
    expect(await setting({ file: path }, 'decay.step')).toEqual({ key: 'decay.step', value: 3, from: path })
    expect(await setting({ file: path, env }, 'decay.step')).toMatchObject({ value: 4, from: 'FAILWEB_DECAY_STEP' })
    expect(await setting({ file: path, env, flags: { 'decay.step': '5' } }, 'decay.step')).toMatchObject({
      value: 5,
      from: '--decay.step',
    })
  })

  test('the port is PORT, never FAILWEB_PORT', async () => {
    const env = { PORT: '80', FAILWEB_PORT: 'tcp://10.96.0.1:80' }
    expect(await setting({ env }, 'port')).toMatchObject({ value: 80, from: 'PORT' })
  })

  test('settings of checks, lists and truth values come as text', async () => {
    const env = {
      FAILWEB_CHECKS_DISK_USAGE_WARN_AT: '0.7',
      FAILWEB_CHECKS_DISK_USAGE_PATHS: '/, /data',
      FAILWEB_CHECKS_LATENCY_ENABLED: 'false',
      FAILWEB_HEARTBEAT_ASKS: 'restart',
    }
    const { checks, service } = await load({ env })
    const options = (name: string) => checks.find(({ check }) => check.name === name)?.options
    expect(options('disk-usage')).toEqual({ warnAt: 0.7, paths: ['/', '/data'] })
    expect(options('latency')).toEqual({ enabled: false })
    expect(service.heartbeat.asks).toEqual(['restart'])
  })

  test('JSON is a file format too', async () => {
    const path = file('settings.json', '{ "checks": { "latency": { "thresholdMs": 100 } } }')
    expect(await setting({ file: path }, 'checks.latency.thresholdMs')).toMatchObject({ value: 100, from: path })
  })

  test('keys of a file may be dotted as everywhere else, all of it or a part', async () => {
    const path = file(
      'dotted.yml',
      'decay.step: 7\nchecks.latency: { thresholdMs: 100 }\nchecks: { cpu.warnAt: 0.1 }\n',
    )
    const { settings } = await load({ file: path })
    const value = (key: string) => settings().find((one) => one.key === key)
    expect(value('decay.step')).toMatchObject({ value: 7, from: path })
    expect(value('checks.latency.thresholdMs')).toMatchObject({ value: 100, from: path })
    expect(value('checks.cpu.warnAt')).toMatchObject({ value: 0.1, from: path })
  })

  test.each<[string, string, unknown]>([
    ['identity.description', '{"a":1}', '{"a":1}'],
    ['identity.description', '5', '5'],
    ['identity.version', '2', '2'],
    ['identity.notes', '[a] note, b', ['[a] note', 'b']],
    ['identity.notes', '["a, b", "c"]', ['a, b', 'c']],
    ['identity.notes', '{a}, b', ['{a}', 'b']],
    ['heartbeat.asks', 'restart, wait', ['restart', 'wait']],
    ['checks.disk-usage.paths', '["/", "/data"]', ['/', '/data']],
    [
      'checks.disk-usage.watch',
      '[{"path": "/data", "warnAt": "1GiB", "failAt": "2GiB"}]',
      [{ path: '/data', warnAt: 1024 ** 3, failAt: 2 * 1024 ** 3 }],
    ],
    ['checks.cache-size.entries.warnAt', '50', 50],
    [
      'checks.cache-size.caches',
      '{"a": {"entries": {"warnAt": 1, "failAt": 2}}}',
      { a: { entries: { warnAt: 1, failAt: 2 } } },
    ],
  ])('as text, %s %s is %j', async (key, text, value) => {
    expect(await setting({ flags: { [key]: text } }, key)).toMatchObject({ value })
  })

  test('--checks is told as --checks', async () => {
    file('mine/a.mjs', "export const a = { name: 'a', about: 'a', cure: 'wait', sense() {}, judge() {} }")
    const flags = { checks: join(folder, 'mine') }
    expect(await setting({ flags }, 'checksFrom')).toMatchObject({ value: [join(folder, 'mine')], from: '--checks' })
    expect(await mistakes({ flags: { ...flags, checksFrom: join(folder, 'mine') } })).toEqual([
      '--checksFrom: given already, as --checks',
    ])
  })

  test('a token is never shown; it may lie in a file', async () => {
    const tokenFile = file('token', 'sesame\n')
    const config = await load({ env: { FAILWEB_TOKEN_FILE: tokenFile } })
    expect(config.service.token).toBe('sesame')
    expect(JSON.stringify(config.settings())).not.toContain('sesame')
  })
})

describe('what a cluster sets beside a Service named failweb is ignored', () => {
  const links = {
    FAILWEB_PORT: 'tcp://10.96.0.1:80',
    FAILWEB_SERVICE_HOST: '10.96.0.1',
    FAILWEB_SERVICE_PORT: '80',
    FAILWEB_SERVICE_PORT_HTTP: '80',
    FAILWEB_PORT_80_TCP: 'tcp://10.96.0.1:80',
    FAILWEB_PORT_80_TCP_PROTO: 'tcp',
    FAILWEB_PORT_80_TCP_PORT: '80',
    FAILWEB_PORT_80_TCP_ADDR: '10.96.0.1',
    FAILWEB_CANARY_SERVICE_HOST: '10.96.0.2',
    FAILWEB_CANARY_SERVICE_PORT: '80',
    FAILWEB_CANARY_PORT: 'tcp://10.96.0.2:80',
    FAILWEB_CANARY_PORT_80_TCP_ADDR: '10.96.0.2',
  }

  test('all of it', async () => {
    expect((await load({ env: links })).settings()).toEqual((await load()).settings())
  })

  test('and no setting has a name of that shape', () => {
    const keys = [...keysOf(serviceSchema), ...builtInChecks.flatMap(keysOfCheck)].filter(({ name }) => name !== 'port')
    expect(keys.length).toBeGreaterThan(50)
    expect(keys.map(({ name }) => variableOf(name)).filter((variable) => SERVICE_LINK.test(variable))).toEqual([])
  })
})

describe('mistakes', () => {
  test('are told all at once, each with its key, what was expected, what came and where from', async () => {
    const path = file(
      'wrong.yml',
      'dekay: { step: 1 }\nchecks:\n  dsik-usage: { warnAt: 0.5 }\n  latency: { tresholdMs: 5 }\n',
    )
    expect(
      await mistakes({
        file: path,
        env: { FAILWEB_DECAY_STEP: 'much', FAILWEB_DECAY_SEEDS: '1', PORT: '70000' },
        flags: { 'checks.disk-usage.warnAt': '0.95', 'heartbeat.ask': 'wait' },
      }),
    ).toEqual([
      'wrong.yml: dekay: no setting has this name; did you mean decay?',
      'wrong.yml: checks.dsik-usage: no check has this name; did you mean disk-usage?',
      'wrong.yml: checks.latency.tresholdMs: no setting has this name; did you mean thresholdMs?',
      'FAILWEB_DECAY_SEEDS: no setting has this name; did you mean FAILWEB_DECAY_SEED?',
      '--heartbeat.ask: no setting has this name; did you mean heartbeat.asks?',
      'port: expected <=65535; got 70000 from PORT',
      'decay.step: expected number; got "much" from FAILWEB_DECAY_STEP',
      'checks.disk-usage.warnAt: expected at most failAt (0.9); got 0.95 from --checks.disk-usage.warnAt',
    ])
  })

  test.each<[string, string, RegExp]>([
    ['YAML that does not parse', 'a: [1\n', /^bad\.yml: .*line \d/],
    ['a list where keys belong', '- 1\n', /^bad\.yml: expected keys and values; got \[1\]$/],
    ['a number where keys belong', 'decay: 5\n', /^bad\.yml: decay: expected keys and values; got 5$/],
    [
      'two documents',
      'decay: { step: 1 }\n---\nport: 1\n',
      /^bad\.yml: expected one document; another begins at line 2$/,
    ],
    [
      'a dotted key that is none',
      'decay.stp: 1\n',
      /^bad\.yml: decay\.stp: no setting has this name; did you mean step\?$/,
    ],
    ['a key twice, dotted and nested', 'decay: { step: 1 }\ndecay.step: 2\n', /^bad\.yml: decay\.step: given twice/],
    [
      'dots below a setting',
      'checks.cache-size.caches.a.entries: { warnAt: 1, failAt: 2 }\n',
      /^bad\.yml: checks\.cache-size\.caches\.a\.entries: dots end at checks\.cache-size\.caches; /,
    ],
  ])('%s', async (_title, text, expected) => {
    expect(await mistakes({ file: file('bad.yml', text) })).toEqual([expect.stringMatching(expected)])
  })

  test.each(['foo:bar', 'localhost', '70000', '8081.5'])(
    'where the guard cannot listen (%s) is told with all others, and from where',
    async (listen) => {
      const got = Number.isNaN(Number(listen)) ? `"${listen}"` : listen
      expect(await mistakes({ env: { PORT: '70000' }, flags: { 'guard.listen': listen } })).toEqual([
        'port: expected <=65535; got 70000 from PORT',
        `guard.listen: expected a port (8081), or an address with one (127.0.0.1:8081, [::1]:8081); got ${got} from --guard.listen`,
      ])
    },
  )

  test('a file that cannot be read', async () => {
    expect(await mistakes({ file: join(folder, 'none.yml') })).toEqual(['none.yml: cannot be read: ENOENT'])
  })

  test('a token file that is empty, or a token given twice', async () => {
    const tokenFile = file('empty', '\n')
    expect(await mistakes({ env: { FAILWEB_TOKEN_FILE: tokenFile } })).toEqual(['tokenFile: empty holds no token'])
    expect(await mistakes({ env: { FAILWEB_TOKEN_FILE: tokenFile, FAILWEB_TOKEN: 'x' } })).toEqual([
      'token: given twice, by token and by tokenFile',
    ])
  })
})

describe('checks of one’s own', () => {
  const CHECK = `{ name: 'queue-depth', about: 'messages that wait', cure: 'wait', values: { depth_messages: 'Messages that wait.' },
    sense: () => 3, judge: ([{ reading }]) => ({ status: 'pass', because: reading + ' wait', values: { depth_messages: reading } }) }`

  test('every exported object with name and sense in .js and .mjs files is one; its settings are keys too', async () => {
    file('own/queue.mjs', `export const queueDepth = ${CHECK}\nexport const other = 5\n`)
    file('own/notes.txt', 'not a module')
    const env = { FAILWEB_CHECKS_QUEUE_DEPTH_EVERY_MS: '500' }
    const { checks } = await load({ env, flags: { checksFrom: join(folder, 'own') } })
    expect(checks.at(-1)).toMatchObject({ check: { name: 'queue-depth' }, options: { everyMs: 500 } })
  })

  test('bring settings of their own, by the library that they like', async () => {
    const zod = pathToFileURL(createRequire(import.meta.url).resolve('zod')).href
    const settings = `z.strictObject({ depth: z.object({ most: z.number().gt(0).default(3).describe('so deep') }) })`
    const check = `{ name: 'queue', about: 'a', cure: 'wait', settings: ${settings}, sense() {}, judge() {} }`
    file('zod/queue.mjs', `import { z } from ${JSON.stringify(zod)}\nexport const queue = ${check}\n`)
    const checksFrom = join(folder, 'zod')
    const { checks } = await load({ env: { FAILWEB_CHECKS_QUEUE_DEPTH_MOST: '7' }, flags: { checksFrom } })
    expect(checks.at(-1)?.options).toEqual({ depth: { most: 7 } })
    expect(await mistakes({ env: { FAILWEB_CHECKS_QUEUE_DEPTH_MOST: '-1' }, flags: { checksFrom } })).toEqual([
      expect.stringMatching(/^checks\.queue\.depth\.most: .*>0.*; got -1 from FAILWEB_CHECKS_QUEUE_DEPTH_MOST$/),
    ])
  })

  test('whose settings do not tell their names are refused: no variable and no flag could set them', async () => {
    const settings = `{ '~standard': { version: 1, vendor: 'home', validate: (value) => ({ value }) } }`
    const check = `{ name: 'queue', about: 'a', cure: 'wait', settings: ${settings}, sense() {}, judge() {} }`
    file('nameless/queue.mjs', `export const queue = ${check}\n`)
    expect(await mistakes({ flags: { checksFrom: join(folder, 'nameless') } })).toEqual([
      expect.stringMatching(/^checks\.queue: settings: expected a schema that tells its keys/),
    ])
  })

  test('that wait for ever before they have loaded are given up', async () => {
    file('waiting/queue.mjs', 'await new Promise(() => {})\n')
    await expect(loadPlugIns([join(folder, 'waiting')], 50)).rejects.toThrow(
      /queue\.mjs: does not load: it has not loaded in 0\.05 s: what does its top-level await wait for\?$/,
    )
  })

  test.each<[string, string, string]>([
    ['a file that says why in two lines', `throw new Error('first\\nsecond')`, 'does not load: first second'],
    ['a file that exports nothing', 'export {}', 'exports no check: no object with name and sense'],
    [
      'a check whose settings are no schema',
      `export const a = { name: 'a', about: 'a', cure: 'wait', settings: { depth: 3 }, sense() {}, judge() {} }`,
      'a: settings: expected a schema that keeps to Standard Schema (zod, valibot and others); got {"depth":3}',
    ],
    ['a file that does not load', 'import "./nowhere.mjs"', 'does not load: Cannot find module'],
    [
      'a check without a judge',
      `export const a = { name: 'a', about: 'a', cure: 'wait', sense() {} }`,
      'a: judge: expected a function; got undefined',
    ],
  ])('%s', async (title, text, expected) => {
    const name = title.replaceAll(' ', '-')
    file(`${name}/check.mjs`, text)
    const found = await mistakes({ flags: { checksFrom: join(folder, name) } })
    expect(found).toEqual([expect.stringContaining(`${name}/check.mjs: ${expected}`)])
  })

  test('a folder that is not there, and one without modules', async () => {
    mkdirSync(join(folder, 'bare'))
    expect(await mistakes({ flags: { checksFrom: `${join(folder, 'none')},${join(folder, 'bare')}` } })).toEqual([
      'none: cannot be read: ENOENT',
      'bare: holds no .js or .mjs file',
    ])
  })

  test('two of one name, or of a built-in’s', async () => {
    file('twice/a.mjs', `export const a = ${CHECK.replace('queue-depth', 'latency')}`)
    expect(await mistakes({ flags: { checksFrom: join(folder, 'twice') } })).toEqual([
      'two checks are named latency; each needs its own name',
    ])
  })
})
