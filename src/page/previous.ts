import type { PreviousRun } from '../core/previous-run.ts'
import type { Tried } from '../core/remedy.ts'
import type { Status } from '../core/status.ts'
import { type Html, html } from './html.ts'
import { answers, around, sentence, time, wholeSentence } from './phrases.ts'
import { cameAt, courseOf, stateOf, timeIn } from './run-course.ts'
import type { StatusView } from './view.ts'
import { wordsIn } from './words.ts'

/** The place in the code where the thread waits, in the guard's words; where an error was thrown, in the journal's. */
const PLACED = /, in .+ \(.+:\d+\)/
const THROWN_AT = / \(at .+:\d+/
/** For how long the end of the run before may be why somebody looks: the first hour. */
const NEWS_SECONDS = 3_600
/** One that ended at once is outlived too soon. */
const LEAST_SECONDS = 60

/** How the run before ended: when, after how long, why, and what was tried. Where that was bad, also what to do, and whether it comes again. */
export function endOf(previous: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const { labels, nothing } = words
  const { tried = [] } = previous
  return answers([
    [labels.ended, ended(previous, view)],
    [labels.since, cameAt(previous, view)],
    [labels.endedBy, endedBy(previous, view)],
    [labels.tried, tried.length > 0 ? triedThen(tried, previous, view) : nothing.tried],
    [labels.doNow, causes(previous, view)],
    [labels.again, again(previous, view)],
  ])
}

function triedThen(tried: readonly Tried[], previous: PreviousRun, view: StatusView): Html {
  const { triedThen } = wordsIn(view.language)
  const all = tried.map((one) =>
    around(one.after === undefined ? [] : timeIn(previous, one.after, view), (at) => triedThen(one, at)),
  )
  return html`${all.map((one, nth) => html`${nth > 0 && '; '}${one}`)}`
}

function ended(previous: PreviousRun, view: StatusView): Html {
  const words = wordsIn(view.language)
  const { endedAt, why, exit, lived, drawn, guardSpoke } = previous
  const end = kindOf(previous)
  const [heard, begun] = [Date.parse(endedAt), view.startedAt]
  const isWithinASecond = Math.floor(heard / 1000) === Math.floor(begun / 1000)
  const when = around([time(heard, view.now), time(begun, view.now)], (at = '', by = '') =>
    words.endedAt(
      at,
      words.brief(lived * 1000),
      end,
      exit,
      isWithinASecond ? undefined : { at: by, isGuards: guardSpoke === true },
    ),
  )
  const byCounter = drawn === 'counter' && html` ${words.byCounter}`
  // It is quoted: a check's own words, of then, with colons and dots of their own.
  return html`${when}: <q>${sentence(why, view)}.</q>${byCounter}${onPurpose(previous, view)}`
}

/** Who or what ended it, as far as that is known; and where Kubernetes tells more. */
function endedBy(previous: PreviousRun, { language, identity: { serviceId } }: StatusView): string {
  const words = wordsIn(language)
  const { whole, short } = words.stopped
  return {
    killed: words.killed(serviceId, previous.hung !== undefined),
    left: `${words.selfDrained} ${words.crashed(serviceId)}`,
    ended: `${previous.exit === 'uncaught' ? words.endedBy.uncaught : words.endedBy.exit} ${words.crashed(serviceId)}`,
    told: `${previous.orderly === true ? whole : short} ${words.toldBy[stopOf(previous)](serviceId)}`,
  }[kindOf(previous)]
}

/** A fault does not outlast its run: what it did does not come again by itself. */
function onPurpose({ faults = [] }: PreviousRun, { language }: StatusView): Html | false {
  return faults.length > 0 && html` <span class="purpose">${wordsIn(language).faultsThen(faults.join(', '))}</span>`
}

/** What to do about what stood then: the advice of the checks that are named there, which are silent while they pass; else where to begin. */
function causes(previous: PreviousRun, view: StatusView): Html | string | false {
  const { hungCode, beginWith, ifAgain } = wordsIn(view.language)
  const about = adviceOf(previous, view)
  if (!isBad(previous)) return about.length > 0 ? html`${about}` : kindOf(previous) === 'told' && beginWith.alive
  if (!isShaky(view)) return false
  const { advice = [] } = previous
  const { serviceId } = view.identity
  const hung = previous.hung !== undefined && html`${hungCode(previous.hung, PLACED.test(previous.why))} `
  const whileItLasts =
    advice.length > 0 && html` ${ifAgain} ${advice.map((text) => html`${wholeSentence(text, view)} `)}`
  const noted = previous.noted === true && html`${beginWith.noted(serviceId)}${whileItLasts}`
  if (hung !== false || about.length > 0 || noted !== false) return html`${hung}${about}${noted}`
  if (previous.drawn !== undefined) return previous.drawn === 'fault' ? beginWith.fault(serviceId) : beginWith.counter
  const kind = kindOf(previous)
  if (kind === 'ended' && THROWN_AT.test(previous.why)) return beginWith.placed
  return (kind === 'killed' || kind === 'ended') && beginWith[kind]
}

/** Of each check that is quoted, or for which something was tried: what it then advised, else what it always does. */
function adviceOf({ why, tried = [], checkAdvice = {} }: PreviousRun, view: StatusView): readonly Html[] {
  const isAbout = (name: string) => why.includes(`${name}: `) || tried.some(({ checks }) => checks.includes(name))
  return view.snapshot.checks.flatMap(({ name, status, advice: always }) => {
    const advice = Object.hasOwn(checkAdvice, name) ? checkAdvice[name] : always
    if (advice === undefined || !isAbout(name)) return []
    const isUnseen = status === 'pass' && !hasBeenIll(name, view)
    const words = wordsIn(view.language)
    const others = named(advice, view).filter((other) => other !== name && !why.includes(`${other}: `))
    const ofNow = others.length > 0 && `${words.ofThisRun(others)} `
    return html`${words.forCause(name, isUnseen)} ${sentence(ofThen(advice), view)}. ${ofNow}`
  })
}

/** The checks to which an advice sends its reader: of those that the end does not quote, the page shows this run alone. */
function named(advice: string, { snapshot }: StatusView): readonly string[] {
  const sent = [...advice.matchAll(/(?:\b(?:see|where|as)|,) ([a-z][a-z-]*)/g)].map(([, word]) => word)
  return snapshot.checks.map(({ name }) => name).filter((name) => sent.includes(name))
}

/** In this run. */
function hasBeenIll(check: string, { transitions, attempts }: StatusView): boolean {
  const isIll = (to: Status) => to === 'warn' || to === 'fail'
  return transitions.some(({ name, to }) => name === check && isIll(to)) || attempts.some((one) => one.check === check)
}

/** Advice for a run that goes on, read after its end: its log is another. */
function ofThen(advice: string): string {
  return advice.replaceAll('kubectl logs POD', 'kubectl logs --previous POD')
}

/** Whether it comes again, as far as anybody can know that. */
function again(previous: PreviousRun, view: StatusView): string | false {
  const texts = [isShaky(view) && odds(previous, view), many(previous, view)].filter((text) => text !== false)
  return texts.length > 0 && texts.join(' ')
}

function many({ badEnds = 0 }: PreviousRun, { language }: StatusView): string | false {
  return badEnds > 1 && wordsIn(language).badEnds(badEnds)
}

function odds(previous: PreviousRun, { language, uptimeSeconds }: StatusView): string {
  const words = wordsIn(language)
  if (previous.drawn !== undefined) return words.draws.after[previous.drawn]
  if (!hasCause(previous)) return words.unforetold
  const came = courseOf(previous)?.came
  const after = came === undefined ? undefined : words.brief(came * 1000)
  const isPast = uptimeSeconds > (came ?? previous.lived)
  // A stop that is not liveness's has a cause of its own, which may have nothing to do with what stood then.
  if (kindOf(previous) === 'told' && stateOf(previous) !== 'dying') return words.mayStandAgain(after, isPast)
  if (after === undefined) return isPast ? words.outlived : words.mayComeAgain(words.brief(previous.lived * 1000))
  return isPast ? words.isPast(after) : words.mayFailAgain(after)
}

function kindOf({ end, exit }: PreviousRun): 'killed' | 'left' | 'ended' | 'told' {
  if (end === 'killed') return 'killed'
  if (exit === 'self-drain') return 'left'
  return exit.startsWith('SIG') ? 'told' : 'ended'
}

/** A draw fails the heartbeat alone: no probe that asks `/livez` hears of it. */
function stopOf(previous: PreviousRun): ReturnType<typeof stateOf> | 'drawn' | 'late' {
  const state = stateOf(previous)
  if (state === 'warned' && previous.late === true) return 'late'
  return state === 'dying' && previous.drawn !== undefined ? 'drawn' : state
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
  const { runBefore } = wordsIn(language)
  const lead = runBefore[leadOf(previous)]
  return html`${isBad(previous) ? html`<p class="lead">${lead}</p>` : html`<p>${lead}</p>`}${endOf(previous, view)}`
}
