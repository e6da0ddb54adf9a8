/** How surely values rise (or fall) with time, whatever the shape of the rise. */
export interface Trend {
  /** From -1, every pair falls, to 1, every pair rises. Pairs of equal values count as neither. */
  readonly tau: number
  /** Standard deviations away from "no trend", with the correction for continuity and for equal values. 0 when nothing differs. */
  readonly z: number
}

/**
 * The Mann–Kendall test on values in the order of time. It looks at all pairs and costs little, so it is worth asking first.
 * @see Mann 1945, "Nonparametric tests against trend", Econometrica 13; Kendall 1975, "Rank correlation methods"
 */
export function kendall(values: Float64Array): Trend {
  const n = values.length
  const pairs = (n * (n - 1)) / 2
  if (pairs === 0) return { tau: 0, z: 0 }
  const { score, tied } = compare(values)
  const variance = (spreadOf(n) - (tied ? sum(sizesOfTies(values).map(spreadOf)) : 0)) / 18
  const z = variance > 0 ? (score - Math.sign(score)) / Math.sqrt(variance) : 0
  return { tau: score / pairs, z }
}

const spreadOf = (n: number) => n * (n - 1) * (2 * n + 5)

/** All pairs: rises less falls, and whether any two are equal. */
function compare(values: Float64Array): { readonly score: number; readonly tied: boolean } {
  let [rises, falls] = [0, 0]
  for (let i = 1; i < values.length; i++) {
    const v = values[i] ?? Number.NaN
    for (let j = 0; j < i; j++) {
      const before = values[j] ?? v
      // No branch: which way a pair goes cannot be foretold.
      rises += Number(v > before)
      falls += Number(v < before)
    }
  }
  return { score: rises - falls, tied: rises + falls < (values.length * (values.length - 1)) / 2 }
}

function sizesOfTies(values: Float64Array): readonly number[] {
  const sizes = new Map<number, number>()
  for (const v of values) sizes.set(v, (sizes.get(v) ?? 0) + 1)
  return [...sizes.values()]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
