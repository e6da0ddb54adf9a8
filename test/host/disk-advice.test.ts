import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adviceOnWorst, type Placed } from '../../src/host/disk-advice.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-advice-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the command that a person is given', () => {
  test.each([
    ['plain', '/data/logs', '/data/logs'],
    ['a blank', '/my logs', "'/my logs'"],
    ['a quote', "/it's", "'/it'\\''s'"],
  ])('keeps a path one word: %s', (_, path, word) => {
    expect(adviceOn(path, 'bytes')).toContain(`(in KiB: kubectl exec POD -- du -akx ${word} | sort -n | tail)`)
  })

  test.each([
    'plain',
    'a blank',
    "it's",
    'a "quote"',
    '$HOME',
    '$(touch gone)',
    '`touch gone`',
    'back\\slash',
    'a;b|c&d',
    '*',
    '!!',
    '-rf',
    'データ',
  ])('does what it says in a shell: %s', async (name) => {
    const place = join(folder, name)
    await mkdir(join(place, 'sessions'), { recursive: true })
    await writeFile(join(place, 'log'), 'x'.repeat(300_000))
    for (let nth = 0; nth < 20; nth++) await writeFile(join(place, 'sessions', `${nth}`), '')
    expect(outputOf(place, 'bytes').at(-2)).toMatch(/^\d{3}\t.*\/log$/)
    expect(outputOf(place, 'bytes').at(-1)?.split('\t')[1]).toBe(place)
    expect(outputOf(place, 'files').at(-1)?.trim()).toBe(`20 ${place}/sessions/`)
  })
})

function adviceOn(path: string, by: Placed['by']): string {
  const part = { subject: path, status: 'fail', because: 'it is full', values: {} } as const
  return adviceOnWorst(part, [{ path, by, part }]) ?? expect.unreachable()
}

/** What the command prints here, without the pod. */
function outputOf(path: string, by: Placed['by']): readonly string[] {
  const [, command = ''] = /kubectl exec POD -- (.*tail)\)/.exec(adviceOn(path, by)) ?? []
  return execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).trimEnd().split('\n')
}
