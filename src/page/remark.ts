import type { Remark } from '../core/remark.ts'
import { type Html, html } from './html.ts'
import { mark } from './marks.ts'
import { answers, since, wholeSentence } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** What no check says, with the questions of who is called; of one that only says what it saw, that alone. */
export function remark({ seen, since: from, lately, fatal, advice }: Remark, view: StatusView): Html {
  const { labels, nothing } = wordsIn(view.language)
  const whole = (text: string | undefined) => text !== undefined && wholeSentence(text, view)
  const lead = html`<p class="lead"><span class="warn">${mark('warn')}</span> ${whole(seen)}</p>`
  if (advice === undefined) return lead
  return html`${lead}${answers([
    [labels.since, from !== undefined && since(from, view)],
    [labels.goesOn, whole(lately)],
    [labels.fatal, whole(fatal)],
    [labels.doNow, whole(advice)],
    [labels.tried, nothing.tried],
  ])}`
}
