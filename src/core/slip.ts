/** From this length on a word may hold two slips and still be known. */
const LONG = 7

/**
 * The known name that a word is a slip of the pen away from (a letter too many, too few, another, or two that changed places; two slips in
 * a long name), if any. Narrow on purpose: what is merely alike may be meant.
 */
export function slipOf(word: string, known: readonly string[]): string | undefined {
  return (
    known.find((name) => isWithin(word, name, 1)) ??
    known.find((name) => name.length >= LONG && isWithin(word, name, 2))
  )
}

function isWithin(a: string, b: string, slips: number): boolean {
  if (Math.abs(a.length - b.length) > slips) return false
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  const [restA, restB] = [a.slice(same), b.slice(same)]
  if (restA === restB) return true
  if (slips === 0) return false
  const [one, other] = [restA.slice(1), restB.slice(1)]
  const swapped = restA[0] === restB[1] && restA[1] === restB[0] && isWithin(one.slice(1), other.slice(1), slips - 1)
  return (
    swapped ||
    [
      [one, other],
      [one, restB],
      [restA, other],
    ].some(([x = '', y = '']) => isWithin(x, y, slips - 1))
  )
}
