import type { PreviousRun } from '../render/health-json.ts'
import { type Html, html } from './html.ts'
import { around, sentence, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** For how long the end of the run before may be why somebody looks: the first hour. */
const NEWS_SECONDS = 3_600
/** One that ended at once is outlived too soon. */
const LEAST_SECONDS = 60

/** How the run before ended: when, after how long, and why. */
export function endOf(previous: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const { endedAt, lived, why, exit } = previous
  const end = kindOf(previous)
  const when = around(time(Date.parse(endedAt), view.now), (place) =>
    words.endedAt(place, words.brief(lived * 1000), end),
  )
  const told = html`${when}: ${sentence(end === 'told' ? words.ended(why, exit) : why, view)}`
  const after = { killed: words.killed, left: words.selfDrained, ended: '', told: words.toldBy[stateOf(previous)] }[end]
  return after === '' ? told : html`${told}. ${after}`
}

function kindOf({ end, exit }: PreviousRun): 'killed' | 'left' | 'ended' | 'told' {
  if (end === 'killed') return 'killed'
  if (exit === 'self-drain') return 'left'
  return exit.startsWith('SIG') ? 'told' : 'ended'
}

function stateOf({ end, failing }: PreviousRun): 'alive' | 'failing' | 'dying' {
  if (end !== 'clean') return 'dying'
  return failing === true ? 'failing' : 'alive'
}

function isBad(previous: PreviousRun): boolean {
  return stateOf(previous) !== 'alive'
}

/** Whether a bad end is still to be feared: until this run has outlived the one before, and an hour at most. */
export function isShaky({ previous, uptimeSeconds }: StatusView): boolean {
  if (!previous || !isBad(previous)) return false
  return uptimeSeconds < Math.min(NEWS_SECONDS, Math.max(LEAST_SECONDS, previous.lived))
}

/** Among the first lines of the page, while the run is young: who is called because a container restarted asks why. */
export function endedLately(view: StatusView): Html | false {
  const { previous, uptimeSeconds, language } = view
  if (!previous || uptimeSeconds >= NEWS_SECONDS) return false
  const { endedBadly, wasFailing, wasStopped, badEnds } = wordsIn(language)
  const many = (previous.badEnds ?? 0) > 1 && html` ${badEnds(previous.badEnds ?? 0)}`
  if (!isBad(previous)) return html`<p>${wasStopped} ${endOf(previous, view)}${many}</p>`
  const lead = previous.end === 'clean' ? wasFailing : endedBadly
  return html`<p class="lead">${lead}</p><p>${endOf(previous, view)}${many}</p>`
}
