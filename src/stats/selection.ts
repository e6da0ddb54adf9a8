/**
 * Puts the value there that sorting would put at `rank`, none larger before it and none smaller behind it. Some ranks of many values
 * cost a fraction of sorting them all. What has been settled stays so: ask for the next rank from there on.
 * @param values finite; their order is changed
 * @param from the first place that is not yet settled
 * @returns the value at `rank`; NaN outside of the values
 * @see Hoare 1961, "Algorithm 65: find", Communications of the ACM 4
 */
export function settle(values: Float64Array, rank: number, from = 0): number {
  let [low, high] = [from, values.length - 1]
  while (low < high) {
    const pivot = values[rank] ?? Number.NaN
    let [i, j] = [low, high]
    while (i <= j) {
      while ((values[i] ?? pivot) < pivot) i++
      while ((values[j] ?? pivot) > pivot) j--
      if (i <= j) swap(values, i++, j--)
    }
    if (j < rank) low = i
    if (rank < i) high = j
  }
  return values[rank] ?? Number.NaN
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i] ?? Number.NaN
  values[i] = values[j] ?? Number.NaN
  values[j] = kept
}
