import { getHeapStatistics } from 'node:v8'
import { resourceLimits } from 'node:worker_threads'
import { type NodeFlags, ownFlags, valueOfFlag } from './node-flags.ts'

/** V8 gives up once collections stop helping above this share of the old generation's limit (`heap.cc`, ineffective mark-compacts). */
export const GIVES_UP_AT = 0.8

const MIB = 2 ** 20

/** What the limit of the old generation is worked out from. */
export interface HeapSetup extends NodeFlags {
  /** Of a worker thread: its `resourceLimits`. The flag wins over it. */
  readonly threadMb?: number | undefined
  /** `heap_size_limit` of V8: old and young generation together. */
  readonly heapLimitBytes: number
  /** Such as `11.3.244.8-node.30`. */
  readonly v8: string
}

/**
 * How large the old generation may grow: what `--max-old-space-size` or the thread's own limit says, else the heap's limit without the
 * young generation, which `heap_size_limit` includes. Rules on a share of `heap_size_limit` itself never fire in small heaps.
 */
export function maxOldSpaceBytes(setup: HeapSetup = thisHeap()): number {
  const told = sizeIn(setup, 'max-old-space-size') ?? setup.threadMb
  if (told !== undefined) return told * MIB
  const semi = sizeIn(setup, 'max-semi-space-size')
  const largest = (semi ?? (Number.parseInt(setup.v8, 10) >= 13 ? 64 : 16)) * MIB
  return semi ? setup.heapLimitBytes - 3 * largest : withoutYoung(setup.heapLimitBytes, largest)
}

function thisHeap(): HeapSetup {
  return {
    ...ownFlags(),
    threadMb: resourceLimits.maxOldGenerationSizeMb,
    heapLimitBytes: getHeapStatistics().heap_size_limit,
    v8: process.versions.v8,
  }
}

/** In MiB; 0 is "not set". */
function sizeIn(flags: NodeFlags, name: string): number | undefined {
  const size = Number(valueOfFlag(flags, name))
  return size > 0 ? size : undefined
}

/**
 * V8 gives the young generation three semi-spaces, each 1/128 of the old generation (1/256 up to 256 MiB), from 1 MiB up to a largest.
 * Solved by repeating it: the old generation is the limit without the young one that belongs to it.
 */
function withoutYoung(limit: number, largest: number): number {
  let old = limit
  for (let round = 0; round < 4; round++) {
    const semi = old / (old > 256.5 * MIB ? 128 : 256)
    old = limit - 3 * Math.min(largest, Math.max(MIB, semi))
  }
  return old
}
