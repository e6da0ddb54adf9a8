import type { PreviousRun } from '../core/previous-run.ts'
import type { Html } from './html.ts'
import { around, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** How a run stood when it ended. */
export function stateOf({ end, failing, warned }: PreviousRun): 'alive' | 'warned' | 'failing' | 'dying' {
  if (end !== 'clean') return 'dying'
  if (failing === true) return 'failing'
  return warned === true ? 'warned' : 'alive'
}

/** Seconds after its start at which what is quoted had come about, where that is known. An error that ends a run comes as it ends. */
function cameAfter(previous: PreviousRun): number | undefined {
  if (previous.end === 'uncaught') return previous.lived
  return stateOf(previous) === 'warned' ? previous.warnedAfter : previous.failedAfter
}

/** When the first of it was seen, and when it had come to fail, in seconds after its start: the same where that was within a second. */
export function courseOf(previous: PreviousRun): { readonly ill: number; readonly came: number } | undefined {
  const came = cameAfter(previous)
  if (came === undefined) return undefined
  const ill = previous.end === 'uncaught' ? came : Math.min(came, previous.illAfter ?? came)
  return { ill, came: stateOf(previous) !== 'warned' && came - ill >= 1 ? came : ill }
}

/** A moment of the run before, so many seconds after its start. */
export function timeIn({ startedAt, endedAt, lived }: PreviousRun, after: number, { now }: StatusView): Html {
  // How long it lived is rounded: what came as it ended came at its end, not a second later.
  return time(after === lived ? Date.parse(endedAt) : Date.parse(startedAt) + after * 1000, now)
}

/** Since when what is quoted stood. */
export function cameAt(previous: PreviousRun, view: StatusView): Html | false {
  const course = courseOf(previous)
  if (course === undefined) return false
  const { ill, came } = course
  const words = wordsIn(view.language)
  return around([timeIn(previous, ill, view), timeIn(previous, came, view)], (first = '', failing = '') =>
    words.sinceStart(first, words.brief(ill * 1000), came > ill ? failing : undefined),
  )
}
