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
 * The distribution of probes until a restart. With `a_j` the chance of being alive with a row of j failures, each probe that fails
 * with p moves a_j to a_(j+1), and one that succeeds moves all to a_0; a row of `failureThreshold` is the end.
 */
export function oddsOf(settings: OddsSettings): Odds {
  const { step, rate = 0, failureThreshold, othersPerProbe = 0, begun = NEW, most = MOST_PROBES } = settings
  const chances = [0]
  let rows: readonly number[] = Array.from({ length: failureThreshold }, (_, row) => (row === begun.row ? 1 : 0))
  for (let n = 1; n <= most && sum(rows) > LEAST_CHANCE; n++) {
    const accesses = n + Math.floor(n * othersPerProbe + 1e-9)
    const decayed = Math.min(1, (begun.percent + step * accesses) / 100)
    const p = 1 - (1 - decayed) * (1 - rate)
    if (p === 0 && step === 0) break
    chances.push(p * (rows.at(-1) ?? 0))
    rows = [(1 - p) * sum(rows), ...rows.slice(0, -1).map((chance) => p * chance)]
  }
  return summary(chances)
}

/** For a constant failure chance p: the mean number of probes until k in a row. Infinite for p = 0. */
export function meanAtRate(p: number, k: number): number {
  return p === 1 ? k : (1 - p ** k) / ((1 - p) * p ** k)
}

function summary(chances: readonly number[]): Odds {
  const told = sum(chances)
  const isWhole = told > 1 - 1e-9
  const mean = isWhole ? sum(chances.map((chance, n) => chance * n)) : Number.POSITIVE_INFINITY
  const sd = isWhole ? Math.sqrt(sum(chances.map((chance, n) => chance * (n - mean) ** 2))) : Number.POSITIVE_INFINITY
  return { chances, mean, sd, quantile: (share) => quantileOf(chances, share) }
}

function quantileOf(chances: readonly number[], share: number): number {
  let gone = 0
  for (const [n, chance] of chances.entries()) {
    gone += chance
    if (gone >= share) return n
  }
  return Number.POSITIVE_INFINITY
}

function sum(numbers: readonly number[]): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
