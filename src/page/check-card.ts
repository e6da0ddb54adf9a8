import type { Forecast, Part } from '../core/check.ts'
import type { CheckState } from '../core/snapshot.ts'
import { byWorse, isWorse } from '../core/status.ts'
import { attemptsFor } from './attempts.ts'
import { chart } from './chart.ts'
import { activeFaults, remedyForm } from './controls.ts'
import { type Html, html } from './html.ts'
import { mark } from './marks.ts'
import { shownName, shownValue } from './numbers.ts'
import { around, saidSince, sentence, span, time, wholeSentence } from './phrases.ts'
import { day } from './strip.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** A check with several hundred subjects shows its worst. */
const MOST_PARTS = 8
const MOST_VALUES = 24
const DAY_MS = 24 * 3_600_000
/** What is fatal sooner leaves no time to plan. */
const SOON_SECONDS = 300

const drawn = new WeakMap<CheckState, Map<string, Html>>()

/** The same card for the same look, as long as nothing else on it would read otherwise: most cards of most renderings. */
export function checkCard(check: CheckState, view: StatusView): Html {
  const { language, prefix, mayChange, attempts, now, draining } = view
  const minutes = Math.floor((now - check.since) / 60_000)
  const lastTry = attempts.at(-1)
  const key = [
    language,
    prefix,
    mayChange,
    draining,
    minutes,
    Math.floor(now / DAY_MS),
    lastTry?.at,
    lastTry?.helped,
    ...activeFaults(view).map(({ name }) => name),
  ].join()
  const memory = drawn.get(check) ?? new Map<string, Html>()
  const card = memory.get(key) ?? freshCard(check, view)
  // An older minute never comes again.
  if (memory.size >= 8) memory.clear()
  drawn.set(check, memory.set(key, card))
  return card
}

/** One check: open where something is wrong, else one line that opens. */
function freshCard(check: CheckState, view: StatusView): Html {
  const { name, status } = check
  const id = `check-${name}`
  if (status === 'pass') {
    return html`<details class="check pass" id="${id}">
<summary>${head(check, view)} <span class="because">${sentence(check.because, view)}</span></summary>${body(check, view)}</details>`
  }
  return html`<article class="check ${status}" id="${id}" aria-labelledby="name-${name}">${head(check, view)}
<p class="because">${sentence(check.because, view)}</p>${body(check, view)}</article>`
}

function head(check: CheckState, view: StatusView): Html {
  const { name, status } = check
  const word = wordsIn(view.language).status[status]
  const when = status === 'pass' ? '' : html` <span class="since">${saidSince(check, view)}</span>`
  return html`<h3 id="name-${name}">${mark(status)} ${name} <span class="word">${word}</span></h3>${when}`
}

function body(check: CheckState, view: StatusView): Html {
  const { labels } = wordsIn(view.language)
  const bad = check.status !== 'pass'
  const drawn = drawing(check, view)
  const more = html`${parts(check, view)}${values(check, view)}${drawn.day}`
  const folded = bad ? html`<details id="more-${check.name}"><summary>${labels.more}</summary>${more}</details>` : more
  return html`<div class="body"><dl>${bad && advice(check, view)}${attemptsFor(check, view)}
<dt>${labels.looksAt}</dt><dd>${sentence(check.about, view)}; ${lookWords(check, view)}</dd></dl>${drawn.chart}</div>${folded}`
}

/** When it will be fatal, and what to do about it. */
function advice(check: CheckState, view: StatusView): Html {
  const words = wordsIn(view.language)
  const fatal = forecasts(check).map((forecast) => html`<dd class="todo">${forecastWords(forecast, view)}</dd>`)
  const soon = forecasts(check).some(({ etaSeconds: [, likely] }) => likely < SOON_SECONDS)
  const after = span(check.since - view.startedAt, words)
  const { cure, status } = check
  const ill = { cure, status, instance: view.identity.serviceId, soon, after }
  const todo = check.looked ? words.cure(ill) : words.looksSoon
  const foretold =
    fatal.length > 0
      ? fatal
      : html`<dd class="todo">${words.noForecast[check.status === 'unknown' ? 'unknown' : check.cure]}</dd>`
  return html`<dt class="todo">${words.labels.fatal}</dt>${foretold}
<dt>${words.labels.doNow}</dt><dd>${endFaults(view)}${ownAdvice(check, view)} <span class="todo">${todo}${help(check, view)}${pending(check, view)}</span></dd>`
}

/** Nobody is to look in the code for what somebody else has set. */
function endFaults(view: StatusView): Html | false {
  const active = activeFaults(view).map(({ name }) => name)
  return active.length > 0 && html`<span class="purpose">${wordsIn(view.language).endFaults(active.join(', '))} </span>`
}

function ownAdvice({ status, advice }: CheckState, view: StatusView): Html | false {
  if (status === 'unknown') return false
  if (advice === undefined) return html`${wordsIn(view.language).noAdvice}`
  return wholeSentence(advice, view)
}

/** The remedies that the sentence names, to be run here by who may; not those that were tried for it and did not help. */
function help({ name: check, because }: CheckState, view: StatusView): Html | false {
  const named = view.remedies.filter(({ name }) => because.includes(name) && mayStillHelp(name, check, view))
  if (named.length === 0) return false
  const { mayHelp } = wordsIn(view.language)
  const forms = view.mayChange && named.map((remedy) => remedyForm(remedy, view, check))
  return html` ${mayHelp(named.map(({ name }) => name))} ${forms}`
}

/** Unless its newest run for this check, since that was last well, has shown nothing for it so far. */
function mayStillHelp(remedy: string, check: string, { attempts, transitions }: StatusView): boolean {
  const well = transitions.findLast(({ name, to }) => name === check && to === 'pass')?.at ?? 0
  const last = attempts.findLast((one) => one.check === check && one.remedy === remedy && one.at > well)
  return last === undefined || last.result === 'dry-run' || last.helped === true
}

/** What the newest look saw, where patience has not said so yet. */
function pending({ looked, sighting, status, rhythm }: CheckState, { language }: StatusView): Html | false {
  if (!looked || sighting === status) return false
  const words = wordsIn(language)
  const needed = isWorse(sighting, status) ? rhythm.toWorsen : rhythm.toRecover
  return html` <span class="note">${words.seen(words.status[sighting], needed)}</span>`
}

function forecasts({ forecast, parts }: CheckState): readonly Forecast[] {
  const all = parts.length > 0 ? parts.flatMap((part) => part.forecast ?? []) : forecast ? [forecast] : []
  return all.toSorted((a, b) => a.etaSeconds[1] - b.etaSeconds[1]).slice(0, 3)
}

function forecastWords({ limit, etaSeconds: [soonest, likely, latest] }: Forecast, { language }: StatusView): string {
  const words = wordsIn(language)
  if (likely <= 0) return words.reached(limit)
  const [a, b, c] = [likely, soonest, latest ?? 0].map((seconds) => span(seconds * 1000, words))
  return words.forecast(limit, a ?? '', b ?? '', latest === null ? null : (c ?? ''))
}

function lookWords({ rhythm, lookedAt, tookMs }: CheckState, view: StatusView): Html {
  const words = wordsIn(view.language)
  if (lookedAt === null) return html`…`
  return around(time(lookedAt, view.now), (place) =>
    words.look(words.brief(rhythm.everyMs), words.brief(tookMs), place),
  )
}

function drawing(check: CheckState, view: StatusView): { chart: Html | false; day: Html | false } {
  const { observes, limits = {}, forecast } = check
  const history = view.history(check.name)
  if (!observes || !history) return { chart: false, day: false }
  const words = wordsIn(view.language)
  // Up to the newest look: so a check that has not looked since is drawn, and sent, no second time.
  const now = check.lookedAt ?? view.now
  const course = {
    value: observes.value,
    points: history.fine,
    spells: history.spells,
    limits,
    now,
    ...(forecast && { forecast }),
  }
  return { chart: chart(course, words), day: day(history.coarse, now, words) }
}

function parts({ parts }: CheckState, view: StatusView): Html | false {
  if (parts.length < 2) return false
  const words = wordsIn(view.language)
  const sorted = parts.toSorted((a, b) => byWorse(a.status, b.status))
  const rest = sorted.length - MOST_PARTS
  const row = ({ subject, status, because }: Part) =>
    html`<li class="${status}">${mark(status)} <b>${subject}</b> ${words.status[status]}: <span lang="en">${because}</span></li>`
  const more = rest > 0 && html`<li>${words.more(rest)}</li>`
  return html`<p class="label">${words.labels.parts}</p><ul class="parts">${sorted.slice(0, MOST_PARTS).map(row)}${more}</ul>`
}

function values({ values }: CheckState, { language }: StatusView): Html | false {
  const all = Object.entries(values).slice(0, MOST_VALUES)
  if (all.length === 0) return false
  const shown = all.map(
    ([name, value]) => html`<div><dt lang="en">${shownName(name)}</dt><dd>${shownValue(name, value)}</dd></div>`,
  )
  return html`<p class="label">${wordsIn(language).labels.values}</p><dl class="values">${shown}</dl>`
}
