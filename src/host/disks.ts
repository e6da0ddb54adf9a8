import type { Clock } from '../core/clock.ts'
import type { Unseen } from '../core/parts.ts'
import { TRAIL_WINDOWS } from '../stats/filling.ts'
import { type Trail, TrailKeeper } from '../stats/trail.ts'
import { type DiskSources, MACHINE } from './disk.ts'
import { folderSize } from './folder-size.ts'
import { Folders, type WatchedSize } from './folders.ts'
import { type MountSpace, Mounts } from './mounts.ts'

/** What was seen of one subject, and the lowest bytes that it used over three days. */
export type Followed<T> = T & { readonly trail: Trail }

/** What one look at the disks saw. The trails make it some 8 KB for each subject, whatever the rhythm: keep one. */
export interface DiskReading {
  readonly mounts: readonly (Followed<MountSpace> | Unseen)[]
  readonly folders: readonly (Followed<WatchedSize> | Unseen)[]
}

/** File systems and folders, and how each has grown since this began to look. */
export class Disks {
  readonly #clock: Clock
  readonly #mounts: Mounts
  readonly #folders: Folders
  readonly #keepers = new Map<string, TrailKeeper>()

  /** @param sources, @param count who is asked: the machine, unless a test has its own */
  constructor(clock: Clock, sources: DiskSources = MACHINE, count = folderSize) {
    this.#clock = clock
    this.#mounts = new Mounts(clock, sources)
    this.#folders = new Folders(clock, count)
  }

  /** Resolves after two seconds at the latest, or when `signal` aborts. Never rejects: what did not answer is told as not seen. */
  async look(paths: readonly string[], folders: readonly string[], signal: AbortSignal): Promise<DiskReading> {
    const [mounts, sizes] = await Promise.all([
      this.#mounts.look([...new Set(paths)], signal),
      this.#folders.look(folders, signal),
    ])
    return {
      mounts: mounts.map((seen) => this.#follow('mount', seen, ({ usedBytes }) => usedBytes)),
      folders: sizes.map((seen) => this.#follow('folder', seen, ({ bytes }) => bytes)),
    }
  }

  /** Ends what is still being counted. */
  close(): void {
    this.#folders.close()
  }

  #follow<T extends { readonly path: string }>(kind: string, seen: T | Unseen, used: (seen: T) => number) {
    if ('because' in seen) return seen
    const key = `${kind} ${seen.path}`
    const keeper = this.#keepers.get(key) ?? new TrailKeeper(TRAIL_WINDOWS)
    this.#keepers.set(key, keeper)
    keeper.add(this.#clock.now(), used(seen))
    return { ...seen, trail: keeper.trail() }
  }
}
