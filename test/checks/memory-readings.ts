import type { Sample } from '../../src/core/check.ts'
import type { Collected } from '../../src/host/heap-floor.ts'
import type { MemoryReading } from '../../src/host/memory.ts'

export const MIB = 2 ** 20
export const MINUTE_MS = 60_000

interface Shape extends Partial<Omit<MemoryReading, 'collected' | 'kernel'>> {
  /** What a collection since the last look has left, in MiB; absent without one. */
  readonly floorMib?: number
  readonly collected?: Partial<Collected>
  readonly kernel?: Partial<MemoryReading['kernel']>
}

/** A process at rest in a container of 512 MiB, whose heap ends at 207 MiB (0.8 of 259): give what differs. */
export function readingOf({ floorMib, collected, kernel, ...rest }: Shape = {}): MemoryReading {
  const floor = floorMib === undefined ? undefined : floorMib * MIB
  return {
    collected: {
      majors: floor === undefined ? 0 : 1,
      majorMs: floor === undefined ? 0 : 8,
      ...(floor !== undefined && { floorBytes: floor, newestBytes: floor }),
      ...(floor !== undefined && { externalBytes: 4 * MIB, newestExternalBytes: 4 * MIB }),
      ...collected,
    },
    oldBytes: (floor ?? 16 * MIB) + 5 * MIB,
    heapTotalBytes: (floor ?? 16 * MIB) + 10 * MIB,
    externalBytes: 4 * MIB,
    rssBytes: 80 * MIB,
    nativeBytes: 50 * MIB,
    heapCeilingBytes: 207 * MIB,
    oldLimitBytes: 259 * MIB,
    kernel: { limit: 'cgroup memory.max', limitBytes: 512 * MIB, usedBytes: 80 * MIB, ...kernel },
    ...rest,
  }
}

/** One look after the other. */
export function looks(
  count: number,
  everyMs: number,
  reading: (nth: number) => MemoryReading,
): Sample<MemoryReading>[] {
  return Array.from({ length: count }, (_, nth) => ({ at: nth * everyMs, tookMs: 0, reading: reading(nth) }))
}
