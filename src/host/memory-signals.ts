import { newest, type Samples } from '../core/samples.ts'
import { medianOf } from '../stats/median.ts'
import { Row, type Series } from '../stats/series.ts'
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

/** What the ceilings of all signals depend on. */
export interface Moment {
  readonly reading: MemoryReading
  /** What garbage takes as a rule. */
  readonly usualGarbage: number
}

/** One thing in memory that may grow. */
export interface MemorySignal {
  readonly subject: Subject
  /** What it is, in a sentence. */
  readonly noun: string
  /** What stands for it until there is something to see. */
  now(reading: MemoryReading): number
  /** Where it would end, growing from `used`. */
  ceiling(moment: Moment, used: number): Ceiling
}

type Subject = 'heap' | 'external' | 'native' | 'working-set'

export const MEMORY_SIGNALS: readonly MemorySignal[] = [
  {
    subject: 'heap',
    noun: 'the heap after collections',
    now: ({ oldBytes }) => oldBytes,
    ceiling: heapCeiling,
  },
  {
    subject: 'external',
    noun: 'memory outside the heap (buffers)',
    now: ({ externalBytes }) => externalBytes,
    ceiling: sharedCeiling,
  },
  {
    subject: 'native',
    noun: 'native memory',
    now: ({ nativeBytes }) => nativeBytes,
    ceiling: sharedCeiling,
  },
  {
    subject: 'working-set',
    noun: 'memory in use (garbage left out)',
    now: ({ kernel }) => kernel.usedBytes,
    ceiling: heldCeiling,
  },
]

/**
 * What there was to see of each signal, look by look; between two collections there is nothing of some. All in one go: a day of
 * looks is in no cache of the processor, and fetching it is what this costs.
 */
export function memorySeries(samples: Samples<MemoryReading>): Readonly<Record<Subject, Series>> {
  const row = () => new Row(samples.length)
  const [heap, external, native, held] = [row(), row(), row(), row()]
  const { limit } = newest(samples).reading.kernel
  for (const { at, reading } of samples) {
    const { floorBytes, externalBytes } = reading.collected
    if (floorBytes !== undefined) heap.add(at, floorBytes)
    if (externalBytes !== undefined) external.add(at, externalBytes)
    native.add(at, reading.nativeBytes)
    // What is counted against another limit is another's, too.
    const heldNow = reading.kernel.limit === limit ? heldBytes(reading) : undefined
    if (heldNow !== undefined) held.add(at, heldNow)
  }
  return {
    heap: heap.series(),
    external: external.series(),
    native: native.series(),
    'working-set': held.series(),
  }
}

/**
 * The working set without what a collection would free. V8 lets garbage grow for many minutes and then frees it at once: as the
 * kernel counts it, a healthy heap is a row of short leaks.
 */
export function heldBytes(reading: MemoryReading): number | undefined {
  const garbage = garbageBytes(reading)
  return garbage === undefined ? undefined : Math.max(0, reading.kernel.usedBytes - garbage)
}

/**
 * Of what has been touched: when V8 makes the young generation larger (by 32 MiB at once in Node 24), nothing of that is resident yet, and taken
 * for garbage it would hide as much of a leak. What was touched and is free again a collection does not give back.
 */
function garbageBytes(reading: MemoryReading): number | undefined {
  const { collected, heapTotalBytes, heapTouchedBytes = heapTotalBytes, externalBytes } = reading
  const { newestBytes, newestExternalBytes = externalBytes } = collected
  if (newestBytes === undefined) return undefined
  return Math.max(0, heapTouchedBytes - newestBytes) + Math.max(0, externalBytes - newestExternalBytes)
}

/** How many looks back garbage counts as usual. */
const USUAL_LOOKS = 60

export function momentOf(samples: Samples<MemoryReading>): Moment {
  const usual = samples.slice(-USUAL_LOOKS).map(({ reading }) => garbageBytes(reading) ?? 0)
  return { reading: newest(samples).reading, usualGarbage: medianOf(usual) }
}

function largestHeapFits({ kernel, heapTotalBytes, heapCeilingBytes }: MemoryReading): boolean {
  return kernel.usedBytes - heapTotalBytes + heapCeilingBytes < kernel.limitBytes
}

/** The kernel counts everything together: one signal may grow by the room that all of it has left. */
function sharedCeiling({ reading, usualGarbage }: Moment, used: number): Ceiling {
  const { limit, limitBytes, usedBytes } = reading.kernel
  const room = limitBytes - (heldBytes(reading) ?? usedBytes)
  return { limit, bytes: above(used, used + room - usualGarbage), endBytes: above(used, used + room) }
}

function heapCeiling(moment: Moment, used: number): Ceiling {
  const { reading } = moment
  const v8 = { limit: "V8's heap limit", bytes: reading.heapCeilingBytes, endBytes: reading.oldLimitBytes }
  if (largestHeapFits(reading)) return v8
  const shared = sharedCeiling(moment, used)
  return shared.bytes < v8.bytes ? shared : v8
}

/**
 * Garbage comes on top: what is held may come as near to the kernel's limit as the usual garbage leaves room. But V8 collects harder
 * near its own limit: where the largest heap fits beside all else, a growing heap is never stopped by the kernel's.
 */
function heldCeiling({ reading, usualGarbage }: Moment, used: number): Ceiling {
  const { limit, limitBytes } = reading.kernel
  const bytes = largestHeapFits(reading) ? limitBytes : limitBytes - usualGarbage
  return { limit, bytes: above(used, bytes), endBytes: limitBytes }
}

/** Where no room is left, what is used is all of it; never nothing of nothing, which is no share. */
function above(used: number, bytes: number): number {
  return Math.max(1, used, bytes)
}
