import { kendall } from '../../../src/stats/kendall.ts'
import { seriesOf } from '../../../src/stats/series.ts'
import { theilSen } from '../../../src/stats/theil-sen.ts'
import { CONTAINER_MB, HEAP_LIMIT_MB, type Minute } from './memory-traces.ts'

/** How others would judge the same minutes: true at each minute at which the rule alarms. */
export interface Peer {
  readonly name: string
  alarms(minutes: readonly Minute[]): (at: number) => boolean
}

export const PEERS: readonly Peer[] = [
  { name: 'raw heap > 80 %', alarms: (minutes) => (at) => rawAt(minutes, at) > 0.8 * HEAP_LIMIT_MB },
  {
    name: '> 1.3 × highest before production',
    // "Before production" is the first two hours.
    alarms(minutes) {
      const highest = Math.max(...minutes.slice(0, 120).map(({ raw }) => raw))
      return (at) => at >= 120 && rawAt(minutes, at) > 1.3 * highest
    },
  },
  {
    name: 'RSS > 80 % of container',
    alarms: (minutes) => (at) => (minutes[at]?.rss ?? 0) > 0.8 * CONTAINER_MB,
  },
  { name: 'five growths in a row', alarms: fiveGrowths },
  { name: 'Mann–Kendall + Sen on raw, 6 h', alarms: rankedGrowth },
]

function rawAt(minutes: readonly Minute[], at: number): number {
  return minutes[at]?.raw ?? 0
}

/** The rule of the old memwatch: the heap after five collections running was larger than after the one before. */
function fiveGrowths(minutes: readonly Minute[]): (at: number) => boolean {
  const alarmed = new Set<number>()
  let [before, row] = [Number.POSITIVE_INFINITY, 0]
  for (const { minute, floors } of minutes) {
    for (const floor of floors) {
      row = floor > before ? row + 1 : 0
      before = floor
      if (row >= 5) alarmed.add(minute)
    }
  }
  return (at) => alarmed.has(at)
}

/** The textbook: a significant trend (0.1 %, one-sided) of the raw heap in 6 h, which by Sen's slope reaches the limit within 48 h. */
function rankedGrowth(minutes: readonly Minute[]): (at: number) => boolean {
  return (at) => {
    if (at < 360 || at % 10 !== 0) return false
    const points = seriesOf(Array.from({ length: 36 }, (_, i) => ({ t: i * 10, v: rawAt(minutes, at - 350 + i * 10) })))
    if (kendall(points.values).z <= 3.09) return false
    const { slope = 0, intercept = 0 } = theilSen(points) ?? {}
    return slope > 0 && (HEAP_LIMIT_MB - intercept - slope * 350) / slope < 48 * 60
  }
}
