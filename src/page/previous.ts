import { DECAY } from '../core/answer.ts'
import type { PreviousRun } from '../render/health-json.ts'
import { type Html, html } from './html.ts'
import { around, sentence, time } from './phrases.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** For how long the end of the run before may be why somebody looks: the first hour. */
const NEWS_SECONDS = 3_600
/** One that ended at once is outlived too soon. */
const LEAST_SECONDS = 60

/** How the run before ended: when, after how long, and why; and whether that may come again. */
export function endOf(previous: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const { serviceId } = view.identity
  const { endedAt, why, exit } = previous
  const end = kindOf(previous)
  const lived = words.brief(previous.lived * 1000)
  const times = [time(Date.parse(endedAt), view.now), time(view.startedAt, view.now)]
  const when = around(times, (at = '', begun = '') => words.endedAt(at, lived, end, exit, begun))
  const after = {
    killed: words.killed(serviceId),
    left: `${words.selfDrained} ${words.crashed(serviceId)}`,
    ended: words.crashed(serviceId),
    told: `${words.stopped[previous.orderly === true ? 'whole' : 'short']} ${words.toldBy[stopOf(previous)](serviceId)}`,
  }[end]
  const drawn = why.startsWith('heartbeat failed') && why.includes(DECAY) && html` ${words.byCounter}`
  // It is quoted: a check's own words, of then, with colons and dots of their own.
  return html`${when}: <q>${sentence(why, view)}.</q>${drawn}${onPurpose(previous, view)} ${after}${tried(previous, view)}${causes(previous, view)}${again(previous, view)}`
}

/** A fault does not outlast its run: what it did does not come again by itself. */
function onPurpose({ faults = [] }: PreviousRun, { language }: StatusView): Html | false {
  return faults.length > 0 && html` <span class="purpose">${wordsIn(language).faultsThen(faults.join(', '))}</span>`
}

function tried(previous: PreviousRun, { language }: StatusView): Html | false {
  return isBad(previous) && html` ${wordsIn(language).triedThen(previous.tried ?? [])}`
}

/** What to do about what stood then: the advice of the checks that are named there, which are silent while they pass. */
function causes(previous: PreviousRun, view: StatusView): readonly Html[] {
  const { forCause, hungCode } = wordsIn(view.language)
  if (!isBad(previous) || !isShaky(view)) return []
  const { why } = previous
  const named = view.snapshot.checks.filter(({ name, advice }) => advice !== undefined && why.includes(`${name}: `))
  const about = named.map(({ name, advice = '' }) => html` ${forCause(name)} ${sentence(advice, view)}.`)
  return why.startsWith('the main thread') ? [html` ${hungCode}`, ...about] : about
}

/** Whether it comes again, as far as anybody can know that. */
function again(previous: PreviousRun, view: StatusView): Html | false {
  const words = wordsIn(view.language)
  if (!isShaky(view)) return false
  if (!hasCause(previous)) return html` ${words.unforetold}`
  const { lived, failedAfter } = previous
  const after = failedAfter === undefined ? undefined : words.brief(failedAfter * 1000)
  // A stop that is not liveness's has a cause of its own, which may have nothing to do with what stood then.
  if (kindOf(previous) === 'told' && stateOf(previous) !== 'dying') return html` ${words.mayStandAgain(after)}`
  const isPast = view.uptimeSeconds > (failedAfter ?? lived)
  if (after === undefined) return html` ${isPast ? words.outlived : words.mayComeAgain(words.brief(lived * 1000))}`
  return html` ${isPast ? words.isPast(after) : words.mayFailAgain(after)}`
}

function kindOf({ end, exit }: PreviousRun): 'killed' | 'left' | 'ended' | 'told' {
  if (end === 'killed') return 'killed'
  if (exit === 'self-drain') return 'left'
  return exit.startsWith('SIG') ? 'told' : 'ended'
}

/** A draw fails the heartbeat alone: no probe that asks `/livez` hears of it. */
function stopOf(previous: PreviousRun): ReturnType<typeof stateOf> | 'drawn' {
  const state = stateOf(previous)
  return state === 'dying' && previous.why.startsWith('heartbeat failed') ? 'drawn' : state
}

function stateOf({ end, failing, warned }: PreviousRun): 'alive' | 'warned' | 'failing' | 'dying' {
  if (end !== 'clean') return 'dying'
  if (failing === true) return 'failing'
  return warned === true ? 'warned' : 'alive'
}

/** Whether it is known what was wrong with it: of an end that no check saw coming nobody knows whether it comes again. */
function hasCause(previous: PreviousRun): boolean {
  return stateOf(previous) !== 'dying' || (previous.failing !== false && previous.end !== 'uncaught')
}

function isBad(previous: PreviousRun): boolean {
  return stateOf(previous) !== 'alive'
}

/** Whether a bad end is still to be feared: until this run has outlived the one before, and an hour at most. */
export function isShaky({ previous, uptimeSeconds }: StatusView): boolean {
  if (!previous || !isBad(previous)) return false
  return uptimeSeconds < Math.min(NEWS_SECONDS, Math.max(LEAST_SECONDS, previous.lived))
}

/** One that was told to stop did not end badly, whatever failed. */
function leadOf(previous: PreviousRun): 'left' | ReturnType<typeof stateOf> {
  const [kind, state] = [kindOf(previous), stateOf(previous)]
  if (kind === 'left') return 'left'
  return kind === 'told' && state === 'dying' ? 'failing' : state
}

/** Whether how the run before ended stands among the first lines. */
export function isAtTop({ previous, uptimeSeconds }: StatusView): boolean {
  return previous !== undefined && uptimeSeconds < NEWS_SECONDS
}

/** Among the first lines of the page, while the run is young: who is called because a container restarted asks why. */
export function endedLately(view: StatusView): Html | false {
  const { previous, language } = view
  if (!previous || !isAtTop(view)) return false
  const words = wordsIn(language)
  const many = (previous.badEnds ?? 0) > 1 && html` ${words.badEnds(previous.badEnds ?? 0)}`
  if (!isBad(previous)) return html`<p>${words.runBefore.alive} ${endOf(previous, view)}${many}</p>`
  const lead = words.runBefore[leadOf(previous)]
  return html`<p class="lead">${lead}</p><p>${endOf(previous, view)}${many}</p>`
}
