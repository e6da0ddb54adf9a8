import type { Sample } from './check.ts'

/** What judge is given: at least one sample, newest last. */
export type Samples<Reading> = readonly [Sample<Reading>, ...Sample<Reading>[]]

export function newest<Reading>(samples: Samples<Reading>): Sample<Reading> {
  return samples.at(-1) ?? samples[0]
}
