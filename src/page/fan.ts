import type { Forecast, ValueLimits } from '../core/check.ts'
import { FRAME } from './frame.ts'
import { type Html, html } from './html.ts'
import { placed } from './numbers.ts'
import type { Words } from './words.ts'

interface Fan {
  readonly forecast: Forecast
  /** The value's name, what it is now, and the limits that are drawn. */
  readonly value: string
  readonly from: number
  readonly limits: ValueLimits
  /** Where the future begins. */
  readonly nowX: number
  readonly y: (value: number) => number
  readonly words: Words
}

/**
 * Where the value is going: from now to the limit, soonest and latest as the edges, what is likely as a line between. The future has
 * a scale of its own, which ends where the latest course arrives, or at twice the likely one where that may never.
 */
export function fan({ forecast, value, from, limits, nowX, y, words }: Fan): Html {
  const { width, top, bottom, foot } = FRAME
  const [soonest, likely, latest] = forecast.etaSeconds
  const target = value.endsWith('ratio') ? 1 : limits.fail
  const horizon = Math.max(latest ?? likely * 2, soonest, 60)
  if (target === undefined || from >= target || !Number.isFinite(horizon)) return html``
  const x = (seconds: number) => nowX + (width - nowX) * Math.min(1, seconds / horizon)
  const point = (seconds: number) => `${placed(x(seconds))} ${placed(y(target))}`
  const here = `${placed(nowX)} ${placed(y(from))}`
  // A course that may never arrive is level.
  const last = latest === null ? `${placed(width)} ${placed(y(from))}` : point(latest)
  const corner = latest === null ? `L${placed(width)} ${placed(y(target))}` : ''
  return html`<path class="fan" d="M${here}L${point(soonest)}${corner}L${last}Z"/><path class="likely" d="M${here}L${point(likely)}"/>
<line class="axis" x1="${nowX}" x2="${nowX}" y1="${top}" y2="${bottom}"/>
<text class="end" x="${width}" y="${foot}">${words.chart.ahead(words.lasting(horizon * 1000))}</text>`
}
