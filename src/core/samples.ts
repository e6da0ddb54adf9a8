import type { Sample } from './check.ts'

/** What judge is given: at least one sample, newest last. */
export type Samples<Reading> = readonly [Sample<Reading>, ...Sample<Reading>[]]

export function newest<Reading>(samples: Samples<Reading>): Sample<Reading> {
  return samples.at(-1) ?? samples[0]
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
