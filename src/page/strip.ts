import type { HistoryPoint, HistorySpan } from '../core/history.ts'
import { type Status, worst } from '../core/status.ts'
import { type Html, html } from './html.ts'
import { placed } from './numbers.ts'
import type { Words } from './words.ts'

/** How high each status stands in a strip: what is worse is higher, so that it is seen without its colour. */
const HEIGHTS: Readonly<Record<Status, number>> = { pass: 2, unknown: 5, warn: 5, fail: 9 }

/** What was said over the time of a chart, as one bar for each run of the same. */
export function strip(points: readonly HistoryPoint[], x: (at: number) => number, end: number, top: number): Html {
  const runs: { readonly said: Status; readonly from: number }[] = []
  for (const { at, said } of points) if (runs.at(-1)?.said !== said) runs.push({ said, from: x(at) })
  const bars = runs.map(({ said, from }, index) => bar(said, from, runs[index + 1]?.from ?? end, top))
  return html`<g class="strip">${bars}</g>`
}

function bar(said: Status, from: number, to: number, top: number): Html {
  const height = HEIGHTS[said]
  const width = Math.max(1.5, to - from)
  return html`<rect class="${said}" x="${placed(from)}" y="${placed(top)}" width="${placed(width)}" height="${height}"/>`
}

const [WIDTH, HEIGHT, DAY_MS] = [340, 52, 24 * 3_600_000]
/** Four spans of history together are a bar of a day: 20 minutes. */
const BARS = 72

/** A day in one line: the highest value of each 20 minutes, over what was said. Nothing until there are 15 minutes to show. */
export function day(spans: readonly HistorySpan[], now: number, words: Words): Html {
  if (spans.length < 3) return html``
  const bars = Array.from({ length: BARS }, (_, index) => between(spans, now, index)).filter((one) => one !== undefined)
  const highest = Math.max(...bars.map(({ most }) => most ?? 0)) || 1
  const y = (value: number) => placed(38 - (value / highest) * 34)
  const path = bars.map(({ x, most }) => (most === undefined ? '' : `M${placed(x)} 38V${y(most)}`)).join('')
  const said = bars.map(({ x, worst }) => bar(worst, x - 2, x + 2, 41))
  return html`<p class="label">${words.labels.lastDay}</p><svg class="day" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><path class="bars" d="${path}"/><g class="strip">${said}</g></svg>`
}

function between(spans: readonly HistorySpan[], now: number, index: number) {
  const from = now - DAY_MS + (index * DAY_MS) / BARS
  const its = spans.filter((span) => span.to > from && span.to <= from + DAY_MS / BARS)
  const most = its.flatMap((span) => span.most ?? [])
  if (its.length === 0) return undefined
  return {
    x: ((index + 0.5) / BARS) * WIDTH,
    worst: worst(its.map((span) => span.worst)),
    ...(most.length > 0 && { most: Math.max(...most) }),
  }
}
