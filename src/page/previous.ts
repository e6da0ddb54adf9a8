import type { PreviousRun } from '../render/health-json.ts'
import { type Html, html } from './html.ts'
import { around, sentence, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** For how long a bad end is why somebody looks: the first hour. */
const NEWS_SECONDS = 3_600

/** How the run before ended: when, after how long, and why. */
export function endOf({ endedAt, lived, why, exit, end }: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const isKilled = end === 'killed'
  const when = around(time(Date.parse(endedAt), view.now), (place) =>
    words.endedAt(place, words.brief(lived * 1000), isKilled),
  )
  const told = html`${when}: ${sentence(words.ended(why, exit), view)}`
  return isKilled ? html`${told}. ${words.killed}` : told
}

/** Among the first lines of the page, while the run is young: who is called because a container restarted asks why. */
export function endedBadly(view: StatusView): Html | false {
  const { previous, uptimeSeconds, language } = view
  if (!previous || previous.end === 'clean' || uptimeSeconds >= NEWS_SECONDS) return false
  return html`<p class="lead">${wordsIn(language).endedBadly}</p><p>${endOf(previous, view)}</p>`
}
