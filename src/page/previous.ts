import type { PreviousRun } from '../render/health-json.ts'
import { type Html, html } from './html.ts'
import { around, sentence, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** For how long a bad end is why somebody looks: the first hour. */
const NEWS_SECONDS = 3_600
/** One that ended at once is outlived too soon. */
const LEAST_SECONDS = 60

/** How the run before ended: when, after how long, and why. */
export function endOf({ endedAt, lived, why, exit, end }: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const isKilled = end === 'killed'
  const when = around(time(Date.parse(endedAt), view.now), (place) =>
    words.endedAt(place, words.brief(lived * 1000), isKilled),
  )
  if (isKilled) return html`${when}: ${sentence(why, view)}. ${words.killed}`
  if (exit === 'self-drain') return html`${when}: ${sentence(why, view)}. ${words.selfDrained}`
  return html`${when}: ${sentence(end === 'uncaught' ? why : words.ended(why, exit), view)}`
}

/** Whether a bad end is still to be feared: until this run has outlived the one before, and an hour at most. */
export function isShaky({ previous, uptimeSeconds }: StatusView): boolean {
  if (!previous || previous.end === 'clean') return false
  return uptimeSeconds < Math.min(NEWS_SECONDS, Math.max(LEAST_SECONDS, previous.lived))
}

/** Among the first lines of the page, while the run is young: who is called because a container restarted asks why. */
export function endedBadly(view: StatusView): Html | false {
  const { previous, uptimeSeconds, language } = view
  if (!previous || uptimeSeconds >= NEWS_SECONDS) return false
  const { endedBadly, wasFailing, badEnds } = wordsIn(language)
  const isClean = previous.end === 'clean'
  if (isClean && !previous.failing) return false
  const many = (previous.badEnds ?? 0) > 1 && html` ${badEnds(previous.badEnds ?? 0)}`
  return html`<p class="lead">${isClean ? wasFailing : endedBadly}</p><p>${endOf(previous, view)}${many}</p>`
}
