import { spawnSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cutToMessage, TERMINATION_MESSAGE_BYTES, writeTerminationMessage } from '../../src/host/termination-message.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-message-'))
  path = join(folder, 'termination-log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the termination message', () => {
  test('is written in place: the file stays the one that the kubelet mounted', () => {
    writeFileSync(path, '')
    const seenByKubelet = join(folder, 'on-the-node')
    linkSync(path, seenByKubelet)
    expect(writeTerminationMessage(path, 'the heap is full')).toBe(true)
    expect(readFileSync(seenByKubelet, 'utf8')).toBe('the heap is full')
    expect(statSync(path).ino).toBe(statSync(seenByKubelet).ino)
  })

  test('replaces a longer one entirely', () => {
    writeTerminationMessage(path, 'a long story about memory that grew and grew')
    expect(writeTerminationMessage(path, 'well again')).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('well again')
    expect(writeTerminationMessage(path, '')).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  test('is made where there is none yet, and may be written where it may not be read', () => {
    expect(writeTerminationMessage(path, 'new')).toBe(true)
    chmodSync(path, 0o222)
    expect(writeTerminationMessage(path, 'newer')).toBe(true)
    chmodSync(path, 0o666)
    expect(readFileSync(path, 'utf8')).toBe('newer')
  })

  test('of more than 4096 bytes ends with a whole line', () => {
    const lines = Array.from({ length: 200 }, (_, line) => `line ${line} tells of memory: 「漏れ」`).join('\n')
    expect(writeTerminationMessage(path, lines)).toBe(true)
    const written = readFileSync(path, 'utf8')
    expect(Buffer.byteLength(written)).toBeGreaterThan(4000)
    expect(Buffer.byteLength(written)).toBeLessThanOrEqual(TERMINATION_MESSAGE_BYTES)
    expect(lines.startsWith(`${written}\n`)).toBe(true)
  })

  test.each([
    ['a folder', () => mkdirSync(path)],
    ['a folder that is not there', () => rmSync(folder, { recursive: true })],
    ['a pipe that nobody reads', () => spawnSync('mkfifo', [path])],
  ])('in place of which there is %s is given up, without waiting', (_what, arrange) => {
    arrange()
    expect(writeTerminationMessage(path, 'nobody hears')).toBe(false)
  })

  test.each(['', '/dev/full', '/dev/null', 'a\0b', '/proc/version'])('is not written to %j', (wrong) => {
    expect(writeTerminationMessage(wrong, 'nobody hears')).toBe(false)
  })
})

describe('what is cut', () => {
  test.each<[string, string, number, string]>([
    ['fits', 'one\ntwo', 7, 'one\ntwo'],
    ['ends at a line end just behind the limit', 'one\ntwo\nthree', 7, 'one\ntwo'],
    ['ends at the last line end', 'one\ntwo\nthree', 10, 'one\ntwo'],
    ['keeps a long second line rather than a short first alone', 'a\nbcdefghijklmnop', 10, 'a\nbcdefghi'],
    ['ends before a character that does not fit', 'ああああ', 10, 'あああ'],
    ['ends before a pair that does not fit', '🙂🙂', 7, '🙂'],
  ])('%s', (_title, text, limit, kept) => {
    expect(cutToMessage(text, limit).toString()).toBe(kept)
  })

  test('is always the beginning of the text, whole characters, as much as fits or more than half of that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 4, max: 80 }), (text, limit) => {
        const kept = cutToMessage(text, limit)
        expect(kept.length).toBeLessThanOrEqual(limit)
        expect(text.startsWith(kept.toString())).toBe(true)
        if (Buffer.byteLength(text) > limit) expect(kept.length).toBeGreaterThanOrEqual(Math.min(limit / 2, limit - 3))
      }),
    )
  })
})
