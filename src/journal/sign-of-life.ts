import { close, constants, open, write } from 'node:fs'
import { promisify } from 'node:util'

const openLater = promisify(open)
const writeLater = promisify(write)

/** When a run was last known to live. A killed run leaves no word of its end; this is as near as one comes to it. */
export interface SignOfLife {
  readonly run: string
  /** The time of day, ISO 8601 UTC. */
  readonly at: string
  /** Seconds since the run began. */
  readonly up: number
  /** Why its journal cannot be written, while that is so. */
  readonly trouble?: string
}

/** All signs are of one length, so that each takes the place of the one before: that needs no room, on a full disk either. */
const SIGN_BYTES = 512

/** The file of one sign of life, written over in place. What cannot be written is left: the next one may be. */
export class AliveFile {
  readonly #path: string
  #file: number | undefined
  #newest: SignOfLife | undefined
  #writing = false

  constructor(path: string) {
    this.#path = path
  }

  /** One write at a time: on a disk that hangs, no more than one of libuv's threads may wait. What came meanwhile is written after it. */
  async tell(sign: SignOfLife): Promise<void> {
    this.#newest = sign
    if (this.#writing) return
    this.#writing = true
    for (let next = this.#take(); next; next = this.#take()) await this.#write(next)
    this.#writing = false
  }

  #take(): SignOfLife | undefined {
    const newest = this.#newest
    this.#newest = undefined
    return newest
  }

  async #write(sign: SignOfLife): Promise<void> {
    try {
      this.#file ??= await openLater(this.#path, constants.O_WRONLY | constants.O_CREAT, 0o644)
      await writeLater(this.#file, asBytes(sign), 0, SIGN_BYTES, 0)
    } catch {
      // The journal has the words for what is wrong with the disk.
    }
  }

  close(): void {
    const file = this.#file
    this.#file = undefined
    if (file !== undefined) close(file, () => {})
  }
}

function asBytes({ trouble, ...sign }: SignOfLife): Buffer {
  const text = JSON.stringify({ ...sign, ...(trouble !== undefined && { trouble: trouble.slice(0, 120) }) })
  const bytes = Buffer.alloc(SIGN_BYTES, ' ').fill(text, 0, Buffer.byteLength(text))
  return bytes.fill('\n', SIGN_BYTES - 1)
}

/** The sign in a file's text; undefined where there is none, or half of one. */
export function signIn(text: string): SignOfLife | undefined {
  try {
    const sign = JSON.parse(text) as Partial<SignOfLife> | null
    const whole =
      typeof sign?.run === 'string' && typeof sign.up === 'number' && !Number.isNaN(Date.parse(`${sign.at}`))
    return whole ? (sign as SignOfLife) : undefined
  } catch {
    return undefined
  }
}
