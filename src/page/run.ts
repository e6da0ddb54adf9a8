import { inPercent } from '../core/wording.ts'
import { type Html, html } from './html.ts'
import { oddsAhead } from './odds.ts'
import { time } from './phrases.ts'
import { endOf, isAtTop } from './previous.ts'
import type { DecayView, StatusView } from './view.ts'
import { type Words, wordsIn } from './words.ts'

/** This run, its counter with the odds ahead, and how the run before ended. */
export function run(view: StatusView): Html {
  const words = wordsIn(view.language)
  const { labels, headings } = words
  const { identity, startedAt, now, uptimeSeconds, decay } = view
  const { releaseId: release } = identity
  const fact = (label: string, value: Html | string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`
  return html`<section id="run" aria-labelledby="run-h"><h2 id="run-h">${headings.run}</h2>
<dl class="values">${fact(labels.up, words.lasting(uptimeSeconds * 1000))}${fact(labels.since, time(startedAt, now))}
${fact(labels.instance, identity.serviceId)}${release && fact(labels.release, release)}</dl>
${decay && (decay.step > 0 || decay.percent > 0) && counter(decay, words)}<h3>${headings.previous}</h3>${previous(view, words)}</section>`
}

function previous(view: StatusView, words: Words): Html {
  const { previous, keepsJournal } = view
  if (!previous) return html`<p>${keepsJournal ? words.nothing.previous : words.nothing.journal}</p>`
  return isAtTop(view) ? html`<p>${words.above}</p>` : endOf(previous, view)
}

function counter(decay: DecayView, words: Words): Html {
  const { next, nextThree, half, most } = oddsAhead(decay)
  const { odds, headings } = words
  const row = (label: string, value: string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`
  const last = inPercent(decay.percent / 100)
  const restart = half === undefined ? odds.never : odds.heartbeats(half, most)
  return html`<h3>${headings.decay}</h3><div class="decay">${gauge(decay.percent, next * 100, last)}
<dl class="odds">${row(odds.counter, last)}${row(odds.next, inPercent(next))}
${row(odds.nextThree, inPercent(nextThree))}${row(odds.half, restart)}</dl></div><p class="note">${odds.about}</p>`
}

/** Half a circle of 100 parts; what the next draw adds is drawn thinner. */
function gauge(percent: number, next: number, label: string): Html {
  const arc = 'M10 60a50 50 0 0 1 100 0'
  const part = (of: string, length: number) =>
    html`<path class="${of}" d="${arc}" pathLength="100" stroke-dasharray="${length} 100"/>`
  return html`<svg class="gauge" viewBox="0 0 120 68" aria-hidden="true">
${part('track', 100)}${part('next', next)}${part('full', percent)}<text x="60" y="58">${label}</text></svg>`
}
