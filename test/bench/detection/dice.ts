import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Seeded chance: the same seed gives the same trace. */
export interface Dice {
  /** Uniform between two numbers. */
  between(low: number, high: number): number
  /** Normal, mean 0, standard deviation 1 (Box–Muller). */
  normal(): number
  /** Time to the next of events that come once in `mean` on average. */
  wait(mean: number): number
}

/** Neighbouring seeds, as they are, begin with nearly the same draws: they are multiplied apart first (Knuth: 2^32 over the golden ratio). */
export function diceOf(seed: number): Dice {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1))
  const uniform = () => uniformFloat64(generator)
  return {
    between: (low, high) => low + (high - low) * uniform(),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    wait: (mean) => -mean * Math.log(1 - uniform()),
  }
}
