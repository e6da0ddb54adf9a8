import type { Sample } from './check.ts'

/** What judge is given: at least one sample, newest last. */
export type Samples<Reading> = readonly [Sample<Reading>, ...Sample<Reading>[]]

export function newest<Reading>(samples: Samples<Reading>): Sample<Reading> {
  return samples.at(-1) ?? samples[0]
}

/** The newest sample that is at least `ms` older than the newest of all; undefined where none goes back that far. */
export function atLeastAgo<Reading>(samples: Samples<Reading>, ms: number): Sample<Reading> | undefined {
  const { at } = newest(samples)
  return samples.findLast((sample) => sample.at <= at - ms)
}
