import { constants, PerformanceObserver } from 'node:perf_hooks'

/** Garbage collections of one kind since they were first asked for. */
export interface CollectionCount {
  readonly kind: 'minor' | 'major' | 'incremental' | 'weakcb'
  readonly collections: number
  readonly seconds: number
}

/**
 * Counts garbage collections, every one of them from when they were first asked for: to hear of each costs a busy service 1 to 3 % of its time
 * (`npm run bench -- greeting`).
 */
export interface Collections {
  counts(): readonly CollectionCount[]
  /** Lets them be counted; again after a stop it goes on. */
  start(): void
  stop(): void
}

const KINDS = {
  minor: constants.NODE_PERFORMANCE_GC_MINOR,
  major: constants.NODE_PERFORMANCE_GC_MAJOR,
  incremental: constants.NODE_PERFORMANCE_GC_INCREMENTAL,
  weakcb: constants.NODE_PERFORMANCE_GC_WEAKCB,
} as const

interface Entry {
  readonly duration: number
  readonly detail?: { readonly kind?: number }
}

export function createCollections(): Collections {
  const tallies = Object.entries(KINDS).map(([kind, code]) => ({
    kind: kind as CollectionCount['kind'],
    code,
    collections: 0,
    seconds: 0,
  }))
  const observer = new PerformanceObserver((list) => {
    // One call may bring many entries: whoever reads the first alone counts one of thirty-five.
    for (const { duration, detail } of list.getEntries() as readonly Entry[]) {
      const tally = tallies.find(({ code }) => code === detail?.kind)
      if (!tally) continue
      tally.collections++
      tally.seconds += duration / 1_000
    }
  })
  let [mayCount, isCounting] = [false, false]
  const count = () => {
    if (!mayCount || isCounting) return
    isCounting = true
    observer.observe({ entryTypes: ['gc'] })
  }
  return {
    counts() {
      count()
      return tallies.map(({ kind, collections, seconds }) => ({ kind, collections, seconds }))
    },
    start() {
      mayCount = true
    },
    stop() {
      mayCount = false
      isCounting = false
      observer.disconnect()
    },
  }
}
