import { inWords } from '../core/wording.ts'
import type { PreviousRun } from '../render/health-json.ts'
import { type Html, html } from './html.ts'
import { sentence, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** For how long a bad end is why somebody looks: the first hour. */
const NEWS_SECONDS = 3_600

/** How the run before ended: when, after how long, and why. */
export function endOf({ endedAt, lived, why, exit, end }: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const isKilled = end === 'killed'
  // The phrase is split at the place of the time, which is markup.
  const [before, after] = words.endedAt('\u0000', inWords(lived * 1000), isKilled).split('\u0000')
  const told = html`${before}${time(Date.parse(endedAt), view.now)}${after}: ${sentence(words.ended(why, exit), view)}`
  return isKilled ? html`${told}. ${words.killed}` : told
}

/** Among the first lines of the page, while the run is young: who is called because a container restarted asks why. */
export function endedBadly(view: StatusView): Html | false {
  const { previous, uptimeSeconds, language } = view
  if (!previous || previous.end === 'clean' || uptimeSeconds >= NEWS_SECONDS) return false
  return html`<p class="lead">${wordsIn(language).endedBadly}</p><p>${endOf(previous, view)}</p>`
}
