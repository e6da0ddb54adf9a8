import type { HistorySpan, Spell } from '../core/history.ts'
import type { Status } from '../core/status.ts'
import { FRAME } from './frame.ts'
import { type Html, html } from './html.ts'
import { placed } from './numbers.ts'
import type { Words } from './words.ts'

/** How high each status stands in a strip: what is worse is higher, so that it is seen without its colour. */
const HEIGHTS: Readonly<Record<Status, number>> = { pass: 2, unknown: 5, warn: 5, fail: 9 }

/** What was said over the time of a chart, as one bar for each spell: from where the chart begins, for one that had begun before. */
export function strip(spells: readonly Spell[], x: (at: number) => number, end: number, top: number): Html {
  const from = spells.map((spell) => Math.max(0, x(spell.from)))
  const bars = spells.map(({ said }, nth) => bar(said, from[nth] ?? 0, from[nth + 1] ?? end, top))
  return html`<g class="strip">${bars}</g>`
}

function bar(said: Status, from: number, to: number, top: number): Html {
  const height = HEIGHTS[said]
  const width = Math.max(1.5, to - from)
  return html`<rect class="${said}" x="${placed(from)}" y="${placed(top)}" width="${placed(width)}" height="${height}"/>`
}

const [WIDTH, HEIGHT, DAY_MS] = [FRAME.width, 52, 24 * 3_600_000]
/** Four spans of history together are a bar of a day: 20 minutes. */
const BARS = 72

/** A day in one line: the highest value of each 20 minutes, over what was said. Nothing until there are 15 minutes to show. */
export function day(spans: readonly HistorySpan[], now: number, words: Words): Html {
  if (spans.length < 3) return html``
  const begun = now - DAY_MS
  const x = (at: number) => ((at - begun) / DAY_MS) * WIDTH
  const bars = tallest(spans, begun)
  const highest = Math.max(...bars.values()) || 1
  const path = [...bars].map(([index, most]) => {
    return `M${placed(((index + 0.5) / BARS) * WIDTH)} 38V${placed(38 - (most / highest) * 34)}`
  })
  const said = spans.filter(({ worst }, nth) => spans[nth - 1]?.worst !== worst)
  const spells = said.map(({ from, worst }) => ({ from: Math.max(from, begun), said: worst }))
  return html`<p class="label">${words.labels.lastDay}</p>
<svg class="day" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><path class="bars" d="${path.join('')}"/>${strip(spells, x, WIDTH, 41)}</svg>`
}

/** The highest value of each bar's time; a bar without a value is missing. */
function tallest(spans: readonly HistorySpan[], begun: number): ReadonlyMap<number, number> {
  const bars = new Map<number, number>()
  for (const { to, most } of spans) {
    const index = Math.min(BARS - 1, Math.floor(((to - 1 - begun) / DAY_MS) * BARS))
    if (most !== undefined && index >= 0) bars.set(index, Math.max(most, bars.get(index) ?? most))
  }
  return bars
}
