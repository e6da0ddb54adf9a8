import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtInChecks } from '../checks/index.ts'
import { commands } from '../src/cli/command-line.ts'
import { keysOf } from '../src/config/keys.ts'
import { serviceSchema } from '../src/config/schema.ts'
import { FAILWEB, type ServiceProcess, startService, until } from './e2e/service-process.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const run = promisify(execFile)

interface Step {
  readonly command: string
  readonly output: string
}

/** The `console` blocks, in order: after each `$ command`, what it prints. */
function steps(): readonly Step[] {
  const blocks = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks
    .join('')
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...output] = step.split('\n')
      return { command, output: output.join('\n').trimEnd() }
    })
}

describe('the chapter, as the README walks through it', () => {
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
  test.each(steps())('$command', async ({ command, output }) => {
    expect(command).toMatch(/^(curl|failweb) /)
    const real = command.replace('localhost:8080', service.url).replace(/^curl/, 'curl --silent')
    const { stdout } = await run('sh', ['-c', real.replace(/^failweb/, `${process.execPath} ${FAILWEB}`)], {
      cwd: ROOT,
    })
    expect(stdout.trimEnd()).toBe(output)
  })

  test('the rehearsal shows the events and the pod that the README shows, for a real process', async () => {
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
    const [, shown = ''] = /^```text\n\$ failweb rehearse [^\n]*\n([\s\S]*?)^```$/m.exec(readme) ?? []
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

describe('what the README says', () => {
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

  test('every file it links to is there, and every heading', () => {
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const target of targets) {
      if (target.startsWith('#')) expect(headings).toContain(target.slice(1))
      else expect([target, existsSync(join(dirname(join(ROOT, 'README.md')), target))]).toEqual([target, true])
    }
  })

  test('its check is the example that is tested', () => {
    expect(readme).toContain(readFileSync(join(ROOT, 'test/examples/checks/queue-depth.mjs'), 'utf8'))
  })

  test('names every check with its cure, every command, and every key of the service', () => {
    for (const { name, cure } of builtInChecks)
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\| ${cure} \\|$`, 'm'))
    for (const { name } of commands) expect(readme).toContain(name)
    for (const { name } of keysOf(serviceSchema)) {
      const [group] = name.split('.')
      expect(readme.includes(`\`${name}\``) || readme.includes(`\`${group}.*\``), name).toBe(true)
    }
  })
})
