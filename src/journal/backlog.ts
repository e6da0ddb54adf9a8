/** Lines that wait to be written: so many bytes of them, and when there are more, the oldest are lost (their numbers will be missing). What came last says most. */
export class Backlog {
  readonly #limitBytes: number
  /** In the order in which they came; no line comes twice, since each has its number. */
  readonly #lines = new Set<string>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  add(line: string): void {
    this.#lines.add(line)
    this.#bytes += Buffer.byteLength(line)
    for (const oldest of this.#lines) {
      if (this.#bytes <= this.#limitBytes || this.#lines.size === 1) break
      this.written([oldest])
    }
  }

  get size(): number {
    return this.#lines.size
  }

  /** The oldest lines, at least one if there is any, and no more than so many bytes. They stay until they are known to be written. */
  oldest(limitBytes: number): readonly string[] {
    const found: string[] = []
    let bytes = 0
    for (const line of this.#lines) {
      bytes += Buffer.byteLength(line)
      if (found.length > 0 && bytes > limitBytes) break
      found.push(line)
    }
    return found
  }

  written(lines: readonly string[]): void {
    for (const line of lines) if (this.#lines.delete(line)) this.#bytes -= Buffer.byteLength(line)
  }
}
