import { execFileSync } from 'node:child_process'
import { link, mkdir, mkdtemp, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { folderSize } from '../../src/host/folder-size.ts'

const SIGNAL = new AbortController().signal
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-size-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the size of a folder', () => {
  test('is what du says: hard links once, symbolic links not followed, sparse files as they are', async () => {
    await mkdir(join(folder, 'a/b/c'), { recursive: true })
    await writeFile(join(folder, 'a/log'), 'x'.repeat(100_000))
    await writeFile(join(folder, 'a/b/one'), 'x')
    await link(join(folder, 'a/log'), join(folder, 'a/b/c/same'))
    await symlink('/', join(folder, 'a/everything'))
    await symlink('..', join(folder, 'a/b/round'))
    await writeFile(join(folder, 'sparse'), '')
    await truncate(join(folder, 'sparse'), 1_000_000_000)
    const { bytes, entries } = await folderSize(folder, SIGNAL)
    expect(bytes).toBe(byDu(folder))
    expect(bytes).toBeLessThan(1_000_000)
    expect(entries).toBe(9)
  })

  test('of a single file is what the file takes', async () => {
    const file = join(folder, 'log')
    await writeFile(file, 'x'.repeat(10_000))
    expect(await folderSize(file, SIGNAL)).toEqual({ bytes: byDu(file), entries: 1, device: (await stat(file)).dev })
  })

  test('a path that is not there is an error', async () => {
    await expect(folderSize(join(folder, 'nope'), SIGNAL)).rejects.toThrow('ENOENT')
  })

  test('too many files are an error, not a long wait', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), '')
    await expect(folderSize(folder, SIGNAL, 3)).rejects.toThrow('it holds more than 3 files, too many to count')
  })

  test('stops when told to', async () => {
    await writeFile(join(folder, 'a'), '')
    await expect(folderSize(folder, AbortSignal.abort())).rejects.toThrow('abort')
  })

  test('what is deleted while it counts does not count, and is no error', async () => {
    const names = Array.from({ length: 600 }, (_, index) => join(folder, `${index}`))
    await Promise.all(names.map((name) => mkdir(name)))
    const counting = folderSize(folder, SIGNAL)
    await Promise.all(names.map((name) => rm(name, { recursive: true })))
    expect((await counting).entries).toBeLessThanOrEqual(601)
  })
})

function byDu(path: string): number {
  return 1024 * Number.parseInt(execFileSync('du', ['-skx', path], { encoding: 'utf8' }), 10)
}
