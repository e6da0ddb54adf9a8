import { constants, PerformanceObserver, type PerformanceObserverEntryList } from 'node:perf_hooks'

type Kind = 'minor' | 'major' | 'incremental' | 'weakcb'

/** Garbage collections of one kind since watching began. */
export interface CollectionCount {
  readonly kind: Kind
  readonly collections: number
  readonly seconds: number
}

/** Counts garbage collections, every one of them. */
export interface Collections {
  counts(): readonly CollectionCount[]
  /** Begins to count; again after a stop it goes on. */
  start(): void
  stop(): void
}

const BY_CODE = new Map<number | undefined, Kind>([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])
const KINDS = [...BY_CODE.values()]

export function createCollections(): Collections {
  const tallies = new Map(KINDS.map((kind) => [kind, { collections: 0, milliseconds: 0 }]))
  let stop = () => {}
  return {
    counts: () =>
      [...tallies].map(([kind, { collections, milliseconds }]) => ({
        kind,
        collections,
        seconds: milliseconds / 1_000,
      })),
    start() {
      stop()
      stop = watchCollections((kind, milliseconds) => {
        const tally = tallies.get(kind)
        if (!tally) return
        tally.collections++
        tally.milliseconds += milliseconds
      })
    },
    stop: () => stop(),
  }
}

interface Entry {
  readonly duration: number
  readonly detail?: { readonly kind?: number }
}

type Listener = (kind: Kind, milliseconds: number) => void

const listeners = new Set<Listener>()
let observer: PerformanceObserver | undefined

/**
 * Tells of each garbage collection in this process, soon after it. One observer serves all who listen: Node makes an entry of each
 * collection anew for every observer, and under load there are dozens of collections a second.
 * @returns ends it
 */
export function watchCollections(listener: Listener): () => void {
  const own: Listener = (kind, milliseconds) => listener(kind, milliseconds)
  listeners.add(own)
  if (!observer) {
    observer = new PerformanceObserver(tellAll)
    observer.observe({ entryTypes: ['gc'] })
  }
  return () => {
    listeners.delete(own)
    if (listeners.size > 0) return
    observer?.disconnect()
    observer = undefined
  }
}

function tellAll(list: PerformanceObserverEntryList): void {
  // One call may bring many entries: whoever reads the first alone counts one of thirty-five.
  for (const { duration, detail } of list.getEntries() as readonly Entry[]) {
    const kind = BY_CODE.get(detail?.kind)
    if (kind) for (const listener of listeners) listener(kind, duration)
  }
}
