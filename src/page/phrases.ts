import { withoutAgain } from '../core/remedy.ts'
import type { CheckState } from '../core/snapshot.ts'
import { type Html, html } from './html.ts'
import type { StatusView } from './view.ts'
import { type Words, wordsIn } from './words.ts'

/** A moment: the time of day, in UTC where no script turns it into the reader's; with its day if that is another than today. */
export function time(at: number, now: number): Html {
  const iso = new Date(at).toISOString()
  const today = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)
  return html`<time datetime="${iso}">${today ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 19)}</time>`
}

/** A phrase with markup in its places: it is made around marks, which no text has, and split there. */
export function around(pieces: Html | readonly Html[], phrase: (...places: string[]) => string): Html {
  const all = [pieces].flat() as readonly Html[]
  const marks = all.map((_, nth) => `\u0000${nth}\u0000`)
  const parts = phrase(...marks).split('\u0000')
  return html`${parts.map((part, nth) => (nth % 2 === 1 ? all[Number(part)] : part))}`
}

/** Since when something is so, and for how long. */
export function since(at: number, { now, language }: StatusView): Html {
  const words = wordsIn(language)
  return around(time(at, now), (place) => words.since(place, words.lasting(now - at)))
}

/** The same of what is said of a check; of one that fails, also when it was first said to warn. */
export function saidSince(check: CheckState, view: StatusView): Html {
  const from = warnedFrom(check, view)
  const { warnedSince } = wordsIn(view.language)
  return html`${since(check.since, view)}${from !== undefined && html` ${around(time(from, view.now), warnedSince)}`}`
}

/** Where that is a second earlier or more: else it reads as the same. */
function warnedFrom({ name, status, since }: CheckState, { transitions }: StatusView): number | undefined {
  if (status !== 'fail') return undefined
  const its = transitions.filter((one) => one.name === name)
  const trouble = its.slice(its.findLastIndex(({ to }) => to === 'pass') + 1)
  const at = trouble.find(({ to }) => to === 'warn')?.at
  return at !== undefined && since - at >= 1_000 ? at : undefined
}

/** Questions and what is known to answer each; one of which nothing is known is left out. */
export function answers(
  rows: readonly (readonly [question: string, answer: Html | string | false | undefined])[],
): Html {
  const known = rows.filter(([, answer]) => answer !== undefined && answer !== false)
  return html`<dl>${known.map(([question, answer]) => html`<dt>${question}</dt><dd>${answer}</dd>`)}</dl>`
}

/** A length of time, exact where it is short. */
export function span(ms: number, words: Words): string {
  return ms < 60_000 ? words.brief(Math.max(0, ms)) : words.lasting(ms)
}

const POD = /(?<=\bkubectl (?:exec|port-forward|logs|logs --previous) )POD\b/g
const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/

/**
 * A sentence of a check or a remedy: English, whatever the page's language. Moments in it become the reader's, as all others here, and a POD
 * in a command this one. A service that stops tries nothing again.
 */
export function sentence(
  text: string,
  { language, now, identity, draining }: Pick<StatusView, 'language' | 'now' | 'identity' | 'draining'>,
): Html {
  const here = (draining ? withoutAgain(text) : text).replace(POD, () => identity.serviceId)
  const pieces = here.split(INSTANT).map((piece, nth) => (nth % 2 === 1 ? momentIn(piece, now) : piece))
  return language === 'en' ? html`${pieces}` : html`<span lang="en">${pieces}</span>`
}

/** The same with a capital and a full stop. */
export function wholeSentence(text: string, view: Parameters<typeof sentence>[1]): Html {
  return sentence(`${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`, view)
}

function momentIn(instant: string, now: number): Html | string {
  const at = Date.parse(instant)
  return Number.isNaN(at) ? instant : time(at, now)
}
