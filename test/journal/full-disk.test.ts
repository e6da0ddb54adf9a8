import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Journal, openJournal } from '../../src/journal/journal.ts'
import { previousRun, tellPreviousRun } from '../../src/journal/past-run.ts'
import { type LoopDisk, makeLoopDisk, whyNoLoopDisk } from '../e2e/loop-disk.ts'
import { FakeClock } from '../fake-clock.ts'
import { has, holds } from '../needs.ts'

const whyNot = whyNoLoopDisk()

describe.skipIf(!holds(whyNot === undefined, `a disk in a file ${whyNot}`))(
  `a journal on a real disk${whyNot ? ` (skipped: ${whyNot})` : ''}`,
  () => {
    let disk: LoopDisk
    let clock: FakeClock
    let said: string[]
    beforeEach(() => {
      disk = makeLoopDisk({ mebibytes: 8, inodes: 64 })
      clock = new FakeClock()
      said = []
    })
    afterEach(() => disk.remove())

    function begin(): Journal {
      const folder = join(disk.path, 'state')
      return openJournal({ folder, clock, release: '1', say: (sentence) => said.push(sentence) })
    }

    function fill(): void {
      const file = openSync(join(disk.path, 'filler'), 'a')
      try {
        for (const bytes of [65_536, 512]) fillBy(file, Buffer.alloc(bytes))
      } finally {
        closeSync(file)
      }
    }

    /** Until nothing can be written: the trouble is there. */
    async function noteUntilTrouble(journal: Journal): Promise<void> {
      await vi.waitFor(() => {
        journal.note({ entry: 'note', text: 'x'.repeat(500) })
        expect(journal.trouble).toBeDefined()
      }, 20_000)
    }

    test('that fills while it is written: said once, tried again, and written when there is room', async () => {
      const journal = begin()
      await journal.written()
      fill()
      await noteUntilTrouble(journal)
      journal.transition({ name: 'disk-usage', from: 'warn', to: 'fail', because: 'it is full', at: 0 })
      await clock.advance(60_000)
      const trouble = 'the journal cannot be written: no space left on its disk (ENOSPC)'
      expect(journal.trouble).toBe(trouble)
      expect(said).toEqual([`${trouble}; it is tried again`])
      rmSync(join(disk.path, 'filler'))
      await clock.advance(10_000)
      await journal.written()
      expect(said.slice(1)).toEqual(['the journal is written again'])
      expect(journal.trouble).toBeUndefined()
      expect(previousRun(join(disk.path, 'state'))).toMatchObject({ why: 'disk-usage: it is full', lost: 0 })
      await journal.end()
    })

    test('that is full to the end: the next run starts, knows what was written and that the rest could not be', async () => {
      const journal = begin()
      journal.transition({ name: 'disk-usage', from: 'warn', to: 'fail', because: 'it is full', at: 0 })
      await journal.written()
      fill()
      await noteUntilTrouble(journal)
      await clock.advance(30_000)
      await vi.waitFor(() => expect(previousRun(join(disk.path, 'state'))?.lived).toBe(30), 20_000)
      // It is killed here. The next one finds the disk as full as it was.
      const next = begin()
      expect(tellPreviousRun(next.pastRuns.at(-1))).toMatch(
        /^previous run lived 30 s and was killed: disk-usage: it is full.*; the journal cannot be written: no space left on its disk \(ENOSPC\)$/,
      )
    })

    test('that was full from the start: it starts, says so, and the run after it knows of it at least that', async () => {
      const first = begin()
      await first.end()
      fill()
      clock.block(1_000)
      // What is left of the last block may still take some lines.
      const full = begin()
      await noteUntilTrouble(full)
      expect(said.at(-1)).toBe('the journal cannot be written: no space left on its disk (ENOSPC); it is tried again')
      await clock.advance(5_000)
      await vi.waitFor(() => {
        expect(previousRun(join(disk.path, 'state'))).toMatchObject({
          end: 'killed',
          lived: 5,
          trouble: expect.stringContaining('ENOSPC'),
        })
      }, 20_000)
    })

    test('with no folder yet and no room for one: it starts, says so, and begins when there is', async () => {
      fill()
      exhaustInodes(disk.path)
      const journal = begin()
      expect(journal.trouble).toMatch(/ENOSPC/)
      expect(journal.pastRuns).toEqual([])
      execFileSync('sh', ['-c', `rm -f ${join(disk.path, 'inode-')}* ${join(disk.path, 'filler')}`])
      await clock.advance(10_000)
      await journal.written()
      expect(journal.trouble).toBeUndefined()
      expect(previousRun(join(disk.path, 'state'))).toMatchObject({ release: '1', lost: 0 })
      await journal.end()
    })

    test.skipIf(!has('fsfreeze'))('that hangs: nobody waits for it, and it is said after five seconds', async () => {
      const journal = begin()
      await journal.written()
      execFileSync('fsfreeze', ['--freeze', disk.path])
      try {
        const began = performance.now()
        for (let n = 0; n < 1_000; n++) journal.note({ entry: 'note', n })
        await clock.advance(6_000)
        expect(performance.now() - began).toBeLessThan(2_000)
        expect(journal.trouble).toBe('the journal cannot be written: its disk has not answered for 6 s')
      } finally {
        execFileSync('fsfreeze', ['--unfreeze', disk.path])
      }
      await journal.written()
      expect(journal.trouble).toBeUndefined()
      expect(previousRun(join(disk.path, 'state'))).toMatchObject({ lost: 0 })
      await journal.end()
    })
  },
)

function fillBy(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  }
}

function exhaustInodes(path: string): void {
  try {
    for (let n = 0; ; n++) closeSync(openSync(join(path, `inode-${n}`), 'w'))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  }
}
