import { execFile } from 'node:child_process'
import { access, readFile, stat, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { release } from 'node:os'
import { normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { isReadOnlyIn } from './mount-table.ts'

/** The space and the inodes of one file system. */
export interface DiskSpace {
  readonly sizeBytes: number
  /** Without the blocks that are reserved for root: what a program may still write. */
  readonly availableBytes: number
  readonly usedBytes: number
  /** 0 where the file system has no fixed number of them (btrfs), or does not say. */
  readonly inodes: number
  readonly freeInodes: number
  /** Who said in what unit it is counted, and so how large it is: `df`, or `statfs` where df could not be started. */
  readonly by: 'df' | 'statfs'
}

/** How a file system is asked, by path. Each may hang for ever on a dead network mount. */
export interface DiskSources {
  /** The number of the device that the path is on. Rejects where there is no such path, or it may not be looked at. */
  device(path: string): Promise<number>
  blocks(path: string): Promise<Blocks>
  space(path: string): Promise<{ readonly size: number; readonly free: number }>
  /** Whether nobody may write to the device. Rejects where that cannot be known. */
  isReadOnly(device: number): Promise<boolean>
}

/** What statfs says, in blocks. */
export interface Blocks {
  readonly bsize: number
  readonly blocks: number
  /** Free, those reserved for root included. */
  readonly bfree: number
  readonly bavail: number
  readonly files: number
  readonly ffree: number
}

/** What was learned of one file system, for the next look at it. */
export interface Learned {
  /** How many bytes its counts are in, while statfs tells the same block size. */
  unit?: { readonly bsize: number; readonly bytes: number }
  /** There is no df on this machine. */
  withoutDf?: boolean
  isReadOnly?: boolean
}

/** df takes 4 ms, and a process: it is only asked where statfs has just answered, and for what statfs cannot tell. */
const DF_MS = 1_000

const run = promisify(execFile)

/** Its CommonJS build: the other one imports all of `node:process`, and so opens the standard input of whoever embeds this. */
const { default: askDf } = createRequire(import.meta.url)('check-disk-space') as typeof import('check-disk-space')

/** The machine itself. */
export const MACHINE: DiskSources = {
  device: async (path) => (await stat(path)).dev,
  blocks: (path) => statfs(path),
  space: (path) =>
    askDf(path, {
      platform: process.platform,
      release: release(),
      fsAccess: access,
      pathNormalize: normalize,
      pathSep: sep,
      cpExecFile: (file, args, options) =>
        run(file, [...(args ?? [])], { ...options, timeout: DF_MS, killSignal: 'SIGKILL' }),
    }),
  isReadOnly: async (device) => isReadOnlyIn(await readFile('/proc/self/mountinfo', 'utf8'), device),
}

/**
 * Space as `df` has it. The blocks reserved for root are neither used nor available: counted as used they turn
 * df's 30 % into 71 %. statfs alone does not tell in what unit it counts: its block size is another one on some systems. df is asked
 * for that, once for a file system.
 * @param learned what came of the looks before, and what comes of this one
 * @throws {Error} for a file system without blocks, such as /proc
 */
export async function readDisk(
  path: string,
  sources: DiskSources = MACHINE,
  learned: Learned = {},
): Promise<DiskSpace> {
  // First, since it says whether the file system answers at all.
  const blocks = await sources.blocks(path)
  if (blocks.blocks <= 0) throw new Error('its file system has no size')
  const { sizeBytes, availableBytes, by } = known(blocks, learned) ?? (await askedOf(path, blocks, sources, learned))
  const reservedBytes = (sizeBytes * (blocks.bfree - blocks.bavail)) / blocks.blocks
  const usedBytes = Math.max(0, Math.round(sizeBytes - availableBytes - reservedBytes))
  return { sizeBytes, availableBytes, usedBytes, inodes: blocks.files, freeInodes: blocks.ffree, by }
}

type Size = Pick<DiskSpace, 'sizeBytes' | 'availableBytes' | 'by'>

function counted({ blocks, bavail }: Blocks, unit: number, by: Size['by']): Size {
  return { sizeBytes: blocks * unit, availableBytes: Math.max(0, bavail * unit), by }
}

function known(blocks: Blocks, { unit, withoutDf }: Learned): Size | undefined {
  if (unit?.bsize === blocks.bsize) return counted(blocks, unit.bytes, 'df')
  return withoutDf ? counted(blocks, blocks.bsize, 'statfs') : undefined
}

async function askedOf(path: string, blocks: Blocks, sources: DiskSources, learned: Learned): Promise<Size> {
  try {
    const { size, free } = await sources.space(path)
    // A device whose name has blanks and digits shifts df's columns.
    if (!(size > 0 && free >= 0 && free <= size)) return counted(blocks, blocks.bsize, 'statfs')
    const bytes = unitIn(size, blocks)
    if (bytes !== undefined) learned.unit = { bsize: blocks.bsize, bytes }
    return { sizeBytes: size, availableBytes: free, by: 'df' }
  } catch (error) {
    // No df on this machine, or no descriptor and no memory left to start it: statfs needs neither.
    const { code, syscall = '' } = error as NodeJS.ErrnoException
    learned.withoutDf = code === 'ENOENT' && syscall.startsWith('spawn')
    return counted(blocks, blocks.bsize, 'statfs')
  }
}

/** Units are powers of two, and df rounds. Where it is not nearly one, the two were not asked of the same thing at the same time. */
function unitIn(sizeBytes: number, { blocks }: Blocks): number | undefined {
  const unit = sizeBytes / blocks
  const power = 2 ** Math.round(Math.log2(unit))
  return Math.abs(unit / power - 1) < 0.01 ? power : undefined
}
