import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** As much as the kubelet reads of it (its last bytes, were there more). */
export const TERMINATION_MESSAGE_BYTES = 4096

/**
 * Leaves `text` as the container's termination message: the one channel by which a program can tell an operator why it was
 * restarted (`kubectl describe pod`: Last State, Message), read whatever the exit code. At most {@link TERMINATION_MESSAGE_BYTES} are written, the
 * beginning of it.
 *
 * Written in place: the file is a mount of the kubelet's, and one renamed over it would be seen by nobody. Written first and cut
 * after, so that a kill in between leaves no empty file; what does not fit on a full disk leaves its beginning.
 * It never throws and never waits: no lock, no fsync (the kubelet reads through the same page cache), and no pipe or device.
 *
 * @returns false when it could not be written, or only in part
 */
export function writeTerminationMessage(path: string, text: string): boolean {
  let file: number | undefined
  try {
    file = openToWrite(path)
    return fstatSync(file).isFile() && replaceIn(file, cutToMessage(text))
  } catch {
    return false
  } finally {
    close(file)
  }
}

/** The beginning of `text` that fits: whole characters, and whole lines unless that would cost more than half of it. */
export function cutToMessage(text: string, limit: number = TERMINATION_MESSAGE_BYTES): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return bytes
  // A line end right behind the limit is a whole line too.
  const lineEnd = bytes.lastIndexOf('\n', limit)
  if (lineEnd >= limit / 2) return bytes.subarray(0, lineEnd)
  let end = limit
  while (end > 0 && isInsideCharacter(bytes[end])) end -= 1
  return bytes.subarray(0, end)
}

/** UTF-8: every byte of a character but its first is 10xxxxxx. */
function isInsideCharacter(byte = 0): boolean {
  return (byte & 0xc0) === 0x80
}

/** Not O_CREAT at once: with it, Linux refuses files of others in a sticky folder (fs.protected_regular). */
function openToWrite(path: string): number {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK
  try {
    return openSync(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return openSync(path, flags | constants.O_CREAT, 0o644)
  }
}

function replaceIn(file: number, bytes: Buffer): boolean {
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written, written)
  } catch {
    if (written === 0) return false
  }
  ftruncateSync(file, written)
  return written === bytes.length
}

function close(file: number | undefined): void {
  try {
    if (file !== undefined) closeSync(file)
  } catch {
    // What was written is written.
  }
}
