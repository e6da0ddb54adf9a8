import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SIZE_MIB = 16

/** A file system of its own, to be filled. */
export interface SmallDisk {
  readonly path: string
  fill(): void
  remove(): void
}

/** Mounts one in memory, which takes Linux and root. Returns the reason where it cannot. */
export function mountSmallDisk(): SmallDisk | string {
  const path = mkdtempSync(join(tmpdir(), 'failweb-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    return 'no file system can be mounted here, which takes Linux and root'
  }
  return {
    path,
    fill: () => fill(join(path, 'everything')),
    remove() {
      execFileSync('umount', [path])
      rmSync(path, { recursive: true })
    },
  }
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  const mebibyte = Buffer.alloc(1024 ** 2)
  try {
    for (;;) writeSync(file, mebibyte)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
