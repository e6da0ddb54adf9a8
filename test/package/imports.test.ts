import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ROOT } from './api.ts'

const TRACES = fileURLToPath(new URL('traces.mjs', import.meta.url))
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const entries = Object.values<{ default?: string }>(exports).flatMap((entry) => entry.default ?? [])

/** What importing a file leaves behind in a new process. It must end by itself, having printed nothing of its own. */
function tracesOf(file: string) {
  const [stdio, timeout] = [['ignore', 'pipe', 'pipe'] as const, 30_000]
  const command = ['--no-warnings', TRACES, file]
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: [...stdio],
    timeout,
  })
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

const NOTHING = {
  ...{ resources: [], listeners: [], globals: [], env: [] },
  ...{ opensInput: false, watchesCaches: false, globalMetrics: 0 },
}

describe('importing', () => {
  test.each(entries)(
    '%s starts nothing, listens to nothing, reads no variable and no input, prints nothing, and ends',
    (entry) => {
      expect(tracesOf(join(ROOT, entry))).toMatchObject(NOTHING)
    },
  )

  test('failweb alone loads what answers and counts, and nothing that only checks or the command need', () => {
    const { packages } = tracesOf(join(ROOT, exports['.'].default))
    expect(packages).toEqual(expect.arrayContaining(['@koa/router', 'koa', 'prom-client']))
    // What prom-client's front door brings, and its registry does without.
    const brought = ['@opentelemetry/api', 'tdigest', 'bintrees']
    const schemas = ['valibot', '@valibot/to-json-schema', 'zod']
    const unneeded = [...brought, ...schemas, 'yaml', 'leven', 'lru-cache', 'pure-rand', 'pidusage', 'check-disk-space']
    expect(packages.filter((name: string) => unneeded.includes(name))).toEqual([])
  })

  test('failweb/checks loads no web server; failweb/testing loads no package at all', () => {
    const { packages } = tracesOf(join(ROOT, exports['./checks'].default))
    expect(packages).toEqual(['check-disk-space', 'valibot'])
    expect(tracesOf(join(ROOT, exports['./testing'].default)).packages).toEqual([])
  })

  test('traces are seen where there are any', () => {
    const folder = mkdtempSync(join(tmpdir(), 'failweb-traces-'))
    const file = join(folder, 'guilty.mjs')
    const guilt = `setInterval(() => process.exit(), 500)\nprocess.on('SIGHUP', () => {})\nglobalThis.mine = process.env.HOME\nprocess.stdin`
    writeFileSync(file, guilt)
    expect(tracesOf(file)).toMatchObject({
      resources: ['Timeout'],
      listeners: ['process SIGHUP'],
      globals: ['mine'],
      opensInput: true,
      env: [['HOME', expect.stringContaining('guilty.mjs')]],
    })
    rmSync(folder, { recursive: true })
  })
})
