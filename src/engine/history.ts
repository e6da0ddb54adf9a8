import type { CheckHistory, HistoryPoint, HistorySpan, Spell } from '../core/history.ts'
import type { Sighting } from '../core/snapshot.ts'
import { type Status, worst } from '../core/status.ts'

/** How many looks are remembered in full. */
export const HISTORY_LENGTH = 60
const FINE_MS = 15 * 60_000
const FINE_STEP_MS = 5_000
const COARSE_MS = 24 * 3_600_000
const SPAN_MS = 5 * 60_000
/** As many as there are points: what is said may change at every look. */
const MOST_SPELLS = FINE_MS / FINE_STEP_MS

/**
 * What is remembered of one check. Bounded, whatever its rhythm: the oldest makes room for the newest. Times are of the day, which may
 * jump: what lies in the future of a new look is forgotten with it.
 */
export class History {
  #looks: Sighting[] = []
  #fine: HistoryPoint[] = []
  #coarse: Span[] = []
  #spells: Spell[] = []

  /** @param value the check's observed value, where it has one and the look saw it */
  add(sighting: Sighting, value?: number): void {
    const { at, said } = sighting
    this.#looks.push(Object.freeze(sighting))
    if (this.#looks.length > HISTORY_LENGTH) this.#looks.shift()
    addFine(this.#fine, { at, said, ...(value !== undefined && { value }) })
    addCoarse(this.#coarse, at, said, value)
    addSpell(this.#spells, at, said)
  }

  all(): CheckHistory {
    return {
      looks: [...this.#looks],
      fine: [...this.#fine],
      coarse: this.#coarse.map(told),
      spells: [...this.#spells],
    }
  }
}

/** Looks of one step are one point, as bad as the worst: a check that looks every 100 ms fills no more room than another. */
function addFine(points: HistoryPoint[], point: HistoryPoint): void {
  const step = stepOf(point.at)
  let { said } = point
  for (let last = points.at(-1); last && stepOf(last.at) >= step; last = points.at(-1)) {
    if (stepOf(last.at) === step) said = worst([said, last.said])
    points.pop()
  }
  points.push(Object.freeze({ ...point, said }))
  while ((points[0]?.at ?? point.at) <= point.at - FINE_MS) points.shift()
}

/** A point is of five seconds, and as bad as the worst of them: when a change was, it cannot tell. */
function addSpell(spells: Spell[], at: number, said: Status): void {
  while ((spells.at(-1)?.from ?? at) > at) spells.pop()
  if (spells.at(-1)?.said !== said) spells.push(Object.freeze({ from: at, said }))
  while (spells.length > MOST_SPELLS || (spells[1]?.from ?? at) <= at - FINE_MS) spells.shift()
}

interface Span {
  readonly from: number
  looks: number
  worst: Status
  seen: number
  least: number
  sum: number
  most: number
}

function addCoarse(spans: Span[], at: number, said: Status, value: number | undefined): void {
  const from = Math.floor(at / SPAN_MS) * SPAN_MS
  while ((spans.at(-1)?.from ?? from) > from) spans.pop()
  const span = spans.at(-1)?.from === from ? spans.pop() : undefined
  const grown = span ?? { from, looks: 0, worst: said, seen: 0, least: Infinity, sum: 0, most: -Infinity }
  grown.looks += 1
  grown.worst = worst([grown.worst, said])
  if (value !== undefined) {
    grown.seen += 1
    grown.least = Math.min(grown.least, value)
    grown.sum += value
    grown.most = Math.max(grown.most, value)
  }
  spans.push(grown)
  while ((spans[0]?.from ?? from) <= from - COARSE_MS) spans.shift()
}

function told({ from, looks, worst, seen, least, sum, most }: Span): HistorySpan {
  return { from, to: from + SPAN_MS, looks, worst, ...(seen > 0 && { least, mean: sum / seen, most }) }
}

function stepOf(at: number): number {
  return Math.floor(at / FINE_STEP_MS)
}
