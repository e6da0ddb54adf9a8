import { ExactSum } from './exact-sum.ts'

/** What decides how many probes a life stands. */
export interface OddsSettings {
  /** Percentage points that each access adds, as `decay.step`. */
  readonly step: number
  /** A failure chance beside the decay, 0–1, the same for each probe: a network that loses some. Default 0. */
  readonly rate?: number
  /** Failures in a row that end a life. */
  readonly failureThreshold: number
  /** Accesses by others for each probe that is counted: 1 where a readiness probe of the same period asks the same path. Default 0. */
  readonly othersPerProbe?: number
  /** How a life stands that has begun: its counter in percent, and how many probes have failed in a row. Default a new one. */
  readonly begun?: { readonly percent: number; readonly row: number }
  /** No course is followed further. Default a million probes. */
  readonly most?: number
}

/** How many probes until a restart: exact. */
export interface Odds {
  /** `chances[n]` is P(N = n); what is missing of 1 lies beyond the end, or comes never. */
  readonly chances: readonly number[]
  readonly mean: number
  readonly sd: number
  /** The smallest n by which at least this share of lives has ended; Infinity where that is not so within the end. */
  quantile(share: number): number
}

/** Below this much left to tell of, the rest is not worth a step; and at the latest after so many steps. */
const LEAST_CHANCE = 1e-13
const MOST_PROBES = 1_000_000

const NEW = { percent: 0, row: 0 }

/**
 * The distribution of probes until a restart, in as many steps as there are probes, whatever the threshold k: a life ends with probe n
 * when it was not over at n - k, that probe succeeded, and the k after it all failed. How likely that row is comes from sums of
 * logarithms, since the product of many chances is nothing.
 */
export function oddsOf(settings: OddsSettings): Odds {
  const { step, rate = 0, failureThreshold: k, othersPerProbe = 0, begun = NEW, most = MOST_PROBES } = settings
  const chances = [0]
  const first = k - begun.row
  if (first > most) return summary(chances)
  // Of the last k probes: the chance that a row begins after it in a life that is not over, and the sum of logarithms up to it.
  const [fresh, high, low] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)]
  const rows = new ExactSum(0)
  const alive = new ExactSum(1)
  for (let n = 1; n <= most && alive.value > LEAST_CHANCE; n++) {
    const accesses = n + Math.floor(n * othersPerProbe + 1e-9)
    const decayed = Math.min(1, (begun.percent + step * accesses) / 100)
    const p = decayed + (1 - decayed) * rate
    if (p === 0) break
    rows.add(Math.log(p))
    const slot = n % k
    const logOfRow = rows.high - (high[slot] ?? 0) + (rows.low - (low[slot] ?? 0))
    const ended = Math.exp(logOfRow) * (n === first ? 1 : (fresh[slot] ?? 0))
    fresh[slot] = (1 - p) * alive.value
    high[slot] = rows.high
    low[slot] = rows.low
    chances.push(ended)
    alive.add(-ended)
  }
  return summary(chances)
}

/** For a constant failure chance p: the mean number of probes until k in a row. Infinite for p = 0. */
export function meanAtRate(p: number, k: number): number {
  return p === 1 ? k : (1 - p ** k) / ((1 - p) * p ** k)
}

function summary(chances: readonly number[]): Odds {
  const isWhole = sumOf(chances, (chance) => chance) > 1 - 1e-9
  const mean = isWhole ? sumOf(chances, (chance, n) => chance * n) : Number.POSITIVE_INFINITY
  const sd = isWhole ? Math.sqrt(sumOf(chances, (chance, n) => chance * (n - mean) ** 2)) : Number.POSITIVE_INFINITY
  return { chances, mean, sd, quantile: (share) => quantileOf(chances, share) }
}

function quantileOf(chances: readonly number[], share: number): number {
  let gone = 0
  const n = chances.findIndex((chance) => {
    gone += chance
    return gone >= share
  })
  return n < 0 ? Number.POSITIVE_INFINITY : n
}

function sumOf(chances: readonly number[], term: (chance: number, n: number) => number): number {
  let total = 0
  for (let n = 0; n < chances.length; n++) total += term(chances[n] ?? 0, n)
  return total
}
