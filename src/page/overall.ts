import { answer, codeOf, DECAY } from '../core/answer.ts'
import type { Probe } from '../core/probe.ts'
import type { CheckState } from '../core/snapshot.ts'
import { byWorse, worst } from '../core/status.ts'
import { inPercent } from '../core/wording.ts'
import { PROBE_ROUTES } from '../render/text.ts'
import { attemptText } from './attempts.ts'
import { activeFaults } from './controls.ts'
import { type Html, html } from './html.ts'
import { mark } from './marks.ts'
import { answers, around, saidSince, sentence, since, time } from './phrases.ts'
import { endedLately, isShaky } from './previous.ts'
import { remark } from './remark.ts'
import type { StatusView } from './view.ts'
import { isAsked } from './visits.ts'
import { type Overall, wordsIn } from './words.ts'

/** A run has seen too little to be called well without a word about that. */
const YOUNG_SECONDS = 60

const LATELY_MS = 3_600_000

/** The worst of all checks, and of the last draw; a service that stops is stopping, whatever else is wrong. */
export function overallOf({ snapshot, draining, decay }: Pick<StatusView, 'snapshot' | 'draining' | 'decay'>): Overall {
  if (draining) return 'stopping'
  const draw = decay && decay.failedInARow > 0 ? 'fail' : 'pass'
  return worst([draw, ...snapshot.checks.map(({ status }) => status)])
}

/** Worst first; among the equally bad, the newest trouble first. Those that pass keep the service's own order. */
export function worstFirst(checks: readonly CheckState[]): readonly CheckState[] {
  return checks.toSorted((a, b) => {
    if (a.status !== b.status) return byWorse(a.status, b.status)
    return a.status === 'pass' ? 0 : b.since - a.since
  })
}

/** In one line, for the window's title: the word, and what has come to that. */
export function headline(view: StatusView): string {
  const { decay, snapshot } = view
  const isDraw = decay !== undefined && decay.failedInARow > 0 && !view.draining
  return lineOf(overallOf(view), view, [...(isDraw ? [DECAY] : []), ...namesAt(overallOf(view), snapshot.checks)])
}

/** The same of the checks alone, for who listens to the page: a counter that fails at every other heartbeat would talk without end. */
export function spokenLine(view: StatusView): string {
  const status = overallOf({ snapshot: view.snapshot, draining: view.draining })
  return lineOf(status, view, namesAt(status, view.snapshot.checks))
}

/** Nobody is to be told that all is well, and go back to bed, while users get errors or the service has just crashed. */
function wordFor(status: Overall, view: StatusView): string {
  const { overall, instead } = wordsIn(view.language)
  if (status === 'unknown' && view.notes.length > 0) return instead.unknown
  if (status !== 'pass' || !isToBeRead(view)) return overall[status]
  return view.notes.length > 0 ? instead.well : instead.after
}

function isToBeRead(view: StatusView): boolean {
  return view.notes.length > 0 || isShaky(view)
}

function lineOf(status: Overall, view: StatusView, names: readonly string[]): string {
  const list = names.length > 0 ? `: ${names.slice(0, 3).join(', ')}${names.length > 3 ? '…' : ''}` : ''
  return `${wordFor(status, view)}${list}`
}

function namesAt(overall: Overall, checks: readonly CheckState[]): readonly string[] {
  const status = overall === 'stopping' ? 'fail' : overall
  return status === 'pass' ? [] : checks.filter((check) => check.status === status).map(({ name }) => name)
}

/** What is wrong, in a word and a sentence, and what Kubernetes does about it. */
export function overall(view: StatusView): Html {
  const words = wordsIn(view.language)
  const status = overallOf(view)
  const isBut = status === 'pass' && isToBeRead(view)
  const shown = isBut ? 'warn' : status
  const notes = view.notes.map((note) => remark(note, view))
  const [sum, ended] = [summary(view), endedLately(view)]
  // What is worse comes first: a check that fails, or that users get errors, or that the service has just crashed.
  const isFailing = status === 'fail' || status === 'stopping'
  const news = isBut
    ? html`${notes}${ended}${sum}`
    : isFailing
      ? html`${sum}${notes}${ended}`
      : html`${notes}${sum}${ended}`
  return html`<section id="overall" class="${shown}" aria-labelledby="overall-h">
<h1 id="overall-h"><span class="then">${words.notLive}</span><span class="now">${mark(shown)} ${wordFor(status, view)}</span></h1>
<p class="lead then">${words.lastHeard} ${wordFor(status, view)}</p>
${status === 'stopping' && html`<p class="lead">${leaves(view)}</p>`}${drawFailed(view)}${onPurpose(view)}${news}
<h2><span class="now">${words.headings.told}</span><span class="then">${words.headings.wasTold}</span></h2><dl class="told">${ORDER.map((probe) => told(probe, view))}</dl></section>`
}

/** That it stops, for what and since when, as far as that is known. */
function leaves({ leaving, language, now, identity, uptimeSeconds }: StatusView): Html {
  const words = wordsIn(language)
  if (!leaving) return html`${words.stopping}`
  const { by, at } = leaving
  const after = words.brief(uptimeSeconds * 1000)
  const told = (place: string) =>
    by === 'self-drain' ? words.leavesBySelf(place, after) : words.toldToStop(by, place, identity.serviceId)
  return html`${around(time(at, now), told)} ${words.stopping}`
}

function onPurpose(view: StatusView): Html | false {
  const { language, now } = view
  const { faultsActive, faultUntil } = wordsIn(language)
  const active = activeFaults(view)
  const each = active.map(({ name, until }, nth) => {
    const ends = until && html` (${around(time(Date.parse(until), now), faultUntil)})`
    return html`${nth > 0 && ', '}<b>${name}</b>${ends}`
  })
  return active.length > 0 && html`<p class="lead">${around(html`${each}`, faultsActive)}</p>`
}

function drawFailed(view: StatusView): Html | false {
  const { decay, language } = view
  if (!decay || decay.failedInARow === 0) return false
  const { drawFailed, failedOnPurpose, inARow } = wordsIn(language)
  const why = decay.onPurpose ? failedOnPurpose : drawFailed(inPercent(decay.percent / 100))
  const when =
    decay.failedSince !== undefined && html` ${inARow(decay.failedInARow)} ${since(decay.failedSince, view)}.`
  const { labels, nothing, draws } = wordsIn(language)
  const by = decay.onPurpose ? 'fault' : 'counter'
  return html`<p class="lead">${why}${when}</p>${answers([
    [labels.fatal, draws.fatal],
    [labels.doNow, draws.doNow[by]],
    [labels.tried, nothing.tried],
    [labels.again, draws.again[by]],
  ])}`
}

function summary(view: StatusView): Html {
  const words = wordsIn(view.language)
  const all = view.snapshot.checks.length
  const bad = worstFirst(view.snapshot.checks).filter(({ status }) => status !== 'pass')
  if (all === 0) return html`<p class="lead">${words.nothing.checks}</p>`
  if (bad.length === 0)
    return html`<p class="lead">${words.allPass(all, view.uptimeSeconds < YOUNG_SECONDS)}</p>${healed(view)}`
  const items = bad.slice(0, 5).map((check) => item(check, view))
  const rest = bad.length > 5 && html`<li>${words.more(bad.length - 5)}</li>`
  return html`<p class="lead">${words.notPassing(bad.length, all)}:</p><ul class="plain">${items}${rest}</ul>`
}

/** What it did about itself within the last hour, and it helped: who is called late is to know, and whether that lasts. */
function healed(view: StatusView): Html | false {
  const helped = view.attempts.filter(({ helped, at }) => helped === true && at > view.now - LATELY_MS)
  const attempt = helped.at(-1)
  const check = attempt?.check
  if (!attempt || check === undefined) return false
  const words = wordsIn(view.language)
  const told = around(time(attempt.at, view.now), (place) => words.healed(place, check))
  const lasts = words.lasts(helped.filter((one) => one.check === check).length)
  const { advice } = view.snapshot.byName.get(check) ?? {}
  const against = advice !== undefined && html`. ${words.forCause(check, false)} ${sentence(advice, view)}.`
  return html`<p>${told}: ${attemptText(attempt, view)}. ${lasts} <a href="#check-${check}">${check}</a>${against}</p>`
}

function item(check: CheckState, view: StatusView): Html {
  const word = wordsIn(view.language).status[check.status]
  return html`<li class="${check.status}">${mark(check.status)} <a href="#check-${check.name}">${check.name}</a>
<b>${word}</b> ${saidSince(check, view)}: ${sentence(check.because, view)}</li>`
}

const ORDER: readonly Probe[] = ['live', 'ready', 'startup', 'heartbeat']

function told(probe: Probe, view: StatusView): Html {
  const { snapshot, asks, draining, decay } = view
  const draw = decay && { percent: decay.percent, failed: decay.failedInARow > 0 }
  const found = answer(probe, snapshot, { asks, draining }, probe === 'heartbeat' ? draw : undefined)
  const { passed, objections } = found
  const [passes, fails] = wordsIn(view.language).told[probe]
  const why =
    objections.length > 0 &&
    ` (${objections
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ')}${objections.length > 3 ? '…' : ''})`
  const status = passed ? 'pass' : 'fail'
  const unasked = (probe === 'live' || probe === 'ready') && wordsIn(view.language).unasked[probe]
  const isUnasked = !passed && !draining && !isAsked(`/${PROBE_ROUTES[probe]}`, view)
  return html`<div class="${status}"><dt>/${PROBE_ROUTES[probe]}</dt>
<dd>${mark(status)} <b>${codeOf(found)}</b> ${passed ? passes : fails}${why}${isUnasked && unasked && html`. ${unasked}`}</dd></div>`
}
