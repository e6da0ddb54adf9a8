import type { Forecast, ValueLimits } from '../core/check.ts'
import type { HistoryPoint, Spell } from '../core/history.ts'
import { byWorse } from '../core/status.ts'
import { apart } from '../core/wording.ts'
import { fan } from './fan.ts'
import { FRAME } from './frame.ts'
import { type Html, html } from './html.ts'
import { mark } from './marks.ts'
import { placed, shownName, shownValue } from './numbers.ts'
import { strip } from './strip.ts'
import type { Words } from './words.ts'

/** What a chart draws: the observed value of one check over the last minutes. */
export interface Course {
  readonly value: string
  readonly points: readonly HistoryPoint[]
  readonly spells: readonly Spell[]
  readonly limits: ValueLimits
  readonly forecast?: Forecast
  readonly now: number
}

const { width: WIDTH, top: TOP, bottom: BOTTOM, height: HEIGHT, foot: FOOT } = FRAME
/** How much of the width the future takes, where there is a forecast. */
const FUTURE = 84
/** More points than this are no more to see. */
const MOST_POINTS = 90
const SHORTEST_MS = 60_000

/** The history of a value as a line, with its limits drawn, and where there is a forecast, its fan. */
export function chart(course: Course, words: Words): Html {
  const points = thinned(course.points, course.now)
  const seen = points.flatMap(({ value }) => value ?? [])
  const name = shownName(course.value)
  if (seen.length === 0) return html``
  const { x, y, nowX, lastingMs } = scales(course, points, seen)
  const [least, most, now] = [Math.min(...seen), Math.max(...seen), seen.at(-1) ?? 0]
  const known = Object.values(course.limits)
  const shown = apart((value, more) => shownValue(course.value, value, more), now, known)
  const label = words.chart.about(name, words.lasting(lastingMs), shown(now), shown(least), shown(most))
  const limits = (['warn', 'fail'] as const).flatMap((level) => limitLine(level, course, y, words, shown))
  const described = [label, ...limits.map(({ text }) => text)].join('; ')
  const { forecast } = course
  return html`<figure class="chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${described}">
<line class="axis" x1="0" x2="${WIDTH}" y1="${BOTTOM}" y2="${BOTTOM}"/>${limits.map(({ line }) => line)}${limits.map(({ label }) => label)}
${lines(points, x, y)}${forecast && fan({ ...course, forecast, from: now, nowX, y, words })}
${strip(course.spells, x, nowX, BOTTOM + 3)}
<text x="0" y="${FOOT}">${words.chart.ago(words.lasting(lastingMs))}</text>
<text class="now" x="${nowX}" y="${FOOT}">${words.chart.now}</text>
</svg><figcaption>${name} <b>${shown(now)}</b>${legend(course.spells, words)}</figcaption></figure>`
}

/** What the bar's colours mean, as soon as there is more than one. */
function legend(spells: readonly Spell[], words: Words): Html | false {
  const said = [...new Set(spells.map((spell) => spell.said))].toSorted(byWorse)
  const keys = said.map((status) => html` <span class="${status}">${mark(status)} ${words.status[status]}</span>`)
  return said.length > 1 && html` <span class="key">${words.chart.bar}${keys}</span>`
}

interface Scales {
  readonly x: (at: number) => number
  readonly y: (value: number) => number
  readonly nowX: number
  readonly lastingMs: number
}

function scales(
  { limits, forecast, now, value }: Course,
  points: readonly HistoryPoint[],
  seen: readonly number[],
): Scales {
  const lastingMs = Math.max(SHORTEST_MS, now - (points[0]?.at ?? now))
  const nowX = forecast ? WIDTH - FUTURE : WIDTH
  const highest = Math.max(...seen, limits.warn ?? 0, limits.fail ?? 0, forecast && value.endsWith('ratio') ? 1 : 0)
  const lowest = Math.min(0, ...seen)
  const range = highest * 1.05 - lowest || 1
  return {
    nowX,
    lastingMs,
    x: (at) => nowX * (1 - (now - at) / lastingMs),
    y: (value) => BOTTOM - ((value - lowest) / range) * (BOTTOM - TOP),
  }
}

/** Looks of one stretch become one point: the highest value, since high is bad, and the newest status. */
function thinned(points: readonly HistoryPoint[], now: number): readonly HistoryPoint[] {
  const stretch = (now - (points[0]?.at ?? now)) / MOST_POINTS || 1
  const kept = new Map<number, HistoryPoint>()
  for (const point of points) {
    const index = Math.floor((now - point.at) / stretch)
    const before = kept.get(index)?.value
    kept.set(index, before === undefined || (point.value ?? 0) > before ? point : { ...point, value: before })
  }
  return [...kept.values()]
}

/** One line for each run of looks that saw a value: where there is none, there is a gap. */
function lines(points: readonly HistoryPoint[], x: Scales['x'], y: Scales['y']): Html {
  let pen = 'M'
  const path = points.map(({ at, value }) => {
    if (value === undefined) {
      pen = 'M'
      return ''
    }
    const place = `${pen}${placed(x(at))} ${placed(y(value))}`
    pen = 'L'
    return place
  })
  return html`<path class="line" d="${path.join('')}"/>`
}

/** The label of the warning stands left, that of failing right: the lines may be close together, and neither is to strike out a label. */
function limitLine(
  level: 'warn' | 'fail',
  { limits }: Course,
  y: Scales['y'],
  words: Words,
  shown: (value: number) => string,
) {
  const limit = limits[level]
  if (limit === undefined) return []
  const at = placed(y(limit))
  const text = words.limit(level, shown(limit))
  const line = html`<line class="limit ${level}" x1="0" x2="${WIDTH}" y1="${at}" y2="${at}"/>`
  const label = html`<text class="${level}" x="${level === 'warn' ? 0 : WIDTH}" y="${placed(y(limit) - 3)}">${text}</text>`
  return [{ text, line, label }]
}
