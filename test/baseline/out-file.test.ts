import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assertWritable, writeOut } from '../../src/baseline/out-file.ts'
import { FAILWEB } from '../e2e/service-process.ts'
import { holds } from '../needs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-out-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('takes the place of what was there, with its rights and behind its link, and leaves nothing else', () => {
  const [file, link] = [join(folder, 'old.yml'), join(folder, 'link.yml')]
  writeFileSync(file, 'old')
  chmodSync(file, 0o600)
  symlinkSync(file, link)
  assertWritable(link)
  writeOut(link, 'new')
  expect(readFileSync(file, 'utf8')).toBe('new')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readdirSync(folder).sort()).toEqual(['link.yml', 'old.yml'])
})

test('a link to what is not there yet is no file to take away', () => {
  const [file, link] = [join(folder, 'new.yml'), join(folder, 'link.yml')]
  symlinkSync(file, link)
  assertWritable(link)
  writeOut(link, 'new')
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(file, 'utf8')).toBe('new')
})

test('where nothing can be written any more, what was there stays', () => {
  const file = join(folder, 'old.yml')
  writeFileSync(file, 'old')
  const words = `baseline --for 1s --rps 5 --checks.disk-usage.enabled false --port 0 --out ${file}`
  const command = `ulimit -f 0; trap '' XFSZ; exec "$0" "$1" ${words}`
  const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, FAILWEB], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([2, `failweb: --out: ${file} cannot be written: EFBIG\n`])
  expect(readFileSync(file, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['old.yml'])
})

const isRoot = holds(process.getuid?.() === 0, 'being root, to mount a file')

test.skipIf(!isRoot)('a file that is mounted by itself is written over', () => {
  const [file, place] = [join(folder, 'file.yml'), join(folder, 'place.yml')]
  writeFileSync(file, 'old')
  writeFileSync(place, '')
  expect(spawnSync('mount', ['--bind', file, place]).status).toBe(0)
  try {
    writeOut(place, 'new')
    expect(readFileSync(file, 'utf8')).toBe('new')
  } finally {
    spawnSync('umount', [place])
  }
  expect(readdirSync(folder).sort()).toEqual(['file.yml', 'place.yml'])
})
