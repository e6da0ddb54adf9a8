import type { Clock } from '../core/clock.ts'
import { Backlog } from './backlog.ts'
import { LineFile } from './line-file.ts'
import { Trouble } from './trouble.ts'

/** How long it waits before it tries again. */
export const RETRY_MS = 10_000

export interface WriterSetup {
  readonly files: { readonly journal: string; readonly older: string }
  /** Of both files together. */
  readonly maxBytes: number
  readonly clock: Clock
  /** The line that every file begins with, so that it can be read alone. */
  readonly head: string
  readonly say: (sentence: string) => void
}

/**
 * Brings lines to the disk. Nothing here throws, and nobody waits for it but who closes it: a line waits in memory while the one before is
 * being written, or while the disk is full. One write and one sync are under way at a time.
 */
export class JournalWriter {
  readonly #file: LineFile
  readonly #backlog: Backlog
  readonly #trouble: Trouble
  readonly #clock: Clock
  readonly #head: string
  readonly #maxBytes: number
  readonly #closing = new AbortController()
  #working: Promise<void> | undefined
  #syncing: Promise<void> | undefined
  #unsynced = false

  constructor({ files, maxBytes, clock, head, say }: WriterSetup) {
    this.#file = new LineFile(files.journal, files.older)
    this.#backlog = new Backlog(maxBytes / 4)
    this.#trouble = new Trouble(clock, say)
    this.#clock = clock
    this.#head = head
    this.#maxBytes = maxBytes
  }

  get trouble(): string | undefined {
    return this.#trouble.sentence
  }

  append(line: string): void {
    this.#backlog.add(line)
    this.#begin()
  }

  /** Resolves when no line waits any more. */
  async written(): Promise<void> {
    await this.#working
  }

  /** On this thread. @returns what kept it from being written, if anything did; then the line waits with the others */
  appendNow(line: string): unknown {
    this.#backlog.add(line)
    // What is being written comes along: nobody can tell whether that will end before the process does. A line counts once.
    const lines = this.#backlog.oldest(Number.POSITIVE_INFINITY)
    try {
      this.#rotateNowBefore(lines)
      this.#file.appendNow(lines)
    } catch (error) {
      this.#trouble.failed(error)
      this.#begin(RETRY_MS)
      return error
    }
    this.#wrote(lines)
    return undefined
  }

  /** Writes what still waits, waits until the disk has it, and closes. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#working
    await this.#syncing
    await this.#file.close()
  }

  #begin(inMs = 0): void {
    this.#working ??= this.#work(inMs)
  }

  async #work(inMs: number): Promise<void> {
    // A moment later at least: what happens at once is written at once.
    await (inMs > 0 ? this.#clock.sleep(inMs, this.#closing.signal) : Promise.resolve())
    while (this.#backlog.size > 0) {
      const isLast = this.#closing.signal.aborted
      if (await this.#writeSome()) continue
      if (isLast) break
      await this.#clock.sleep(RETRY_MS, this.#closing.signal)
    }
    this.#working = undefined
  }

  async #writeSome(): Promise<boolean> {
    const lines = this.#backlog.oldest(this.#maxBytes / 8)
    this.#trouble.writing()
    try {
      await this.#rotateBefore(lines)
      await this.#file.append(lines)
    } catch (error) {
      this.#trouble.failed(error)
      return false
    }
    this.#wrote(lines)
    return true
  }

  async #rotateBefore(lines: readonly string[]): Promise<void> {
    if (this.#isFull(await this.#file.bytes(), lines)) await this.#file.rotate()
    if ((await this.#file.bytes()) === 0 && !lines.includes(this.#head)) await this.#file.append([this.#head])
  }

  #rotateNowBefore(lines: readonly string[]): void {
    if (this.#isFull(this.#file.bytesNow(), lines)) this.#file.rotateNow()
    if (this.#file.bytesNow() === 0 && !lines.includes(this.#head)) this.#file.appendNow([this.#head])
  }

  /** Whether a file of so many bytes has no room for the lines. A line end may have to come before them, where the last line is torn. */
  #isFull(bytes: number, lines: readonly string[]): boolean {
    const more = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 1)
    return bytes + more > this.#maxBytes / 2 && bytes > this.#head.length
  }

  #wrote(lines: readonly string[]): void {
    this.#backlog.written(lines)
    this.#trouble.wrote()
    this.#unsynced = true
    this.#syncing ??= this.#sync()
  }

  async #sync(): Promise<void> {
    while (this.#unsynced) {
      this.#unsynced = false
      await this.#file.sync().catch((error) => this.#trouble.failed(error))
    }
    this.#syncing = undefined
  }
}
