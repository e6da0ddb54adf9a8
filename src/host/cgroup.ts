import { join } from 'node:path'
import { inNumber } from '../core/wording.ts'
import { type CgroupPath, findCgroup } from './cgroup-path.ts'
import { fieldOf, type KernelFile, keepOpen } from './kernel-file.ts'

/** A memory limit of the kernel, and what is counted against it. */
export interface MemoryLimit {
  /** In words, no two limits by the same: `cgroup memory.max`, `cgroup memory.max 1 level up`. */
  readonly limit: string
  readonly limitBytes: number
  /**
   * The working set: what the kernel could not give up before it kills. That is usage without the pages of files and without what the kernel
   * itself can free again. `kubectl top` and the kubelet, which looks for pods to evict, take only the inactive pages off: a service
   * that reads the same files again and again fills its limit with active ones, and no restart would keep it from that.
   */
  readonly usedBytes: number
}

/** What a memory cgroup says of itself. */
export interface CgroupMemory {
  /** The limit with the least room left, of this cgroup and all its ancestors; absent where none is set. */
  readonly nearest?: MemoryLimit
  /** Processes of this cgroup that the kernel has killed for memory so far. */
  readonly oomKills?: number
  /** The share of the last 10 s in which something waited for memory, 0–1; only where the kernel keeps it. */
  readonly pressureRatio?: number
}

/** Both versions write "no limit" as a number near 2^63 or as `max`; no machine has a thousandth of it. */
const NO_LIMIT_BYTES = 2 ** 53

interface Names {
  readonly limits: readonly string[]
  readonly usage: string
  /** What is given up first, as `memory.stat` calls it. */
  readonly reclaimable: readonly string[]
  /** Version 1 repeats here the nearest limit of ancestors that a container cannot see. */
  readonly inherited?: string
  readonly kills: readonly [file: string, field: string]
}

const NAMES: Readonly<Record<1 | 2, Names>> = {
  1: {
    limits: ['memory.limit_in_bytes'],
    usage: 'memory.usage_in_bytes',
    reclaimable: ['total_inactive_file ', 'total_active_file '],
    inherited: 'hierarchical_memory_limit ',
    kills: ['memory.oom_control', 'oom_kill '],
  },
  2: {
    limits: ['memory.max', 'memory.high'],
    usage: 'memory.current',
    reclaimable: ['inactive_file ', 'active_file ', 'slab_reclaimable '],
    kills: ['memory.events', 'oom_kill '],
  },
}

/** One cgroup on the way up. */
interface Level {
  readonly names: Names
  /** How it differs in words from the others: ` 1 level up`. */
  readonly place: string
  readonly limits: readonly KernelFile[]
  readonly usage: KernelFile
  readonly stat: KernelFile
  /** Whether an ancestor that cannot be seen has set a limit, as it was when this was opened. */
  readonly inherits: boolean
}

/**
 * The memory cgroup of this process, with its files kept open. Of its ancestors those are kept that have a limit when it is opened;
 * its own limit may come and change later, theirs only change.
 */
export class Cgroup {
  readonly #levels: readonly Level[]
  readonly #kills: KernelFile | undefined
  readonly #killsField: string
  readonly #pressure: KernelFile | undefined

  constructor({ version, folders: [own = '', ...ancestors] }: CgroupPath) {
    const names = NAMES[version]
    const above = ancestors.map((folder, nth) => limitedLevel(folder, names, ` ${inNumber(nth + 1, 'level')} up`))
    this.#levels = [openLevel(own, names, ''), ...above].filter((level) => level !== undefined)
    this.#kills = keepOpen(join(own, names.kills[0]))
    this.#killsField = names.kills[1]
    this.#pressure = version === 2 ? keepOpen(join(own, 'memory.pressure')) : undefined
  }

  /** @throws {Error} when a file that could be opened can no longer be read */
  look(): CgroupMemory {
    const limits = this.#levels.flatMap((level) => limitAt(level) ?? [])
    const nearest = limits.sort((a, b) => roomIn(a) - roomIn(b))[0]
    const oomKills = this.#kills && fieldOf(this.#kills.read(), this.#killsField)
    const pressure = this.#pressure && fieldOf(this.#pressure.read(), 'some avg10=')
    return {
      ...(nearest && { nearest }),
      ...(oomKills !== undefined && { oomKills }),
      ...(pressure !== undefined && { pressureRatio: pressure / 100 }),
    }
  }

  close(): void {
    for (const { limits, usage, stat } of this.#levels) for (const file of [...limits, usage, stat]) file.close()
    this.#kills?.close()
    this.#pressure?.close()
  }
}

/** @returns undefined where there are no cgroups */
export function openCgroup(root = '/'): Cgroup | undefined {
  const path = findCgroup(root)
  return path && new Cgroup(path)
}

const roomIn = ({ limitBytes, usedBytes }: MemoryLimit) => limitBytes - usedBytes

function openLevel(folder: string, names: Names, place: string): Level | undefined {
  const limits = names.limits.flatMap((name) => keepOpen(join(folder, name)) ?? [])
  const usage = keepOpen(join(folder, names.usage))
  const stat = keepOpen(join(folder, 'memory.stat'))
  if (usage && stat && limits.length > 0) {
    return { names, place, limits, usage, stat, inherits: inheritedBytes(stat.read(), names) < NO_LIMIT_BYTES }
  }
  for (const file of [...limits, usage, stat]) file?.close()
  return undefined
}

function limitedLevel(folder: string, names: Names, place: string): Level | undefined {
  const level = openLevel(folder, names, place)
  if (level && limitAt(level)) return level
  for (const file of level ? [...level.limits, level.usage, level.stat] : []) file.close()
  return undefined
}

/** Without any limit the long `memory.stat` is not even read: it costs more than all else here together. */
function limitAt({ names, place, limits, usage, stat, inherits }: Level): MemoryLimit | undefined {
  const written = limits.map((file) => ({
    limit: `cgroup ${basename(file.path)}${place}`,
    limitBytes: bytesIn(file.read()),
  }))
  if (!inherits && written.every(({ limitBytes }) => limitBytes >= NO_LIMIT_BYTES)) return undefined
  const stats = stat.read()
  const all = [...written, { limit: 'cgroup limit of an ancestor', limitBytes: inheritedBytes(stats, names) }]
  const lowest = all.reduce((low, next) => (next.limitBytes < low.limitBytes ? next : low))
  if (lowest.limitBytes >= NO_LIMIT_BYTES) return undefined
  const reclaimable = names.reclaimable.reduce((sum, name) => sum + (fieldOf(stats, name) ?? 0), 0)
  return { ...lowest, usedBytes: Math.max(0, bytesIn(usage.read()) - reclaimable) }
}

function inheritedBytes(stats: string, { inherited }: Names): number {
  return inherited ? (fieldOf(stats, inherited) ?? NO_LIMIT_BYTES) : NO_LIMIT_BYTES
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `max` is NaN as a number: no limit. */
function bytesIn(text: string): number {
  const bytes = Number.parseInt(text, 10)
  return Number.isFinite(bytes) ? bytes : NO_LIMIT_BYTES
}
