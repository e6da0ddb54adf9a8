import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { watchResident } from '../../src/host/resident.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'resident-'))
  mkdirSync(join(root, 'proc/self'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (name: string, text: string) => writeFileSync(join(root, 'proc/self', name), text)

function readOnce(): number {
  const resident = watchResident(root)
  const bytes = resident.read()
  resident.close()
  return bytes
}

describe('watchResident', () => {
  test.each([
    ['4 KiB', 4_096],
    ['64 KiB, as some arm64 kernels have them', 65_536],
  ])('counts pages of %s, though the two files were read a moment apart', (_, page) => {
    write('statm', '9000 1000 300 1 0 500 0\n')
    write('status', `Name:\tnode\nVmRSS:\t${(1_030 * page) / 1_024} kB\n`)
    expect(readOnce()).toBe(1_000 * page)
  })

  test('reads anew each time', () => {
    write('statm', '9000 1000 300 1 0 500 0\n')
    write('status', 'VmRSS:\t4000 kB\n')
    const resident = watchResident(root)
    write('statm', '9000 2500 300 1 0 500 0\n')
    expect(resident.read()).toBe(2_500 * 4_096)
    resident.close()
  })

  test('reads the long file where there is no short one, and asks Node where there is neither', () => {
    write('status', 'VmRSS:\t4000 kB\n')
    expect(readOnce()).toBe(4_000 * 1_024)
    rmSync(join(root, 'proc/self/status'))
    expect(readOnce()).toBeGreaterThan(10e6)
  })
})
