import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { DEFAULT_STEP, type Decay, type Draw } from '../core/draw.ts'

export type { Decay, Draw }

export interface DecaySettings {
  /** Percentage points that each draw adds, 0–100. 0 turns decay off. Default 2. */
  readonly step?: number
  /** A whole number; the same seed gives the same run. Default: a new one for each run. */
  readonly seed?: number
}

export function createDecay({ step = DEFAULT_STEP, seed = newSeed() }: DecaySettings = {}): Decay {
  const generator = xoroshiro128plus(seed)
  let last: Draw = { percent: 0, failed: false }
  return {
    draw() {
      const percent = Math.min(100, last.percent + step)
      // Drawn from [0, 100): a counter of 100 always fails, one of 0 never does.
      last = { percent, failed: uniformFloat64(generator) * 100 < percent }
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
