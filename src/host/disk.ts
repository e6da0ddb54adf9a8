import { execFile } from 'node:child_process'
import { access, stat, statfs } from 'node:fs/promises'
import { release } from 'node:os'
import { normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import checkDiskSpace from 'check-disk-space'

/** The space and the inodes of one file system. */
export interface DiskSpace {
  readonly sizeBytes: number
  /** Without the blocks that are reserved for root: what a program may still write. */
  readonly availableBytes: number
  readonly usedBytes: number
  /** 0 where the file system has no fixed number of them (btrfs), or does not say. */
  readonly inodes: number
  readonly freeInodes: number
  /** Who said how large it is and how much is available: `df`, or `statfs` where df could not be started. */
  readonly by: 'df' | 'statfs'
}

/** How a file system is asked, by path. Each may hang for ever on a dead network mount. */
export interface DiskSources {
  /** The number of the device that the path is on. Rejects where there is no such path, or it may not be looked at. */
  device(path: string): Promise<number>
  blocks(path: string): Promise<Blocks>
  space(path: string): Promise<{ readonly size: number; readonly free: number }>
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

/** df takes 4 ms; it is only asked where statfs has just answered. */
const DF_MS = 1_000

const run = promisify(execFile)

/** The package's types are those of its CommonJS build; imported, the default export is the function itself. */
const askDf = checkDiskSpace as unknown as typeof checkDiskSpace.default

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
}

/**
 * Space as `df` has it. The blocks reserved for root are neither used nor available: counted as used they turn
 * df's 30 % into 71 %. Of statfs only proportions are taken, since its block size is not the unit of its counts everywhere.
 * @throws {Error} for a file system without blocks, such as /proc
 */
export async function readDisk(path: string, sources: DiskSources = MACHINE): Promise<DiskSpace> {
  // First, since it says whether the file system answers at all.
  const blocks = await sources.blocks(path)
  if (blocks.blocks <= 0) throw new Error('its file system has no size')
  const { sizeBytes, availableBytes, by } = await sizeOf(path, blocks, sources)
  const reservedBytes = (sizeBytes * (blocks.bfree - blocks.bavail)) / blocks.blocks
  const usedBytes = Math.max(0, Math.round(sizeBytes - availableBytes - reservedBytes))
  return { sizeBytes, availableBytes, usedBytes, inodes: blocks.files, freeInodes: blocks.ffree, by }
}

async function sizeOf(path: string, { bsize, blocks, bavail }: Blocks, sources: DiskSources) {
  const bySyscall = { sizeBytes: blocks * bsize, availableBytes: Math.max(0, bavail * bsize), by: 'statfs' as const }
  try {
    const { size, free } = await sources.space(path)
    // A device whose name has blanks and digits shifts df's columns.
    return size > 0 && free >= 0 && free <= size
      ? { sizeBytes: size, availableBytes: free, by: 'df' as const }
      : bySyscall
  } catch {
    // No df on this machine, or no descriptor and no memory left to start it: statfs needs neither.
    return bySyscall
  }
}
