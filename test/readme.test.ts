import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtInChecks } from '../checks/index.ts'
import { EXIT } from '../src/cli/command.ts'
import { commands } from '../src/cli/command-line.ts'
import { loadConfig } from '../src/config/config.ts'
import { type Key, keysOf, variableOf } from '../src/config/keys.ts'
import { serviceSchema } from '../src/config/schema.ts'
import { CURES } from '../src/core/check.ts'
import { TERM_NAMES } from '../src/core/terms.ts'
import { FAILWEB, type ServiceProcess, startService, until } from './e2e/service-process.ts'
import { anchorsOf, blocksOf, LINKED_PAGES, linksOf, PAGES, ROOT, rowsOf, sectionOf, stepsOf, textOf } from './pages.ts'

const readme = textOf('README.md')
const run = promisify(execFile)

/** What only single checks have; what can be set of all of them is told once. */
const keysOfChecks = builtInChecks.flatMap(({ name, settings }) => (settings ? keysOf(settings, `checks.${name}`) : []))

describe('the chapter, as the README and the pages in docs/ walk through it', () => {
  let service: ServiceProcess
  beforeAll(async () => {
    const [, args = ''] = /`npm start -- (--decay\.seed \d+)`/.exec(readme) ?? []
    service = await startService({ args: args.split(' ') })
    await until(
      () => service.ask('/healthz?peek&verbose'),
      ({ body }) => !body.includes('[?]'),
    )
  }, 30_000)
  afterAll(() => service.child.kill('SIGKILL'))

  // In order, on one service: each access changes what the next one says.
  test.each(PAGES.flatMap(stepsOf))('$page: $command', async ({ command, output }) => {
    expect(command).toMatch(/^(curl|failweb) /)
    const real = command.replace('localhost:8080', service.url).replace(/^curl/, 'curl --silent')
    const { stdout } = await run('sh', ['-c', real.replace(/^failweb/, `${process.execPath} ${FAILWEB}`)], {
      cwd: ROOT,
    })
    expect(stdout.trimEnd()).toBe(output)
  })

  test('the rehearsal shows the events and the pod that are shown, for a real process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'failweb-readme-'))
    const manifest = join(folder, 'deploy.yml')
    // The same manifest, with luck that runs out at once: a life of seconds in place of half a minute.
    const quick = 'value: restart\n            - name: FAILWEB_DECAY_STEP\n              value: "100"'
    const text = readFileSync(join(ROOT, 'deploy/deploy-failweb-lp.yml'), 'utf8').replace(
      'initialDelaySeconds: 5',
      'initialDelaySeconds: 0',
    )
    writeFileSync(manifest, text.replace('value: restart', quick))
    const { stdout } = await run(process.execPath, [FAILWEB, 'rehearse', manifest, '--restarts', '1', '--for', '1m'])
    rmSync(folder, { recursive: true })
    const [block = ''] = blocksOf('docs/CHAPTER.md', 'text').filter((one) => one.startsWith('$ failweb rehearse '))
    const shown = block.slice(block.indexOf('\n'))
    const played = stdout.split('\n').map(withoutTimes)
    expect(shown.trim().split('\n').length).toBeGreaterThan(8)
    for (const line of shown.trim().split('\n').map(withoutTimes)) expect(played).toContainEqual(line)
  }, 70_000)
})

/** A line of events or of the pod table, with what differs from run to run left out. */
function withoutTimes(line: string): string {
  return line
    .replace(/failweb-[a-z0-9]+-[a-z0-9]+/, 'POD')
    .replace(/^\d+s( \(x\d+ over \w+\))?/, 'TIME')
    .replace(/\(\w+ ago\)/, 'AGO')
    .replace(/\s+\d+s\s+(\d+m|-)\s+(\d+Mi|-)$/, ' AGE CPU MEMORY')
    .replace(/\s+/g, ' ')
}

describe('the README', () => {
  test('begins with the two commands, and they are what package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const first = readme.indexOf('```sh\nnpm ci && npm start')
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(600)
    expect(readme).toContain('npm ci && npm test')
    expect([scripts.start, scripts.test]).toEqual([
      expect.stringContaining('node dist'),
      expect.stringContaining('vitest run'),
    ])
  })

  test('walks through the chapter with what is really printed', () => {
    const asked = stepsOf('README.md').map(({ command }) => command.replace(/.*localhost:8080/, '').replace(/'$/, ''))
    expect(asked).toEqual(expect.arrayContaining(['', '/healthz', '/healthz?peek&verbose', '/remedies/purge-cache']))
  })

  test('is read in a few minutes: what is long has a page of its own', () => {
    expect(readme.trim().split(/\s+/).length).toBeLessThanOrEqual(1_600)
  })

  test('leads to every page in docs/ that is for users', () => {
    const led = linksOf('README.md').map((target) => target.split('#')[0])
    const forUsers = PAGES.filter((page) => page !== 'README.md' && page !== 'docs/PUBLISHING.md')
    expect(forUsers.filter((page) => !led.includes(page))).toEqual([])
  })

  test('its check is the example that is tested', () => {
    expect(readme).toContain(readFileSync(join(ROOT, 'test/examples/checks/queue-depth.mjs'), 'utf8'))
  })

  test('names every check, by its cure', () => {
    const byCure = CURES.map((cure) => {
      const names = builtInChecks.filter((check) => check.cure === cure).map(({ name }) => `\`${name}\``)
      return [cure, names.toSorted()]
    })
    expect(rowsOf('README.md', 'cure').map(([cure, names = '']) => [cure, names.split(', ').toSorted()])).toEqual(
      byCure,
    )
  })

  test('says of a key what the table of all keys says', () => {
    const all = new Map(rowsOf('docs/CONFIGURATION.md', 'key').map(([key, byDefault]) => [key, byDefault]))
    const shown = rowsOf('README.md', 'key').filter(([key]) => key !== 'checks.NAME.*')
    expect(shown.length).toBeGreaterThan(5)
    expect(shown.map(([key, byDefault]) => [key, byDefault])).toEqual(shown.map(([key = '']) => [key, all.get(key)]))
  })
})

describe('the pages that the README leads to', () => {
  test.each(LINKED_PAGES)('%s links only to files and headings that are there', (page) => {
    const broken = linksOf(page).filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  test('have every key of the service with its default, and no other', () => {
    hasEach(rowsOf('docs/CONFIGURATION.md', 'key'), keysOf(serviceSchema))
  })

  test('have every setting of every check with its default, and no other', () => {
    hasEach(rowsOf('docs/CHECKS.md', 'key'), keysOfChecks)
  })

  test('name every check with its cure and its rhythm, and what can be set of all', () => {
    for (const { name, cure } of builtInChecks)
      expect(textOf('docs/CHECKS.md')).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\| ${cure} \\|$`, 'm'))
    const rhythms = builtInChecks.map(({ name, rhythm = {} }) => {
      const { everyMs, timeoutMs, toWorsen, toRecover } = rhythm
      return [name, ...[everyMs, timeoutMs, toWorsen, toRecover].map(String)]
    })
    expect(rowsOf('docs/CHECKS.md', 'check').filter((row) => row.length === 5)).toEqual(rhythms)
    for (const term of TERM_NAMES) expect(textOf('docs/CONFIGURATION.md')).toContain(`\`checks.NAME.${term}\``)
  })

  test('name every command and every exit code', () => {
    const section = sectionOf('docs/CONFIGURATION.md', 'Command line')
    for (const { name } of commands) expect(section).toMatch(new RegExp(`\`(failweb )?${name}[ \`]`))
    const codes = rowsOf('docs/CONFIGURATION.md', 'exit code').flatMap(([code = '']) => code.split(', '))
    expect(codes).toEqual([...Object.values(EXIT), 130, 143].map(String))
  })

  test('show a file of settings that is accepted', async () => {
    const [example = ''] = blocksOf('docs/CONFIGURATION.md', 'yaml')
    const folder = mkdtempSync(join(tmpdir(), 'failweb-readme-'))
    writeFileSync(join(folder, 'failweb.yml'), example)
    const file = join(folder, 'failweb.yml')
    const { service } = await loadConfig({ file, env: {}, flags: new Map(), checks: builtInChecks })
    rmSync(folder, { recursive: true })
    expect(service.drainMs).toBe(5_000)
  })

  test('speak of no variable that is not read, but for the one that they warn of', () => {
    const known = [...keysOf(serviceSchema), ...keysOfChecks].map(({ name }) => variableOf(name))
    const named = PAGES.flatMap((page) => textOf(page).match(/\bFAILWEB_[A-Z_]*[A-Z]/g) ?? [])
    expect(named.filter((name) => !['FAILWEB_PORT', 'FAILWEB_CONFIG', ...known].includes(name))).toEqual([])
    expect(named.length).toBeGreaterThan(5)
  })

  test('speak of no script and no file of a command that is not there', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const text = PAGES.map(textOf).join('\n')
    const named = [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, script = '']) => script)
    const files = [
      ...text.matchAll(/(?:npx tsx|kubectl apply -[fk]|apply .* -f|failweb rehearse) ([\w/.-]+\/[\w.-]+)/g),
    ]
    expect(named.filter((script) => !(script in scripts))).toEqual([])
    expect(files.map(([, file = '']) => file).filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
    expect(Math.min(named.length, files.length)).toBeGreaterThan(3)
  })
})

/** That a table has a row for each key, with the default that the schema has, where it has one: else its words say what is done. */
function hasEach(rows: readonly (readonly string[])[], keys: readonly Key[]): void {
  expect(rows.map(([name]) => name).toSorted()).toEqual(keys.map(({ name }) => name).toSorted())
  const said = new Map(rows.map(([name, byDefault]) => [name, byDefault]))
  for (const { name, schema } of keys) {
    const byDefault = schema.default === undefined ? expect.stringMatching(/./) : inWords(schema.default)
    expect([name, said.get(name)]).toEqual([name, byDefault])
  }
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || 'none'
  if (typeof value === 'object') return 'none'
  return value === '' ? 'empty' : String(value)
}
