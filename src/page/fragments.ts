import { checkCard } from './check-card.ts'
import { controls } from './controls.ts'
import { type Html, html } from './html.ts'
import { headline, overall, spokenLine, worstFirst } from './overall.ts'
import { run } from './run.ts'
import { timeline } from './timeline.ts'
import type { StatusView } from './view.ts'
import { visits } from './visits.ts'
import { wordsIn } from './words.ts'

/** The page's living parts by their ids: what has changed since an earlier rendering is sent alone. */
export interface Fragments {
  /** The window's title. */
  readonly title: string
  /** What is read aloud when it changes. */
  readonly spoken: string
  /** Each check by itself, under the id of its card. */
  readonly cards: ReadonlyMap<string, Html>
  /** All of them together, for when one has come, gone, or moved. */
  readonly checks: Html
  /** The other parts, in the order of the page. */
  readonly others: ReadonlyMap<string, Html>
}

/** Checks that pass are shown up to here; those that do not, all the same up to ten times as many. */
const MOST_PASSING = 60
const MOST_BAD = 600

export function fragmentsOf(view: StatusView): Fragments {
  const sorted = worstFirst(view.snapshot.checks)
  const bad = sorted.filter(({ status }) => status !== 'pass')
  const well = sorted.slice(bad.length)
  const shown = [...bad.slice(0, MOST_BAD), ...well.slice(0, MOST_PASSING)]
  const cards = new Map(shown.map((check) => [`check-${check.name}`, checkCard(check, view)]))
  const pieces = [...cards.values()]
  const badShown = Math.min(bad.length, MOST_BAD)
  const { headings, more } = wordsIn(view.language)
  const all = `${view.prefix}/healthz?verbose&peek`
  const group = (id: string, heading: string, its: readonly Html[], rest: number) => {
    const others = rest > 0 && html`<p>${more(rest)}: <a href="${all}">${all}</a></p>`
    return its.length > 0 && html`<h2 id="${id}">${heading}</h2><div class="cards">${its}</div>${others}`
  }
  const wrong = group('wrong', headings.wrong, pieces.slice(0, badShown), bad.length - badShown)
  const right = group('well', headings.well, pieces.slice(badShown), well.length - MOST_PASSING)
  return {
    title: `${headline(view)} · ${view.identity.serviceId}`,
    spoken: spokenLine(view),
    cards,
    checks: html`<section id="checks" tabindex="-1" aria-label="${headings.checks}">${wrong}${right}</section>`,
    others: new Map([
      ['overall', overall(view)],
      ['timeline', timeline(view)],
      ['visits', visits(view)],
      ['run', run(view)],
      ['controls', controls(view)],
    ]),
  }
}

/** What makes an earlier rendering into this one: new markup by id; undefined where nothing has changed. */
export function changesBetween(
  before: Fragments | undefined,
  after: Fragments,
): Readonly<Record<string, string>> | undefined {
  const changed: Record<string, string> = {}
  const compare = (was: ReadonlyMap<string, Html> | undefined, is: ReadonlyMap<string, Html>) => {
    for (const [id, markup] of is) if (was?.get(id)?.toString() !== markup.toString()) changed[id] = markup.toString()
  }
  compare(before?.others, after.others)
  const moved = [...(before?.cards.keys() ?? [])].join() !== [...after.cards.keys()].join()
  if (moved || shapeOf(before) !== shapeOf(after)) changed['checks'] = after.checks.toString()
  else compare(before?.cards, after.cards)
  return Object.keys(changed).length > 0 || before?.title !== after.title ? changed : undefined
}

/** Which cards are open ones: a check that has come to fail stands in another group, even if its place is the same. */
function shapeOf(fragments: Fragments | undefined): string {
  return [...(fragments?.cards.values() ?? [])].map((card) => card.toString().startsWith('<article')).join()
}
