import { newest, type Samples } from '../core/samples.ts'
import { medianOf } from '../stats/median.ts'
import type { MemoryReading } from './memory.ts'

/** A limit that a signal would reach. */
export interface Ceiling {
  /** In words. */
  readonly limit: string
  /** Where the end may come. */
  readonly bytes: number
  /** Where it is certain. */
  readonly endBytes: number
}

/** One thing in memory that may grow. */
export interface MemorySignal {
  readonly subject: string
  /** What it is, in a sentence. */
  readonly noun: string
  /** Its value in a look; undefined where there was nothing to see, as between two collections. */
  at(reading: MemoryReading): number | undefined
  /** What stands for it until there is something to see. */
  now(reading: MemoryReading): number
  /** Where it would end, growing from `used`. */
  ceiling(samples: Samples<MemoryReading>, used: number): Ceiling
}

export const MEMORY_SIGNALS: readonly MemorySignal[] = [
  {
    subject: 'heap',
    noun: 'the heap after collections',
    at: ({ collected }) => collected.floorBytes,
    now: ({ oldBytes }) => oldBytes,
    ceiling: heapCeiling,
  },
  {
    subject: 'external',
    noun: 'memory outside the heap (buffers)',
    at: ({ collected }) => collected.externalBytes,
    now: ({ externalBytes }) => externalBytes,
    ceiling: sharedCeiling,
  },
  {
    subject: 'native',
    noun: 'native memory',
    at: ({ nativeBytes }) => nativeBytes,
    now: ({ nativeBytes }) => nativeBytes,
    ceiling: sharedCeiling,
  },
  {
    subject: 'working-set',
    noun: 'memory in use, without garbage',
    at: heldBytes,
    now: ({ kernel }) => kernel.usedBytes,
    ceiling: heldCeiling,
  },
]

/**
 * The working set without what a collection would free. V8 lets garbage grow for many minutes and then frees it at once: as the
 * kernel counts it, a healthy heap is a row of short leaks.
 */
function heldBytes(reading: MemoryReading): number | undefined {
  const garbage = garbageBytes(reading)
  return garbage === undefined ? undefined : reading.kernel.usedBytes - garbage
}

function garbageBytes({ collected, heapTotalBytes, externalBytes }: MemoryReading): number | undefined {
  const { newestBytes, newestExternalBytes = externalBytes } = collected
  if (newestBytes === undefined) return undefined
  return Math.max(0, heapTotalBytes - newestBytes) + Math.max(0, externalBytes - newestExternalBytes)
}

/** How many looks back garbage counts as usual. */
const USUAL_LOOKS = 60

/**
 * Garbage comes on top: what is held may come as near to the kernel's limit as the usual garbage leaves room. But V8 collects harder
 * near its own limit: where the largest heap fits beside all else, a growing heap is never stopped by the kernel's.
 */
function usualGarbage(samples: Samples<MemoryReading>): number {
  return medianOf(samples.slice(-USUAL_LOOKS).map(({ reading }) => garbageBytes(reading) ?? 0))
}

function largestHeapFits({ kernel, heapTotalBytes, heapCeilingBytes }: MemoryReading): boolean {
  return kernel.usedBytes - heapTotalBytes + heapCeilingBytes < kernel.limitBytes
}

/** The kernel counts everything together: one signal may grow by the room that all of it has left. */
function sharedCeiling(samples: Samples<MemoryReading>, used: number): Ceiling {
  const { reading } = newest(samples)
  const { limit, limitBytes, usedBytes } = reading.kernel
  const room = limitBytes - (heldBytes(reading) ?? usedBytes)
  const [bytes, endBytes] = [room - usualGarbage(samples), room].map((left) => used + Math.max(0, left))
  return { limit, bytes: bytes ?? used, endBytes: endBytes ?? used }
}

function heapCeiling(samples: Samples<MemoryReading>, used: number): Ceiling {
  const { reading } = newest(samples)
  const v8 = { limit: "V8's heap limit", bytes: reading.heapCeilingBytes, endBytes: reading.oldLimitBytes }
  if (largestHeapFits(reading)) return v8
  const shared = sharedCeiling(samples, used)
  return shared.bytes < v8.bytes ? shared : v8
}

function heldCeiling(samples: Samples<MemoryReading>): Ceiling {
  const { reading } = newest(samples)
  const { limit, limitBytes } = reading.kernel
  const bytes = largestHeapFits(reading) ? limitBytes : Math.max(0, limitBytes - usualGarbage(samples))
  return { limit, bytes, endBytes: limitBytes }
}
