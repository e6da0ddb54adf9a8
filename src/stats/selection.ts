/**
 * Puts those values where sorting would put them that belong at `ranks`, none larger before each of them and none smaller behind it. Some
 * ranks of many values cost a fifth of sorting them all.
 * @param values no NaN among them; their order is changed
 * @param ranks ascending, each a place in `values`
 * @see Hoare 1961, "Algorithm 65: find", Communications of the ACM 4
 */
export function settle(values: Float64Array, ranks: readonly number[]): void {
  settleBetween(values, { first: 0, last: values.length - 1 }, ranks, { first: 0, last: ranks.length - 1 })
}

/**
 * From one place to another, both included. Not `low` and `high`: V8 keeps fields as fractions in all objects of the same names once they
 * are that in one, and counting in fractions would cost twice as much here.
 */
interface Places {
  readonly first: number
  readonly last: number
}

/** Parts them by one of the values until each rank is settled: one pass serves all ranks that lie between the same places. */
function settleBetween(values: Float64Array, { first, last }: Places, ranks: readonly number[], wanted: Places): void {
  if (wanted.first > wanted.last || first >= last) return
  const found = part(values, { first, last }, ranks[(wanted.first + wanted.last) >> 1] ?? first)
  let [before, behind] = [wanted.first, wanted.last]
  while (before <= behind && (ranks[before] ?? last) < found.first) before++
  while (behind >= before && (ranks[behind] ?? first) > found.last) behind--
  settleBetween(values, { first, last: found.first - 1 }, ranks, { first: wanted.first, last: before - 1 })
  settleBetween(values, { first: found.last + 1, last }, ranks, { first: behind + 1, last: wanted.last })
}

/**
 * Parts them by the value at one of the places: smaller ones first, then itself, then the others.
 * @returns where that value now is, with its equals where nothing is smaller: many of them would be parted one at a time
 */
function part(values: Float64Array, { first, last }: Places, at: number): Places {
  const pivot = values[at] ?? Number.NaN
  swap(values, at, last)
  let middle = first
  for (let i = first; i < last; i++) {
    const value = values[i] ?? pivot
    values[i] = values[middle] ?? pivot
    values[middle] = value
    // No branch: which way it goes cannot be foretold, and a processor loses more by a wrong guess than by the whole step.
    middle += Number(value < pivot)
  }
  swap(values, middle, last)
  let end = middle + 1
  if (middle === first) for (let i = end; i <= last; i++) if (values[i] === pivot) swap(values, i, end++)
  return { first: middle, last: end - 1 }
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i] ?? Number.NaN
  values[i] = values[j] ?? Number.NaN
  values[j] = kept
}
