import { counter, keptSample, type Labels } from './family.ts'

/**
 * A counter that is told of each event, with the labels in the same order each time.
 * @param known labels that begin at 0: a counter that appears with its first event hides that event from rate() and increase()
 */
export function createTally<L extends Labels>(name: string, help: string, known: readonly L[]) {
  const all = new Map<string, { readonly labels: L; count: number }>()
  const seriesOf = (labels: L) => {
    const key = Object.values(labels).join('\n')
    const series = all.get(key) ?? { labels, count: 0 }
    all.set(key, series)
    return series
  }
  known.forEach(seriesOf)
  const samples = () => Array.from(all.values(), ({ labels, count }) => keptSample(labels, count))
  return { ...counter(name, help, samples), count: (labels: L) => void seriesOf(labels).count++ }
}
