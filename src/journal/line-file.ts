import {
  close,
  closeSync,
  constants,
  fdatasync,
  fstat,
  fstatSync,
  open,
  openSync,
  rename,
  renameSync,
  type Stats,
  statSync,
  write,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { makeFolder } from './state-folder.ts'

const openLater = promisify(open)
const writeLater = promisify(write)
const syncLater = promisify(fdatasync)
const renameLater = promisify(rename)
const statLater = promisify(fstat)
const closeLater = promisify(close)

const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

/**
 * The file that lines are put at the end of, and the older half beside it. Everything here throws what the file system says.
 * What is not called `now` happens off this thread: a disk that hangs keeps a thread of libuv's waiting, and nobody who is served.
 */
export class LineFile {
  readonly #path: string
  readonly #older: string
  #file: number | undefined
  #bytes = 0
  /** Whether the file is known to end with a whole line. After a kill or on a full disk it may not: then the next begins on a new one. */
  #whole = false
  #syncing: Promise<void> | undefined

  constructor(path: string, older: string) {
    this.#path = path
    this.#older = older
  }

  /** How long the file is. */
  async bytes(): Promise<number> {
    await this.#opened()
    return this.#bytes
  }

  bytesNow(): number {
    this.#leaveGone()
    return this.#file === undefined ? (statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) : this.#bytes
  }

  async append(lines: readonly string[]): Promise<void> {
    const file = await this.#opened()
    const bytes = this.#begin(lines)
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await writeLater(file, bytes, done, bytes.length - done)
      done = this.#advance(done + bytesWritten, bytesWritten, bytes.length)
    }
  }

  /** On this thread: at the start, and for what must be written before the process ends. */
  appendNow(lines: readonly string[]): void {
    this.#leaveGone()
    const file = this.#file ?? this.#adopt(this.#openNow())
    const bytes = this.#begin(lines)
    for (let done = 0; done < bytes.length; ) {
      const bytesWritten = writeSync(file, bytes, done, bytes.length - done)
      done = this.#advance(done + bytesWritten, bytesWritten, bytes.length)
    }
  }

  /** What was appended is on the disk: it survives the machine, not only the process. One at a time. */
  async sync(): Promise<void> {
    await this.#syncing?.catch(() => {})
    if (this.#file === undefined) return
    this.#syncing = syncLater(this.#file).catch(unlessUnknown)
    await this.#syncing
  }

  /** Makes this file the older one; the next line begins a new one. */
  async rotate(): Promise<void> {
    await this.close()
    await renameLater(this.#path, this.#older).catch(unlessGone)
    this.#bytes = 0
  }

  /** On this thread. What is under way keeps the descriptor that it has: closed under it, it might write to another file. */
  rotateNow(): void {
    this.#file = undefined
    try {
      renameSync(this.#path, this.#older)
    } catch (error) {
      unlessGone(error as NodeJS.ErrnoException)
    }
    this.#bytes = 0
  }

  async close(): Promise<void> {
    await this.#syncing?.catch(() => {})
    const file = this.#file
    this.#file = undefined
    if (file !== undefined) await closeLater(file)
  }

  /** The descriptor is kept: when there are none left, lines can still be written. A file that somebody removed is made anew. */
  async #opened(): Promise<number> {
    if (this.#file !== undefined && isGone(await statLater(this.#file))) await this.close()
    return this.#file ?? this.#adopt(await this.#open())
  }

  /** As in `rotateNow`, the descriptor stays with what is under way. */
  #leaveGone(): void {
    if (this.#file !== undefined && isGone(fstatSync(this.#file))) this.#file = undefined
  }

  async #open(): Promise<number> {
    makeFolder(dirname(this.#path))
    return openLater(this.#path, APPENDING, 0o644)
  }

  #openNow(): number {
    makeFolder(dirname(this.#path))
    return openSync(this.#path, APPENDING, 0o644)
  }

  #adopt(file: number): number {
    const { size } = fstatSync(file)
    if (this.#file !== undefined) {
      closeSync(file)
      return this.#file
    }
    this.#file = file
    this.#bytes = size
    this.#whole = size === 0
    return file
  }

  #begin(lines: readonly string[]): Buffer {
    const bytes = Buffer.from((this.#whole ? '' : '\n') + lines.join(''))
    this.#whole = false
    return bytes
  }

  #advance(done: number, bytesWritten: number, length: number): number {
    this.#bytes += bytesWritten
    this.#whole = done === length
    return done
  }
}

/** Whether no folder holds it any more: what is written to it is lost. */
export function isGone({ nlink }: Pick<Stats, 'nlink'>): boolean {
  return nlink === 0
}

/** Some file systems know no fsync; there is nothing to be done about that. */
function unlessUnknown(error: NodeJS.ErrnoException): void {
  if (!['EINVAL', 'ENOSYS', 'ENOTSUP'].includes(`${error.code}`)) throw error
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
