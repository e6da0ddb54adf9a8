/** From this length on a word may hold two slips and still be known. */
const LONG = 7

/**
 * The known name that a word is a slip of the pen away from (its case, a letter that is missing, doubled, or changed places with the
 * next; two slips in a long name), if any. Narrow on purpose: what is merely alike may be meant, as `ports` beside `parts`: one edit
 * apart, so that an edit distance would not do.
 */
export function slipOf(word: string, known: readonly string[]): string | undefined {
  return (
    known.find((name) => name.toLowerCase() === word.toLowerCase()) ??
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
  const isSwapped = restA.length > 1 && restA[0] === restB[1] && restA[1] === restB[0]
  const isDoubled = restA !== '' && restA[0] === a[same - 1]
  return (
    (isSwapped && isWithin(restA.slice(2), restB.slice(2), slips - 1)) ||
    (isDoubled && isWithin(restA.slice(1), restB, slips - 1)) ||
    (restB !== '' && isWithin(restA, restB.slice(1), slips - 1))
  )
}
