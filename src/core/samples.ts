import type { Sample } from './check.ts'
import { inWords } from './wording.ts'

/** What judge is given: at least one sample, newest last. */
export type Samples<Reading> = readonly [Sample<Reading>, ...Sample<Reading>[]]

export function newest<Reading>(samples: Samples<Reading>): Sample<Reading> {
  return samples.at(-1) ?? samples[0]
}

/** What was counted up to some time ago, and how long ago that was. */
export interface CountedBefore<Reading> {
  /** Undefined where the counts began since, at 0. */
  readonly reading: Reading | undefined
  /** Never more than there was to watch: 0 at the first look, which tells all that came so far. */
  readonly ms: number
  /** Whether more was counted within the time that was asked for: a check that looks often does not keep so many looks. */
  readonly isCut: boolean
}

/**
 * Where counts of a window begin: what stood `ms` ago, or as long ago as the samples go back where a check that looks often does not keep
 * so many. Counts begin at 0 with the first look, so of fewer samples than `keep` the first is where they began.
 */
export function countedBefore<Reading>(samples: Samples<Reading>, ms: number, keep: number): CountedBefore<Reading> {
  const before = atLeastAgo(samples, ms)
  if (before) return { reading: before.reading, ms, isCut: false }
  const isCut = samples.length >= keep
  return { reading: isCut ? samples[0].reading : undefined, ms: newest(samples).at - samples[0].at, isCut }
}

/** How long a window is, as a sentence says it. Who reads of one that is cut is not to take its beginning for that of what is counted. */
export function windowInWords({ ms, isCut }: Pick<CountedBefore<unknown>, 'ms' | 'isCut'>): string {
  return `${inWords(ms)}${isCut ? ' (no more is kept)' : ''}`
}

/** The newest sample that is at least `ms` older than the newest of all; undefined where none goes back that far. */
export function atLeastAgo<Reading>(samples: Samples<Reading>, ms: number): Sample<Reading> | undefined {
  const until = newest(samples).at - ms
  // By halves: they are in the order of time, and many.
  let [from, to] = [0, samples.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((samples[middle]?.at ?? until) <= until) from = middle + 1
    else to = middle
  }
  return samples[from - 1]
}
