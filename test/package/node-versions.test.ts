import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startService, until } from '../e2e/service-process.ts'
import { ROOT } from './api.ts'

const run = promisify(execFile)

/** The oldest that `engines` allows, and of each even line since then the newest when this was written: NODE-VERSIONS.md has whole runs. */
const VERSIONS = ['20.19.0', '22.23.3', '24.21.0', '26.10.0']

/** The npm registry carries the binary of each release of Node as a package of its own. */
const PACKAGE = `node-linux-${process.arch}`

describe.skipIf(process.platform !== 'linux')('on each line of Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-nodes-'))
  const nodeOf = (version: string) => join(folder, `node_modules/node-${version}/bin/node`)

  beforeAll(async () => {
    const dependencies = Object.fromEntries(VERSIONS.map((version) => [`node-${version}`, `npm:${PACKAGE}@${version}`]))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
    await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  test('the oldest is the one that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(`>=${VERSIONS[0]}`).toBe(`${engines.node}.0`)
  })

  test.each(VERSIONS)('%s starts the service with its guard, which answers, counts and stops', async (version) => {
    const under = ['sh', '-c', `shift; exec ${nodeOf(version)} "$@"`, 'sh']
    const service = await startService({
      under,
      args: ['--decay.step', '0', '--guard.enabled', 'true', '--guard.listen', '127.0.0.1:0'],
    })
    try {
      // Not /readyz: on a machine busy enough a check may fail to look for a while.
      for (const probe of ['/startupz', '/livez'])
        await until(
          () => service.ask(probe),
          ({ status }) => status === 200,
        )
      expect(await service.ask('/?name=Kana')).toEqual({ status: 200, body: 'Hello, Kana!\n' })
      const { body } = await service.ask('/metrics')
      expect(body).toContain(`node="v${version}"}`)
    } finally {
      service.signal('SIGTERM')
    }
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  test.each(VERSIONS)('%s imports every door of the package without a word', async (version) => {
    const script = `for (const door of ['failweb', 'failweb/checks', 'failweb/testing']) console.log(Object.keys(await import(door)).length)`
    const { stdout, stderr } = await run(nodeOf(version), ['--input-type=module', '--eval', script], { cwd: ROOT })
    expect([stdout.trim().split('\n').map(Number), stderr]).toEqual([[5, 11, 1], ''])
  })
})
