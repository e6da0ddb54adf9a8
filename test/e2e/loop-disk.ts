import { execFileSync } from 'node:child_process'
import { accessSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Linux: the capability that mounting takes, as a bit of CapEff. */
const CAP_SYS_ADMIN = 1n << 21n

const MEBIBYTE = 1024 ** 2

/** A small ext4 file system in a file, mounted. */
export interface LoopDisk {
  readonly path: string
  /** Lets it be written to, or by nobody any more. */
  remount(mode: 'ro' | 'rw'): void
  /** Mounts it once more, where it may only be read, as the root of a container. */
  alsoReadOnly(): string
  /** Unmounts it and deletes it. */
  remove(): void
}

/** Why no file system in a file can be mounted here; undefined where it can. */
export function whyNoLoopDisk(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0 || !maySysAdmin()) return 'needs root with CAP_SYS_ADMIN'
  if (!exists('/dev/loop-control')) return 'needs loop devices'
  const missing = ['mkfs.ext4', 'mount', 'umount'].filter((tool) => !isTool(tool))
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')} (Debian: e2fsprogs, mount)`
}

/** Why no image can be mounted here; undefined where it can. */
export function whyNoImageDisk(): string | undefined {
  const isKnown = () => /\terofs$/m.test(readFileSync('/proc/filesystems', 'utf8'))
  return whyNoLoopDisk() ?? (isKnown() ? undefined : 'needs erofs in the kernel (modprobe erofs)')
}

/** The smallest image of erofs, with nothing in it, mounted: full by nature, as an image has no room. */
export function makeImageDisk(): Pick<LoopDisk, 'path' | 'remove'> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-image-'))
  const [image, path] = [join(folder, 'image'), join(folder, 'mounted')]
  const remove = () => {
    if (isMounted(path)) run('umount', ['--lazy', path])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    mkdirSync(path)
    writeFileSync(image, emptyImage())
    run('mount', ['-t', 'erofs', '-o', 'loop', image, path])
    return { path, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** Two blocks: the super block in the first, the root folder at the start of the second. Source: Linux, fs/erofs/erofs_fs.h. */
function emptyImage(): Buffer {
  const block = 4096
  const image = Buffer.alloc(2 * block)
  const [magic, blockBits, blocks, firstOfInodes] = [0xe0f5e1e2, 12, 2, 1]
  image.writeUInt32LE(magic, 1024)
  image.writeUInt8(blockBits, 1024 + 12)
  image.writeBigUInt64LE(1n, 1024 + 16)
  image.writeUInt32LE(blocks, 1024 + 36)
  image.writeUInt32LE(firstOfInodes, 1024 + 40)
  const [contentsFollow, folderMode, links] = [2 << 1, 0o40755, 2]
  const names = '...'
  const entries = [24, 25].map((nameAt) => Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, nameAt, 0, 2, 0]))
  const contents = Buffer.concat([...entries, Buffer.from(names)])
  image.writeUInt16LE(contentsFollow, block)
  image.writeUInt16LE(folderMode, block + 4)
  image.writeUInt16LE(links, block + 6)
  image.writeUInt32LE(contents.length, block + 8)
  image.writeUInt32LE(1, block + 20)
  contents.copy(image, block + 32)
  return image
}

interface LoopDiskSize {
  readonly mebibytes: number
  readonly inodes: number
  /** The share of the blocks that only root may still write. Default 5 %, ext4's own. */
  readonly reservedPercent?: number
}

/** @throws {Error} with what mkfs or mount said */
export function makeLoopDisk({ mebibytes, inodes, reservedPercent = 5 }: LoopDiskSize): LoopDisk {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-disk-'))
  const [image, path, second] = [join(folder, 'image'), join(folder, 'mounted'), join(folder, 'second')]
  const remount = (mode: 'ro' | 'rw') => void run('mount', ['-o', `remount,${mode}`, path])
  const alsoReadOnly = () => {
    mkdirSync(second)
    run('mount', ['--bind', path, second])
    run('mount', ['-o', 'remount,bind,ro', second])
    return second
  }
  const remove = () => {
    // The kernel may still be writing: a lazy unmount leaves at once, and the loop device goes with the last write.
    for (const at of [second, path]) if (isMounted(at)) run('umount', ['--lazy', at])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    mkdirSync(path)
    run('truncate', ['--size', String(mebibytes * MEBIBYTE), image])
    run('mkfs.ext4', ['-q', '-m', String(reservedPercent), '-N', String(inodes), image])
    run('mount', ['-o', 'loop', image, path])
    return { path, remount, alsoReadOnly, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** What df prints: the percentages of the blocks and of the inodes that are used. */
export function percentByDf(path: string): { readonly blocks: number; readonly inodes: number } {
  const [blocks, inodes] = ['pcent', 'ipcent'].map((column) => {
    return Number.parseInt(run('df', [`--output=${column}`, path]).split('\n')[1] ?? '', 10)
  })
  return { blocks: blocks ?? Number.NaN, inodes: inodes ?? Number.NaN }
}

function run(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PATH: SEARCHED } })
}

/** The system's own tools are not on every PATH. */
const SEARCHED = [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter)

function isTool(name: string): boolean {
  return SEARCHED.split(delimiter).some((folder) => exists(join(folder, name)))
}

function isMounted(path: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `)
}

function maySysAdmin(): boolean {
  const [, bits = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return (BigInt(`0x${bits}`) & CAP_SYS_ADMIN) !== 0n
}

function exists(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}
