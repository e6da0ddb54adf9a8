import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** One access to the heartbeat: what the counter says, and whether the draw failed. */
export interface Draw {
  /** The counter, in percent: the probability with which this draw failed. */
  readonly percent: number
  readonly failed: boolean
}

export interface DecaySettings {
  /** Percentage points that each draw adds, 0–100. 0 turns decay off. Default 2. */
  readonly step?: number
  /** A whole number; the same seed gives the same run. Default: a new one for each run. */
  readonly seed?: number
}

/** The chapter's counter: each draw makes the next failure likelier. It belongs to one run and begins at 0. */
export interface Decay {
  /** Adds a step, at most to 100, then draws with that probability. */
  draw(): Draw
  /** The last draw, which stands until the next; before any, 0 % and no failure. */
  readonly last: Draw
}

/** The chapter's own step. */
export const DEFAULT_STEP = 2

export function createDecay({ step = DEFAULT_STEP, seed = newSeed() }: DecaySettings = {}): Decay {
  const generator = xoroshiro128plus(seed)
  let last: Draw = Object.freeze({ percent: 0, failed: false })
  return {
    draw() {
      const percent = Math.min(100, last.percent + step)
      // Drawn from [0, 100): a counter of 100 always fails, one of 0 never does.
      last = Object.freeze({ percent, failed: uniformFloat64(generator) * 100 < percent })
      return last
    },
    get last() {
      return last
    },
  }
}

function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
