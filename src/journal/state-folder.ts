import { accessSync, closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupError } from '../core/setup-error.ts'
import { messageOf } from '../core/thrown.ts'

/** What is kept in the state folder. It belongs to one service at a time. */
export interface StateFiles {
  /** The journal, and the older half of it. */
  readonly journal: string
  readonly older: string
  /** The newest sign of life, written over and over. */
  readonly alive: string
  /** A copy of the termination message: the kubelet's own file does not outlive its container. Whoever writes that writes this. */
  readonly lastWords: string
}

export function stateFilesIn(folder: string): StateFiles {
  return {
    journal: join(folder, 'journal.jsonl'),
    older: join(folder, 'journal.old.jsonl'),
    alive: join(folder, 'alive'),
    lastWords: join(folder, 'last-words'),
  }
}

/**
 * Makes the state folder unless it is there. That it may not be written to is wrong setup (a volume that was forgotten beside
 * `readOnlyRootFilesystem`), and said at once. A full disk, or no descriptor left, is weather: then the journal begins later.
 * @throws {SetupError}
 */
export function makeStateFolder(folder: string): void {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (!isWeather(error)) throw new SetupError([`journal.folder: cannot write to ${folder}: ${wordsFor(error)}`])
  }
}

/** Not mkdir's `recursive`: where no folder can be made (/proc), that never returns. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path).isDirectory()) return
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    mkdirSync(path)
  }
}

/** Out of something that may come back, or a device that failed. */
const WEATHER = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EAGAIN', 'EBUSY', 'ETIMEDOUT', 'ESTALE']

export function isWeather(error: unknown): boolean {
  return WEATHER.includes(`${codeOf(error)}`)
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on its disk',
  EDQUOT: 'its quota is used up',
  EMFILE: 'the process has no descriptor left',
  ENFILE: 'the machine has no descriptor left',
  EROFS: 'its file system is read-only',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file has that name',
  EIO: 'its disk failed',
  ENOENT: 'it is not there any more',
}

/** An error of the file system as a sentence ends with it: `no space left on its disk (ENOSPC)`. */
export function wordsFor(error: unknown): string {
  const code = codeOf(error)
  const words = code === undefined ? undefined : WORDS[code]
  return words === undefined ? messageOf(error) : `${words} (${code})`
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

/** The last `limitBytes` of a file as text; empty where there is none, or it cannot be read. */
export function tailOf(path: string, limitBytes: number): string {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, limitBytes))
    const length = readSync(file, bytes, 0, bytes.length, size - bytes.length)
    const text = bytes.toString('utf8', 0, length)
    return size > limitBytes ? text.slice(text.indexOf('\n') + 1) : text
  } catch {
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** When a file was last written, in milliseconds since 1970; 0 where there is none, it cannot be looked at, or no date says it. */
export function writtenAt(path: string): number {
  try {
    const { mtime } = statSync(path)
    return mtime.getTime() || 0
  } catch {
    return 0
  }
}
