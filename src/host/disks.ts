import type { Clock } from '../core/clock.ts'
import type { Unseen } from '../core/parts.ts'
import { TRAIL_WINDOWS } from '../stats/filling.ts'
import type { Point } from '../stats/series.ts'
import { type Trail, TrailKeeper } from '../stats/trail.ts'
import { type DiskSources, MACHINE } from './disk.ts'
import { folderSize } from './folder-size.ts'
import { Folders, type WatchedSize } from './folders.ts'
import { type Lately, latelyOf } from './lately.ts'
import { type MountSpace, Mounts } from './mounts.ts'

/** What was seen of one subject, and the lowest bytes that it used over three days. */
export type Followed<T> = T & {
  readonly trail: Trail
  /** How many bytes more are used than before, within the last five minutes. Absent at the first look. */
  readonly lately?: Lately
}

/** What came of late, in milliseconds; the second is for what came at last, to a second. */
const LATELY_WINDOWS = [300_000, 30_000]

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
  readonly #lately = new Map<string, TrailKeeper>()

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
      // What is mounted over a path later is another disk.
      mounts: mounts.map((seen) =>
        this.#follow(`mount ${'device' in seen ? seen.device : ''}`, seen, (it) => it.usedBytes),
      ),
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
    const [now, bytes] = [this.#clock.now(), used(seen)]
    const trail = added(this.#keepers, key, TRAIL_WINDOWS, now, bytes)
    const lately = latelyOf(pointsOf(added(this.#lately, key, LATELY_WINDOWS, now, bytes), { t: now, v: bytes }))
    return { trail, ...seen, ...(lately && { lately }) }
  }
}

/** Of both windows, up to what is seen now: each keeps the lowest, which is mostly an earlier one. */
function pointsOf([long, short]: Trail, now: Point): readonly Point[] {
  const fine = (short?.points ?? []).filter(({ t }) => t < now.t)
  const from = fine[0]?.t ?? now.t
  return [...(long?.points ?? []).filter(({ t }) => t < from), ...fine, now]
}

function added(
  keepers: Map<string, TrailKeeper>,
  key: string,
  windows: readonly number[],
  t: number,
  v: number,
): Trail {
  const keeper = keepers.get(key) ?? new TrailKeeper(windows)
  keepers.set(key, keeper)
  keeper.add(t, v)
  return keeper.trail()
}
