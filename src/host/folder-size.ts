import type { BigIntStats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

/** What a folder or a file takes on the disk. */
export interface FolderSize {
  /** Allocated blocks, as `du` counts: a sparse file is as large as what was written. */
  readonly bytes: number
  /** Files and folders, itself included. */
  readonly entries: number
  /** The number of the device that it is on. */
  readonly device: number
}

/** More than this is not counted: at some 20 µs each it would take a minute of a thread in every round. */
export const MOST_ENTRIES = 1_000_000

/** Of Unix: `st_blocks` counts in these, whatever the file system's own block size. */
const BLOCK_BYTES = 512n

/**
 * Adds up what a folder holds, as `du -sx` does: no symbolic link is followed, a file with several names counts once, and other
 * file systems that are mounted inside are left out. One file is asked at a time, so that it holds one thread and never the loop.
 * What is deleted while it counts does not count.
 * @throws {Error} for a path that is not there, a folder inside it that may not be read, or more than `most` entries
 */
export async function folderSize(path: string, signal: AbortSignal, most = MOST_ENTRIES): Promise<FolderSize> {
  const root = await lstat(path, { bigint: true })
  const count: Count = { device: root.dev, most, blocks: 0n, entries: 0, linked: new Set() }
  add(root, count)
  if (root.isDirectory()) await walk(path, count, signal)
  return { bytes: Number(count.blocks * BLOCK_BYTES), entries: count.entries, device: Number(root.dev) }
}

interface Count {
  readonly device: bigint
  readonly most: number
  readonly linked: Set<bigint>
  blocks: bigint
  entries: number
}

async function walk(root: string, count: Count, signal: AbortSignal): Promise<void> {
  const folders = [root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const { name } of await openFolder(folder, folder === root)) {
      signal.throwIfAborted()
      const path = join(folder, name)
      const found = await unlessGone(lstat(path, { bigint: true }))
      if (found?.dev !== count.device) continue
      add(found, count)
      if (found.isDirectory()) folders.push(path)
    }
  }
}

function add(found: BigIntStats, count: Count): void {
  if (found.nlink > 1n && !found.isDirectory()) {
    if (count.linked.has(found.ino)) return
    count.linked.add(found.ino)
  }
  count.blocks += found.blocks
  if (++count.entries > count.most) throw new Error(`it holds more than ${count.most} files, too many to count`)
}

async function openFolder(path: string, isRoot: boolean) {
  const opening = opendir(path, { bufferSize: 256 })
  return (await (isRoot ? opening : unlessGone(opening))) ?? []
}

async function unlessGone<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
