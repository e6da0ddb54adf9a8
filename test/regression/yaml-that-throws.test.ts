import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from '../cli/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'failweb-yaml-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TENFOLD = [...'bcdefghi'].map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(10)}]\n`)

const texts: readonly (readonly [string, string, RegExp])[] = [
  ['an alias of nothing', 'decay: *nope\n', /Unresolved alias .*: nope$/],
  ['an alias bomb', `a: &a [x]\n${TENFOLD.join('')}`, /Excessive alias count/],
]

test.each(texts)('%s in settings is one message and exit 2', async (_what, text, message) => {
  const path = join(folder, 'settings.yml')
  writeFileSync(path, text)
  const { code, err } = await run(['config', '--config', path])
  expect([code, err.trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(message)]])
  expect(err.startsWith(`failweb: ${path}: `)).toBe(true)
})

test.each(texts)('%s in a manifest is one message and exit 2', async (_what, text, message) => {
  const path = join(folder, 'deploy.yml')
  writeFileSync(path, text)
  const { code, err } = await run(['rehearse', path, '--check-only'])
  expect([code, err.trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(message)]])
  expect(err.startsWith(`failweb: ${path}: `)).toBe(true)
})
