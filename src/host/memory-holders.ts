import { inBytes } from '../core/byte-size.ts'
import type { MemoryReading } from './memory.ts'

/** What holds the memory that is counted against a limit. */
type Holder = 'heap' | 'buffers' | 'native' | 'others'

interface Held {
  readonly bytes: Readonly<Record<Holder, number>>
  /** Whether the heap and the Buffers have been given more than is in use: what was never written to is in no memory yet. */
  readonly isUntouched: boolean
}

/** What others hold is told from this share on: the kernel's counts and the process's own differ a little anyway. */
const OTHERS_COUNT_FROM = 0.05

/** Who holds how much of the memory in use, in brackets: `heap 41 MiB, buffers 290 MiB, native memory 19 MiB`. */
export function holdersInWords(reading: MemoryReading): string {
  const { bytes, isUntouched } = heldIn(reading)
  const own = `heap ${inBytes(bytes.heap)}, buffers ${inBytes(bytes.buffers)}`
  if (isUntouched) return `${own}, not all of it touched yet`
  const isShared = bytes.others >= OTHERS_COUNT_FROM * reading.kernel.usedBytes
  return `${own}, native memory ${inBytes(bytes.native)}${isShared ? `, outside this process ${inBytes(bytes.others)}` : ''}`
}

/**
 * What a person does about the part of a check that speaks, where that is not what helps against a full heap.
 * @param subject `working-set` is advised on by what is largest in it
 */
export function adviceOnMemory(subject: string, reading: MemoryReading): string | undefined {
  if (subject === 'external') return ADVICE.buffers
  if (subject === 'native') return ADVICE.native
  return subject === 'working-set' ? ADVICE[largestIn(heldIn(reading).bytes)] : undefined
}

function heldIn({ heapTotalBytes, externalBytes, nativeBytes, kernel: { usedBytes } }: MemoryReading): Held {
  const rest = usedBytes - heapTotalBytes - externalBytes
  // The program's own file is resident, and not counted against a cgroup's limit.
  const native = Math.max(0, Math.min(nativeBytes, rest))
  const others = Math.max(0, rest - native)
  return { bytes: { heap: heapTotalBytes, buffers: externalBytes, native, others }, isUntouched: rest < 0 }
}

function largestIn(bytes: Held['bytes']): Holder {
  const holders = Object.keys(bytes) as Holder[]
  return holders.reduce((largest, one) => (bytes[one] > bytes[largest] ? one : largest))
}

const ONLY_THEN =
  'give it more (resources.limits.memory; of a ceiling that is set by hand, ceilingBytes) only where it is meant to need that much'

const ADVICE: Readonly<Record<Holder, string | undefined>> = {
  heap: undefined,
  buffers: `find what keeps Buffers and ArrayBuffers: streams that nobody reads to the end, files that are read whole, a cache of Buffers; process.memoryUsage() counts them as external and arrayBuffers; ${ONLY_THEN}`,
  native: `look outside V8, as a heap snapshot does not show it: native add-ons, worker threads (each has a heap of its own), freed memory that the allocator keeps (fragmentation; with glibc MALLOC_ARENA_MAX=2 lessens it); ${ONLY_THEN}`,
  others:
    'look beside this process: other processes under the same limit, files in memory (/dev/shm, an emptyDir of medium Memory), the kernel’s own for sockets; kubectl exec POD -- cat /sys/fs/cgroup/memory.stat tells them apart (anon, shmem, sock)',
}
