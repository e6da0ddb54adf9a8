import { type FileHandle, mkdir, open, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diskUsageCheck } from '../../checks/disk-usage.ts'
import type { Said, Verdict } from '../../src/core/check.ts'
import { type Standing, UNSEEN } from '../../src/core/standing.ts'
import { Disks } from '../../src/host/disks.ts'
import { systemClock } from '../../src/system-clock.ts'
import { assignment } from '../assignments.ts'
import { holds } from '../needs.ts'
import { standAfter } from '../stand-after.ts'
import { type LoopDisk, makeImageDisk, makeLoopDisk, percentByDf, whyNoImageDisk, whyNoLoopDisk } from './loop-disk.ts'

const MEBIBYTE = 1024 ** 2

const whyNot = whyNoLoopDisk()

describe.skipIf(!holds(whyNot === undefined, `a disk in a file ${whyNot}`))(
  `a real disk that fills${whyNot ? ` (skipped: ${whyNot})` : ''}`,
  () => {
    let disk: LoopDisk
    beforeEach(() => {
      disk = makeLoopDisk({ mebibytes: 64, inodes: 256 })
    })
    afterEach(() => disk.remove())

    test('warns, fails and recovers, with the percentage that df prints at every step', async () => {
      const watch = watching({ paths: [disk.path] })
      const log = await open(join(disk.path, 'log'), 'w')
      for (const [target, status] of [
        [0.1, 'pass'],
        [0.5, 'pass'],
        [0.85, 'warn'],
        [0.95, 'fail'],
        // Within the band below 90 %: it fails still.
        [0.89, 'fail'],
        [0.87, 'warn'],
        [0.5, 'pass'],
      ] as const) {
        await fillTo(target, log, disk.path)
        const { said, verdict } = await watch.twice()
        const { used_bytes: used = Number.NaN, available_bytes: available = Number.NaN } = verdict.values
        expect([target, said]).toEqual([target, status])
        expect(Math.ceil((100 * used) / (used + available))).toBe(percentByDf(disk.path).blocks)
      }
      await log.close()
    })

    test('one look at a full disk is not yet said, two are', async () => {
      const watch = watching({ paths: [disk.path] })
      const log = await open(join(disk.path, 'log'), 'w')
      await watch.twice()
      await fillTo(0.95, log, disk.path)
      expect((await watch.once()).said).toBe('pass')
      expect((await watch.once()).said).toBe('fail')
      await log.close()
    })

    test('runs out of inodes with space left, and says so with what df prints', async () => {
      const watch = watching({ paths: [disk.path] })
      for (let file = 0; file < 236; file++) await writeFile(join(disk.path, `${file}`), '')
      const { said, verdict } = await watch.twice()
      expect(said).toBe('fail')
      expect(verdict.because).toBe(
        `${percentByDf(disk.path).inodes}% of the inodes of ${disk.path} are used (${verdict.values['free_inodes']} free); fails at 90%`,
      )
    })

    test('that nobody may write to any more cannot fill; one that others write to can, though it is mounted to be read', async () => {
      const second = disk.alsoReadOnly()
      const [own, theirs] = [watching({ paths: [disk.path] }), watching({ paths: [second] })]
      const log = await open(join(disk.path, 'log'), 'w')
      await fillTo(0.95, log, disk.path)
      await log.close()
      expect([(await own.twice()).said, (await theirs.twice()).said]).toEqual(['fail', 'fail'])
      disk.remount('ro')
      const { said, verdict } = await own.twice()
      expect(said).toBe('pass')
      expect(verdict.because).toMatch(/^the file system of .* is read-only \(\d+ MiB used\), so it cannot fill$/)
      disk.remount('rw')
      expect((await own.twice()).said).toBe('fail')
    })

    test('a log folder written until nothing more fits (ENOSPC) is named, with the disk that it has filled', async () => {
      const folder = join(disk.path, 'logs')
      await mkdir(folder)
      const watch = watching({ paths: [disk.path], watch: [{ path: folder, warnAt: '20MiB', failAt: '40MiB' }] })
      expect((await watch.twice()).said).toBe('pass')
      const log = await open(join(folder, 'log'), 'w')
      await expect(append(log, Number.POSITIVE_INFINITY)).rejects.toMatchObject({ code: 'ENOSPC' })
      const { said, verdict } = await watch.twice()
      expect(said).toBe('fail')
      const [seen, late = ''] = verdict.because.split(
        /(, \d+ MiB of it in the last [\d.]+ m?s(?:, (?:\d+ MiB|none) in the last [\d.]+ m?s)?)/,
      )
      expect(verdict.because.replace(late, '')).toBe(
        `100% of ${disk.path} is used (0 B available); fails at 90% (likewise ${folder} (contents))`,
      )
      expect([seen, late]).toEqual([`100% of ${disk.path} is used (0 B available)`, expect.stringMatching(/MiB of it/)])
      await log.truncate(0)
      await log.close()
      await rm(join(folder, 'log'))
      expect((await watch.twice()).said).toBe('pass')
    })
  },
)

const whyNoImage = whyNoImageDisk()

// What the kernel knows is not for CI to choose, as what is installed is.
test.skipIf(whyNoImage !== undefined)(
  `a real image, of which df says that all is used, passes${whyNoImage ? ` (skipped: ${whyNoImage})` : ''}`,
  async () => {
    const image = makeImageDisk()
    try {
      expect(percentByDf(image.path).blocks).toBe(100)
      const { said, verdict } = await watching({ paths: [image.path] }).twice()
      expect([said, verdict.because]).toEqual([
        'pass',
        `the file system of ${image.path} is read-only (8 KiB used), so it cannot fill`,
      ])
    } finally {
      image.remove()
    }
  },
)

/** The check and its patience, as the engine runs them. */
function watching(options: Record<string, unknown>) {
  const { rhythm, settings } = assignment(diskUsageCheck as never, options)
  const disks = new Disks(systemClock)
  let standing: Standing = UNSEEN
  let parts: Said['parts'] = {}
  const once = async (): Promise<{ said: Standing['said']; verdict: Verdict }> => {
    const senses = { settings: settings as never, held: disks, signal: new AbortController().signal }
    const reading = await diskUsageCheck.sense(senses)
    const sample = { at: systemClock.now(), tookMs: 0, reading }
    const verdict = diskUsageCheck.judge([sample], settings as never, { status: standing.said, parts })
    parts = Object.fromEntries((verdict.parts ?? []).map(({ subject, status }) => [subject, status]))
    standing = standAfter(standing, verdict, rhythm)
    return { said: standing.said, verdict }
  }
  const twice = async () => {
    await once()
    return once()
  }
  return { once, twice }
}

/** Makes the file as long as it takes for this share of its disk to be used. */
async function fillTo(share: number, log: FileHandle, path: string): Promise<void> {
  const { bsize, blocks, bfree, bavail } = await statfs(path)
  const used = blocks - bfree
  const { size } = await log.stat()
  const wanted = size + Math.round((share * (used + bavail) - used) * bsize)
  if (wanted < size) await log.truncate(wanted)
  else await append(log, wanted - size)
  await log.sync()
}

async function append(log: FileHandle, bytes: number): Promise<void> {
  const { size } = await log.stat()
  const zeros = Buffer.alloc(MEBIBYTE)
  for (let written = 0; written < bytes; ) {
    const { bytesWritten } = await log.write(zeros, 0, Math.min(MEBIBYTE, bytes - written), size + written)
    written += bytesWritten
  }
}
