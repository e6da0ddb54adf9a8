import { type Attempt, bytesOf, type Effect } from '../core/remedy.ts'
import type { CheckState } from '../core/snapshot.ts'
import { type Html, html } from './html.ts'
import { shownValue } from './numbers.ts'
import { time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** The remedies that were tried for a check, newest first, each with what it did; of one that is ill, that nothing was. */
export function attemptsFor({ name, status }: CheckState, view: StatusView): Html {
  const tried = view.attempts.filter((attempt) => attempt.check === name).slice(-5)
  const { labels, nothing } = wordsIn(view.language)
  if (tried.length === 0) return status === 'pass' ? html`` : html`<dt>${labels.tried}</dt><dd>${nothing.tried}</dd>`
  const item = (attempt: Attempt) => html`<li>${time(attempt.at, view.now)} ${attemptText(attempt, view)}</li>`
  return html`<dt>${labels.tried}</dt><dd><ul>${tried.toReversed().map(item)}</ul></dd>`
}

/** One attempt in words: what ran, what it did, whether it helped. */
export function attemptText(
  { remedy, result, tookMs, report, error, helped, check }: Attempt,
  view: StatusView,
): string {
  const words = wordsIn(view.language)
  const effects = [...shownEffect('entries', report?.entries), ...shownEffect('bytes', report?.bytes, bytesOf(remedy))]
  const outcome = helped === undefined ? [] : [helped ? words.helped : words.didNotHelp]
  const asked = check === undefined ? ` (${words.byHand})` : ''
  const ran = words.attempt(remedy, result, words.brief(tookMs)) + asked
  return [ran, ...effects, ...(error ? [error] : []), ...outcome].join('; ')
}

function shownEffect(name: string, effect: Effect | undefined, word = name): readonly string[] {
  return effect ? [`${word} ${shownValue(name, effect.before)} → ${shownValue(name, effect.after)}`] : []
}
