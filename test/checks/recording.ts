import type { Said, Sample, Verdict } from '../../src/core/check.ts'

/** One judgement as it was: the newest sample, what had been said, what was concluded. */
export interface Step {
  readonly sample: Sample<unknown>
  readonly said?: Said
  readonly verdict: Verdict
}

/** The judgements of one check in one run, oldest first. */
export interface Recording {
  readonly settings: unknown
  readonly steps: readonly Step[]
}
