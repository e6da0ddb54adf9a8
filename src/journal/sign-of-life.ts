import { close, constants, fstat, open, read, write } from 'node:fs'
import { promisify } from 'node:util'
import { inWords } from '../core/wording.ts'
import { isMoment } from './line.ts'
import { isGone } from './line-file.ts'

const openLater = promisify(open)
const readLater = promisify(read)
const writeLater = promisify(write)
const statLater = promisify(fstat)
const closeLater = promisify(close)

/** When a run was last known to live. A killed run leaves no word of its end; this is as near as one comes to it. */
export interface SignOfLife {
  readonly run: string
  /** The time of day, ISO 8601 UTC. */
  readonly at: string
  /** Seconds since the run began. */
  readonly up: number
  /** Who it is, as it sees itself: in a container that is often process 1. */
  readonly pid?: number
  readonly host?: string
  /** Why its journal cannot be written, while that is so. */
  readonly trouble?: string
}

/** All signs are of one length, so that each takes the place of the one before: that needs no room, on a full disk either. */
const SIGN_BYTES = 512

/**
 * The file of one sign of life, written over in place. What cannot be written is left: the next one may be.
 *
 * A run that is over signs no more. So whoever's sign is found where this run has put its own lives too, in whatever container and on
 * whatever machine. Process ids would not tell: both may be 1, and one may be a dead run's.
 */
export class AliveFile {
  readonly #path: string
  readonly #hearOfOther: (other: SignOfLife) => void
  #file: number | undefined
  #hasSigned = false
  #isAlone = true
  #newest: SignOfLife | undefined
  #writing: Promise<void> | undefined

  /** `hearOfOther` is called once, when another run is seen to live on the same file. */
  constructor(path: string, hearOfOther: (other: SignOfLife) => void) {
    this.#path = path
    this.#hearOfOther = hearOfOther
  }

  /** One write at a time: on a disk that hangs, no more than one of libuv's threads may wait. What came meanwhile is written after it. */
  tell(sign: SignOfLife): void {
    this.#newest = sign
    this.#writing ??= this.#writeNewest()
  }

  async #writeNewest(): Promise<void> {
    for (let next = this.#take(); next; next = this.#take()) await this.#write(next)
    this.#writing = undefined
  }

  #take(): SignOfLife | undefined {
    const newest = this.#newest
    this.#newest = undefined
    return newest
  }

  async #write(sign: SignOfLife): Promise<void> {
    try {
      if (this.#file !== undefined) await this.#leaveGone(this.#file)
      this.#file ??= await openLater(this.#path, constants.O_RDWR | constants.O_CREAT, 0o644)
      if (this.#hasSigned && this.#isAlone) await this.#lookForOther(this.#file, sign.run)
      await writeLater(this.#file, asBytes(sign), 0, SIGN_BYTES, 0)
      this.#hasSigned = true
    } catch {
      // The journal has the words for what is wrong with the disk.
    }
  }

  /** Whoever empties the state folder under a run that lives takes its file along: then it is made anew. */
  async #leaveGone(file: number): Promise<void> {
    if (!isGone(await statLater(file))) return
    this.#file = undefined
    this.#hasSigned = false
    await closeLater(file)
  }

  async #lookForOther(file: number, own: string): Promise<void> {
    const { bytesRead, buffer } = await readLater(file, Buffer.alloc(SIGN_BYTES), 0, SIGN_BYTES, 0)
    const found = signIn(buffer.toString('utf8', 0, bytesRead))
    if (!found || found.run === own) return
    this.#isAlone = false
    this.#hearOfOther(found)
  }

  /** After what is being written: a descriptor that is closed before may be another file's by then. */
  async close(): Promise<void> {
    await this.#writing
    const file = this.#file
    this.#file = undefined
    if (file !== undefined) close(file, () => {})
  }
}

/** One sentence for whoever gave two services one folder. */
export function tellOther(folder: string, { pid, host, up }: SignOfLife): string {
  const who = `pid ${pid ?? 'unknown'} on ${host ?? 'a host unknown'}, up for ${inWords(up * 1000)}`
  return `another service keeps its journal in ${folder} too (${who}): each takes the other for its previous run, and lines may be lost; give each a journal.folder of its own`
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
    return typeof sign?.run === 'string' && isMoment(sign) ? whole(sign as SignOfLife) : undefined
  } catch {
    return undefined
  }
}

function whole({ run, at, up, pid, host, trouble }: SignOfLife): SignOfLife {
  return {
    ...{ run, at, up },
    ...(typeof pid === 'number' && { pid }),
    ...(typeof host === 'string' && { host }),
    ...(typeof trouble === 'string' && { trouble }),
  }
}
