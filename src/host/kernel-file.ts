import { closeSync, openSync, readSync } from 'node:fs'

/** More than any of the kernel's small files holds; one buffer for all, for each is read and parsed at once. */
const buffer = Buffer.allocUnsafe(16 * 1024)

/**
 * A small file of the kernel (cgroup, /proc), opened once and read again and again from its start: ten times cheaper than opening it,
 * and still possible when the process has no descriptor left to open anything with.
 */
export class KernelFile {
  readonly path: string
  #descriptor: number

  /** @throws {Error} when it cannot be opened */
  constructor(path: string) {
    this.path = path
    this.#descriptor = openSync(path, 'r')
  }

  /** @throws {Error} when it cannot be read, not even when opened anew */
  read(): string {
    try {
      return this.#text()
    } catch {
      this.#reopen()
      return this.#text()
    }
  }

  close(): void {
    if (this.#descriptor < 0) return
    closeSync(this.#descriptor)
    this.#descriptor = -1
  }

  #text(): string {
    const length = readSync(this.#descriptor, buffer, 0, buffer.length, 0)
    return buffer.toString('latin1', 0, length)
  }

  /** Closes before it opens: its own descriptor is the reserve that makes the new one possible. */
  #reopen(): void {
    this.close()
    this.#descriptor = openSync(this.path, 'r')
  }
}

/** Opens a file that need not be there. */
export function keepOpen(path: string): KernelFile | undefined {
  try {
    return new KernelFile(path)
  } catch {
    return undefined
  }
}

/** The number after a key at the start of a line (`inactive_file 4096`, `VmRSS:   1624 kB`); undefined where there is none. */
export function fieldOf(text: string, key: string): number | undefined {
  const at = text.startsWith(key) ? 0 : text.indexOf(`\n${key}`)
  if (at < 0) return undefined
  const number = Number.parseFloat(text.slice(text.indexOf(key, at) + key.length))
  return Number.isFinite(number) ? number : undefined
}
