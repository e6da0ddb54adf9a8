import type { Clock } from '../core/clock.ts'
import type { Unseen } from '../core/parts.ts'
import { type DiskSources, type DiskSpace, type Learned, MACHINE, readDisk } from './disk.ts'
import { type Late, Looks, within } from './looks.ts'

interface OnDevice {
  readonly path: string
  readonly device: number
}

/** One file system, under the first of the paths that are on it. */
export interface MountSpace extends OnDevice, DiskSpace {
  /** Nobody may write to it. Absent where somebody may, or nobody knows. */
  readonly readOnly?: true
}

/** Of libuv's four threads: a third may count a folder, and the fourth stays free for all else that the process does. */
const MOST_OUT = 2

/** How long each of the two questions may take, all paths together. */
const ANSWER_MS = 1_000

/** Looks at the file systems of some paths, each once, however many of the paths are on it. */
export class Mounts {
  readonly #clock: Clock
  readonly #sources: DiskSources
  readonly #looks: Looks<OnDevice | MountSpace>
  /** The device of each path when it was last seen. */
  readonly #known = new Map<string, number>()
  /** By device. */
  readonly #learned = new Map<number, Learned>()

  constructor(clock: Clock, sources: DiskSources = MACHINE) {
    this.#clock = clock
    this.#sources = sources
    this.#looks = new Looks(MOST_OUT, () => clock.now())
  }

  /** Resolves after two seconds at the latest, or when `signal` aborts: what has not answered by then is told as not seen. */
  async look(paths: readonly string[], signal: AbortSignal): Promise<readonly (MountSpace | Unseen)[]> {
    const limit = { clock: this.#clock, ms: ANSWER_MS, signal }
    const dead = [...this.#known]
      .filter(([path]) => this.#looks.isOut(path))
      .map(([path, device]) => ({ path, device }))
    const found = await within(limit, (deadline) =>
      Promise.all(paths.map((path) => this.#device(path, dead, deadline))),
    )
    const firsts = found.filter((looked, index) => !found.slice(0, index).some((earlier) => isSame(earlier, looked)))
    const spaces = await within(limit, (deadline) => Promise.all(firsts.map((looked) => this.#space(looked, deadline))))
    const isAnswered = spaces.some((looked) => 'sizeBytes' in looked)
    return spaces.map((looked) => ('isLate' in looked ? explained(looked, isAnswered) : looked))
  }

  /** @param dead those that a look of an earlier round is still out for */
  async #device(path: string, dead: readonly OnDevice[], deadline: AbortSignal): Promise<OnDevice | Unseen | Late> {
    const other = dead.find((out) => out.path !== path && out.device === this.#known.get(path))
    if (other)
      return { subject: path, because: `it is on the same file system as ${other.path}, which does not answer` }
    const looked = await this.#looks.look(path, () => this.#ask(path), deadline)
    if ('because' in looked) return looked
    this.#known.set(path, looked.value.device)
    return looked.value
  }

  async #ask(path: string): Promise<OnDevice> {
    return { path, device: await this.#sources.device(path) }
  }

  async #space(found: OnDevice | Unseen | Late, deadline: AbortSignal): Promise<MountSpace | Unseen | Late> {
    if ('because' in found) return found
    const looked = await this.#looks.look(found.path, () => this.#measure(found), deadline)
    if ('because' in looked) return looked
    return 'sizeBytes' in looked.value ? looked.value : { subject: found.path, because: 'it was not measured' }
  }

  async #measure(found: OnDevice): Promise<MountSpace> {
    const learned = this.#learned.get(found.device) ?? {}
    this.#learned.set(found.device, learned)
    const space = await readDisk(found.path, this.#sources, learned)
    // Without a descriptor left to read that with, it is what it was.
    learned.isReadOnly = await this.#sources.isReadOnly(found.device).catch(() => learned.isReadOnly ?? false)
    return { ...found, ...space, ...(learned.isReadOnly && { readOnly: true }) }
  }
}

function isSame(a: OnDevice | Unseen, b: OnDevice | Unseen): boolean {
  return 'device' in a && 'device' in b && a.device === b.device
}

/** Why it does not answer, as far as that is known: a process that does not get to ask hears of none. */
function explained({ subject, because }: Late, isAnswered: boolean): Unseen {
  const why = isAnswered
    ? 'its file system hangs, for another answers'
    : 'this process is too busy to ask or hardly let run, or its file system hangs'
  return { subject, because: `${because}: ${why}` }
}
