import { type Html, html } from './html.ts'
import { around, time } from './phrases.ts'
import type { FaultView, StatusView } from './view.ts'
import { type Words, wordsIn } from './words.ts'

type Remedy = StatusView['remedies'][number]

/** A remedy's button. It works without scripts too: the answer then leads back to the page. */
export function remedyForm({ name }: Remedy, { prefix, language }: StatusView, place = 'controls'): Html {
  const words = wordsIn(language)
  return html`<form method="post" action="${prefix}/remedies/${name}" data-remedy="${name}">
<button id="run-${name}-${place}">${words.run(name)}</button></form>`
}

/** The faults that are set just now. */
export function activeFaults({ faults = [] }: StatusView): readonly FaultView[] {
  return faults.filter(({ active }) => active)
}

/** Remedies and faults for who may, and for who may not, why. */
export function controls(view: StatusView): Html {
  const words = wordsIn(view.language)
  const { remedies, faults, mayChange } = view
  const about = (text: string) => html`<span lang="en">${text}</span>`
  const offered = remedies.map(
    (one) => html`<li><b>${one.name}</b>: ${about(one.about)} ${mayChange && remedyForm(one, view)}</li>`,
  )
  const nothing = remedies.length === 0 && !faults
  if (nothing) return html`<section id="controls" hidden></section>`
  return html`<section id="controls" aria-labelledby="controls-h"><h2 id="controls-h">${words.headings.controls}</h2>
${!mayChange && html`<p class="note">${words.notAllowed}</p>`}
${remedies.length > 0 && html`<h3>${words.subheadings.remedies}</h3><ul class="plain">${offered}</ul>`}
${faults && faultList(faults, view, words)}</section>`
}

function faultList(faults: readonly FaultView[], view: StatusView, words: Words): Html {
  const active = faults.filter((fault) => fault.active)
  const others = faults.filter((fault) => !fault.active)
  const row = (fault: FaultView) => html`<li>${faultRow(fault, view, words)}</li>`
  return html`<h3>${words.subheadings.faults}</h3>${view.mayChange && html`<p class="note no-js">${words.faultsNeedScripts}</p>`}
${active.length > 0 && html`<ul class="plain faults">${active.map(row)}</ul>`}
<details id="all-faults"><summary>${words.subheadings.faults} (${others.length})</summary>
<ul class="plain faults">${others.map(row)}</ul></details>`
}

function faultRow({ name, active, about, until }: FaultView, view: StatusView, words: Words): Html {
  const path = `${view.prefix}/faults/${name}`
  const ends = until && html`, ${around(time(Date.parse(until), view.now), words.faultUntil)}`
  const state = active && html` <strong class="word">${words.fault.active}</strong>${ends}`
  const seconds = html`<label>${words.fault.forSeconds}
<input name="ttlSeconds" type="number" min="1" max="3600" value="60" id="ttl-${name}"></label>`
  const [method, word] = active ? ['DELETE', words.fault.stop] : ['PUT', words.fault.start]
  const form = html`<form class="js" action="${path}" data-fault="${method}">${!active && seconds}
<button id="fault-${name}">${word} ${name}</button></form>`
  return html`<b>${name}</b>${state}${about && html`: <span lang="en">${about}</span>`} ${view.mayChange && form}`
}
