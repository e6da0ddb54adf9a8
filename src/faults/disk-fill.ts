import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { type FileHandle, mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bench, defineFault } from './fault.ts'
import { bytes } from './fields.ts'
import { atRate } from './pace.ts'

const MIB = 2 ** 20
const CHUNK_BYTES = 16 * 1024
const FOLDER = /^disk-fill-(\d+)-/

/** Fills the disk behind the faults' folder, with bytes that no file system can compress. It is empty again when it ends. */
export const diskFillFault = defineFault({
  name: 'disk-fill',
  about: 'writes more and more to a folder of its own',
  fields: ({ diskBytes }) => ({
    bytesPerSecond: bytes({ min: 1024, max: diskBytes, fallback: Math.min(diskBytes, MIB) }),
    maxBytes: bytes({ min: 1024, max: diskBytes, fallback: diskBytes }),
  }),
  begin(settings, bench) {
    const filled: Filled = { bytes: 0, full: false }
    const work = fill(settings, bench, filled)
    return {
      work,
      progress: () => ({ written_bytes: filled.bytes, disk_full: filled.full ? 1 : 0 }),
      end: () => work,
    }
  },
})

interface Filled {
  bytes: number
  full: boolean
}

/** Removes what it has written when it ends, however it does. */
async function fill(
  { bytesPerSecond, maxBytes }: { readonly bytesPerSecond: number; readonly maxBytes: number },
  bench: Bench,
  filled: Filled,
): Promise<void> {
  await mkdir(bench.folder, { recursive: true })
  const folder = await mkdtemp(join(bench.folder, `disk-fill-${process.pid}-`))
  try {
    await withFile(join(folder, 'filler'), (file) =>
      atRate(bytesPerSecond / CHUNK_BYTES, bench, async (due) => {
        const wanted = Math.min(due * CHUNK_BYTES, maxBytes - filled.bytes)
        if (wanted > 0) await append(file, wanted, filled)
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'a')
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

/** A full disk is what was wanted: it goes on trying, as a log would. */
async function append(file: FileHandle, wanted: number, filled: Filled): Promise<void> {
  try {
    const { bytesWritten } = await file.write(randomBytes(wanted))
    filled.bytes += bytesWritten
    filled.full = false
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(`${(error as NodeJS.ErrnoException).code}`)) throw error
    filled.full = true
  }
}

/** Removes what runs that were killed have left behind: a volume outlives them. What a living process fills is its own. */
export function clearLeftovers(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = Number(FOLDER.exec(name)?.[1])
    if (pid === process.pid || (pid > 0 && !isAlive(pid))) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
