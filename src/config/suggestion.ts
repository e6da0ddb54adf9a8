import leven from 'leven'

/** `; did you mean disk-usage?`, or nothing where nothing is near. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, distance: leven(word, candidate) }))
    .filter(({ distance }) => distance <= Math.max(2, word.length / 4))
    .sort((a, b) => a.distance - b.distance)[0]
  return near ? `; did you mean ${near.candidate}?` : ''
}
