import { type Bench, defineFault, type Effects } from './fault.ts'
import { bytes } from './fields.ts'
import { atRate } from './pace.ts'

const MIB = 2 ** 20

/** Small enough to be no large object: it is born young and grows old, as what leaks does. */
const HEAP_CHUNK_BYTES = 16 * 1024
const BUFFER_CHUNK_BYTES = 64 * 1024

export const heapLeakFault = defineFault({
  name: 'heap-leak',
  about: 'keeps more and more objects in the heap of V8',
  fields: ({ heapBytes }) => leakFields(heapBytes),
  begin: (settings, bench) => leak(settings, bench, HEAP_CHUNK_BYTES, heapChunk),
})

/** Outside the heap: the floor that collections leave stays flat, while the working set grows. */
export const bufferLeakFault = defineFault({
  name: 'buffer-leak',
  about: 'keeps more and more Buffers, outside the heap of V8',
  fields: ({ bufferBytes }) => leakFields(bufferBytes),
  begin: (settings, bench) => leak(settings, bench, BUFFER_CHUNK_BYTES, bufferChunk),
})

function leakFields(most: number) {
  return {
    bytesPerSecond: bytes({ min: 1024, max: most, fallback: Math.min(most, MIB) }),
    maxBytes: bytes({ min: 1024, max: most, fallback: most }),
  }
}

interface Leak {
  readonly bytesPerSecond: number
  readonly maxBytes: number
}

function leak({ bytesPerSecond, maxBytes }: Leak, bench: Bench, size: number, make: () => unknown): Effects {
  const kept: unknown[] = []
  const work = atRate(bytesPerSecond / size, bench, (due) => {
    for (let left = due; left > 0 && (kept.length + 1) * size <= maxBytes; left--) kept.push(make())
  })
  return {
    work,
    progress: () => ({ kept_bytes: kept.length * size }),
    end: () => {
      kept.length = 0
    },
  }
}

/** Fractions are kept as they are, eight bytes each. */
function heapChunk(): readonly number[] {
  return new Array(HEAP_CHUNK_BYTES / 8).fill(0.5)
}

/** Memory that was never written to is not the process's yet: it is filled. */
function bufferChunk(): Buffer {
  return Buffer.alloc(BUFFER_CHUNK_BYTES, 1)
}
