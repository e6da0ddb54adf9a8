import { type Html, html } from './html.ts'
import { around, time } from './phrases.ts'
import type { StatusView, Visit } from './view.ts'
import { wordsIn } from './words.ts'

/** Whether a kubelet has come to this route. */
export function isAsked(path: string, { visits }: StatusView): boolean {
  return visits.some((visit) => visit.agent === 'kube-probe' && visit.path === path)
}

/** Who came to the probes, how often, and what they got. */
export function visits(view: StatusView): Html {
  const { headings, nothing, visitColumns } = wordsIn(view.language)
  const heads = visitColumns.map((column) => html`<th scope="col">${column}</th>`)
  const rows = view.visits.map((visit) => row(visit, view))
  const table = html`<div class="scroll" role="region" aria-labelledby="visits-h" tabindex="0">
<table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
  return html`<section id="visits" aria-labelledby="visits-h"><h2 id="visits-h">${headings.visits}</h2>
${rows.length > 0 ? table : html`<p>${nothing.visits}</p>`}</section>`
}

function row(visit: Visit, { language, now }: StatusView): Html {
  const { agent, path, lastAt, everyMs, codes, others = [], unanswered } = visit
  const words = wordsIn(language)
  const answered = codes.map(([code, count]) => {
    const at = others.find(([other]) => other === code)?.[1]
    // When the last one was has a column of its own; a 503 of the start is not to be sought in what is wrong now.
    const until = at !== undefined && html` (${around(time(at, now), words.lastAt)})`
    return html`${code} ${words.times(count)}${until}`
  })
  const all = [...answered, ...(unanswered > 0 ? [html`${words.noAnswer} ${words.times(unanswered)}`] : [])]
  const got = all.map((one, nth) => html`${nth > 0 && ', '}${one}`)
  const often = everyMs === undefined ? '–' : words.every(words.brief(everyMs))
  return html`<tr><th scope="row">${words.agents[agent]}</th><td>${path}</td><td>${often}</td><td>${time(lastAt, now)}
<b>${visit.lastCode ?? words.noAnswer}</b></td><td>${got}</td></tr>`
}
