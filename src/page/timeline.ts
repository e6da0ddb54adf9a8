import type { Attempt } from '../core/remedy.ts'
import type { Transition } from '../core/snapshot.ts'
import type { Status } from '../core/status.ts'
import { attemptText } from './attempts.ts'
import { type Html, html } from './html.ts'
import { mark } from './marks.ts'
import { sentence, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** As many lines as a person reads. */
const MOST_LINES = 40

interface Happening {
  readonly at: number
  readonly told: Html
}

/** What changed and what was tried, newest first, down to the beginning of the run. */
export function timeline(view: StatusView): Html {
  const words = wordsIn(view.language)
  const { firsts, changes } = apart(view.transitions)
  // Later ones come after what others have said since.
  const [first] = firsts
  const all: readonly Happening[] = [
    { at: view.startedAt, told: html`${words.began(view.identity.releaseId)}` },
    ...(first
      ? [
          {
            at: first.at,
            told: html`<span class="pass">${mark('pass')}</span> ${words.firstLooks(firsts.length)}`,
          },
        ]
      : []),
    ...changes.map((change) => ({ at: change.at, told: changeText(change, view) })),
    ...view.attempts.map((attempt) => ({ at: attempt.at, told: attemptLine(attempt, view) })),
  ]
  const newest = all.toSorted((a, b) => b.at - a.at).slice(0, MOST_LINES)
  const lines = newest.map(({ at, told }) => html`<li>${time(at, view.now)} <div>${told}</div></li>`)
  return html`<section id="timeline" aria-labelledby="timeline-h"><h2 id="timeline-h">${words.headings.timeline}</h2>
<ol class="timeline">${lines}</ol></section>`
}

/** Every check begins as unknown; that most of them then pass is one line, not one each. */
function apart(transitions: readonly Transition[]) {
  const known = new Set<string>()
  const [firsts, changes]: [Transition[], Transition[]] = [[], []]
  for (const one of transitions) {
    const isFirst = !known.has(one.name) && one.from === 'unknown' && one.to === 'pass'
    known.add(one.name)
    ;(isFirst ? firsts : changes).push(one)
  }
  return { firsts, changes }
}

/** With what the check had seen for which it was tried, and that it was not said yet where it takes more looks to be. */
function attemptLine(attempt: Attempt, view: StatusView): Html {
  const { check, because } = attempt
  if (check === undefined || because === undefined) return html`${attemptText(attempt, view)}`
  return html`<b>${check}</b>${early(check, attempt.ahead, view)}: ${sentence(because, view)}. ${attemptText(attempt, view)}`
}

function early(check: string, ahead: Status | undefined, { language, snapshot }: StatusView): string | false {
  const { toWorsen = 1 } = snapshot.byName.get(check)?.rhythm ?? {}
  const { status, sawFirst } = wordsIn(language)
  return ahead !== undefined && toWorsen > 1 && sawFirst(status[ahead], toWorsen)
}

function changeText({ name, from, to, because }: Transition, view: StatusView): Html {
  const { status, became } = wordsIn(view.language)
  return html`<span class="${to}">${mark(to)}</span> <b>${name}</b> ${became(status[from], status[to])}: ${sentence(because, view)}`
}
