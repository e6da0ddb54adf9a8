import type { Clock } from '../core/clock.ts'
import type { Unseen } from '../core/parts.ts'
import { type FolderSize, folderSize } from './folder-size.ts'
import { Looks, within } from './looks.ts'

/** One watched path and its size when it was last counted to the end. */
export interface WatchedSize extends FolderSize {
  readonly path: string
  /** How long ago the count ended. */
  readonly ageMs: number
}

/** How long a look waits for the counts that it began. They go on after it. */
const WAIT_MS = 1_000

/** A size older than this is not told any more. */
const STALE_MS = 300_000

/** Counts folders in the background, one at a time, so that large ones take one thread and no look waits for them. */
export class Folders {
  readonly #clock: Clock
  readonly #count: typeof folderSize
  readonly #looks: Looks<FolderSize>
  readonly #closing = new AbortController()
  readonly #last = new Map<string, { readonly size: FolderSize; readonly at: number }>()

  constructor(clock: Clock, count = folderSize) {
    this.#clock = clock
    this.#count = count
    this.#looks = new Looks(1, () => clock.now())
  }

  /** Resolves after a second at the latest. A folder that has not been counted by then is told as it was the last time. */
  look(paths: readonly string[], signal: AbortSignal): Promise<readonly (WatchedSize | Unseen)[]> {
    // The one that has waited longest comes first: else a large folder at the head would be counted again and again.
    const at = (path: string) => this.#last.get(path)?.at ?? Number.NEGATIVE_INFINITY
    const byAge = paths.toSorted((a, b) => at(a) - at(b))
    return within({ clock: this.#clock, ms: WAIT_MS, signal }, async (deadline) => {
      const looked = await Promise.all(byAge.map((path) => this.#look(path, deadline)))
      return paths.flatMap((path) => looked[byAge.indexOf(path)] ?? [])
    })
  }

  /** Ends what is still being counted. */
  close(): void {
    this.#closing.abort()
  }

  async #look(path: string, deadline: AbortSignal): Promise<WatchedSize | Unseen> {
    const looked = await this.#looks.look(path, () => this.#measure(path), deadline)
    if ('because' in looked && !deadline.aborted) return looked
    const last = this.#last.get(path)
    const ageMs = last ? this.#clock.now() - last.at : Number.POSITIVE_INFINITY
    if (last && ageMs <= STALE_MS) return { path, ...last.size, ageMs }
    const why = 'because' in looked ? looked.because : 'too long ago'
    return { subject: path, because: `its size is still being counted: ${why}` }
  }

  async #measure(path: string): Promise<FolderSize> {
    const size = await this.#count(path, this.#closing.signal)
    this.#last.set(path, { size, at: this.#clock.now() })
    return size
  }
}
