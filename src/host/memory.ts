import { totalmem } from 'node:os'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { type CgroupMemory, type MemoryLimit, openCgroup } from './cgroup.ts'
import { type Collected, HeapFloor, oldGenerationBytes } from './heap-floor.ts'
import { fieldOf, keepOpen } from './kernel-file.ts'
import { GIVES_UP_AT, maxOldSpaceBytes } from './old-space-limit.ts'
import { watchResident } from './resident.ts'

/** One look at the memory of this process. Bytes throughout. */
export interface MemoryReading {
  /** What the major collections since the last look left behind. */
  readonly collected: Collected
  /** In use in the old generation now, garbage included. */
  readonly oldBytes: number
  /** Taken from the kernel for the heap: what is in use, what is garbage, and what is free. */
  readonly heapTotalBytes: number
  /** How far V8 has written in it since it last emptied its pages: the rest may not be resident. Absent from readings recorded before it was told. */
  readonly heapTouchedBytes?: number
  /** Outside the heap but held by its objects, array buffers included. */
  readonly externalBytes: number
  readonly rssBytes: number
  /** What neither the heap nor what it holds outside accounts for: the program itself, native libraries, the allocator's losses. */
  readonly nativeBytes: number
  /** From where on V8 may give up, as the old generation counts it. */
  readonly heapCeilingBytes: number
  /** How large the old generation may grow at all. */
  readonly oldLimitBytes: number
  /** The nearest of the kernel's limits: of a cgroup, as configured, or the machine's own memory. */
  readonly kernel: MemoryLimit
  readonly oomKills?: number
  readonly pressureRatio?: number
}

export interface MemorySetup {
  /** Where the file system begins. Default `/`. */
  readonly root?: string
  /** A limit on the resident memory that this process cannot see for itself. */
  readonly ceilingBytes?: number | undefined
}

/** What stays open between looks. */
export interface MemoryWatch {
  /** What there is, and what was collected since the last look. @throws {Error} when the kernel's files can no longer be read */
  look(): MemoryReading
  close(): void
}

/**
 * Opens everything that a look needs, so that a look needs no descriptor: when they have run out, `process.memoryUsage()` throws,
 * `process.constrainedMemory()` says 0, and this goes on.
 */
export function watchMemory({ root = '/', ceilingBytes }: MemorySetup = {}): MemoryWatch {
  const cgroup = openCgroup(root)
  const resident = watchResident(root)
  const machine = keepOpen(join(root, 'proc/meminfo'))
  const oldLimitBytes = maxOldSpaceBytes()
  const heapCeilingBytes = GIVES_UP_AT * oldLimitBytes
  const floor = new HeapFloor(heapCeilingBytes)
  const look = (): MemoryReading => {
    const { total_heap_size, total_physical_size, external_memory } = getHeapStatistics()
    const rssBytes = resident.read()
    const available = () => kibibytes(machine?.read(), 'MemAvailable:')
    const { nearest, ...rest } = cgroup?.look() ?? ({} as CgroupMemory)
    return {
      collected: floor.look(),
      oldBytes: oldGenerationBytes(),
      heapTotalBytes: total_heap_size,
      heapTouchedBytes: total_physical_size,
      externalBytes: external_memory,
      rssBytes,
      nativeBytes: Math.max(0, rssBytes - total_heap_size - external_memory),
      heapCeilingBytes,
      oldLimitBytes,
      kernel: nearestOf(rssBytes, available, ceilingBytes, nearest),
      ...rest,
    }
  }
  const close = () => {
    for (const kept of [floor, cgroup, resident, machine]) kept?.close()
  }
  return { look, close }
}

const CONFIGURED_CEILING = 'configured ceiling'

/** Whether more is in use than a limit allows that only a setting tells of: then nothing is known to end the process there. */
export function isPassed({ limit, limitBytes, usedBytes }: MemoryLimit): boolean {
  return limit === CONFIGURED_CEILING && usedBytes > limitBytes
}

/** A limit's name; of one that is passed also that it kills nobody: who reads of 174% wonders why this still runs. */
export function limitInWords(kernel: MemoryLimit): string {
  const { limit } = kernel
  return isPassed(kernel) ? `${limit}, passed: set by ceilingBytes, and nothing has enforced it` : limit
}

/**
 * The limit with the least room. Where none is set, the machine's own memory is one: resident now, and what is still available. Where that
 * is not told (macOS), it is all of the machine's: what is free there, without what could be freed, says "full" all day long.
 */
function nearestOf(
  rss: number,
  available: () => number | undefined,
  told: number | undefined,
  nearest?: MemoryLimit,
): MemoryLimit {
  const limits: MemoryLimit[] = nearest ? [nearest] : []
  if (told !== undefined) limits.push({ limit: CONFIGURED_CEILING, limitBytes: told, usedBytes: rss })
  const bounded = limits.some(({ limitBytes }) => limitBytes < totalBytes)
  if (!bounded) {
    const left = available()
    const limitBytes = left === undefined ? totalBytes : rss + left
    limits.push({ limit: 'memory of this machine', limitBytes, usedBytes: rss })
  }
  return limits.reduce((a, b) => (b.limitBytes - b.usedBytes < a.limitBytes - a.usedBytes ? b : a))
}

const totalBytes = totalmem()

function kibibytes(text: string | undefined, key: string): number | undefined {
  const kib = text === undefined ? undefined : fieldOf(text, key)
  return kib === undefined ? undefined : kib * 1024
}
