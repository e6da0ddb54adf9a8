import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fieldOf, KernelFile, keepOpen } from '../../src/host/kernel-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'failweb-kernel-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('KernelFile', () => {
  test('each read sees what the file holds now', () => {
    const path = join(folder, 'a')
    writeFileSync(path, 'one\n')
    const file = new KernelFile(path)
    expect(file.read()).toBe('one\n')
    writeFileSync(path, 'two\n')
    expect(file.read()).toBe('two\n')
    file.close()
  })

  test('one that cannot be opened throws, or is none where it need not be there', () => {
    expect(() => new KernelFile(join(folder, 'none'))).toThrow('ENOENT')
    expect(keepOpen(join(folder, 'none'))).toBeUndefined()
  })

  test('closing twice closes once; reading after that opens anew', () => {
    const path = join(folder, 'b')
    writeFileSync(path, 'x')
    const file = new KernelFile(path)
    file.close()
    file.close()
    expect(file.read()).toBe('x')
    file.close()
  })
})

describe('fieldOf', () => {
  const text = 'cache 5\nworkingset_inactive_file 9\ninactive_file 4096\nVmRSS:\t    1624 kB\nsome avg10=1.25 avg60=0\n'
  test.each([
    ['cache ', 5],
    ['inactive_file ', 4096],
    ['VmRSS:', 1624],
    ['some avg10=', 1.25],
    ['missing ', undefined],
  ])('%j is %s', (key, value) => {
    expect(fieldOf(text, key)).toBe(value)
  })
})
