import type { Cure } from '../core/check.ts'
import type { Result } from '../core/remedy.ts'
import type { Status } from '../core/status.ts'
import type { RunBeforeWords } from './run-before.ts'
import type { Outlook, Visit } from './view.ts'
import { ENGLISH } from './words-en.ts'
import { JAPANESE } from './words-ja.ts'

/** The languages of the page. The checks' own sentences stay as they are. */
export const LANGUAGES = ['en', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

/** What is happening to the service as a whole. */
export type Overall = Status | 'stopping'

/** What is to be cured. */
export interface Ill {
  readonly cure: Cure
  readonly status: Status
  readonly instance: string
  /** Whether it will be fatal within minutes. */
  readonly soon: boolean
  /** How long the run had lasted when it came to this. */
  readonly after: string
}

/** Every word of the page that is not a check's own. */
export interface Words extends RunBeforeWords {
  readonly overall: Readonly<Record<Overall, string>>
  readonly status: Readonly<Record<Status, string>>
  readonly headings: Readonly<
    Record<
      | 'told'
      | 'wasTold'
      | 'checks'
      | 'wrong'
      | 'well'
      | 'run'
      | 'decay'
      | 'previous'
      | 'visits'
      | 'timeline'
      | 'controls',
      string
    >
  >
  readonly subheadings: Readonly<Record<'remedies' | 'faults', string>>
  readonly labels: Readonly<
    Record<
      | 'doNow'
      | 'more'
      | 'looksAt'
      | 'fatal'
      | 'tried'
      | 'ended'
      | 'endedBy'
      | 'again'
      | 'goesOn'
      | 'lastDay'
      | 'values'
      | 'parts'
      | 'release'
      | 'instance'
      | 'up'
      | 'since',
      string
    >
  >
  readonly nothing: Readonly<Record<'visits' | 'previous' | 'journal' | 'checks' | 'tried', string>>
  /** Where no time can be foretold, by the check's cure: what it comes to all the same. */
  readonly noForecast: Readonly<Record<Cure | 'unknown', string>>
  readonly notAllowed: string
  readonly noScripts: string
  readonly reload: string
  readonly otherLanguage: string
  readonly utc: string
  readonly skip: string
  /** A length of time in two digits: `3.1 ms`, `1.5 s`, `12 min`. */
  brief(ms: number): string
  /** A length of time, in whole minutes from one minute on, so that a page that says it need not change every second. */
  lasting(ms: number): string
  since(time: string, lasting: string): string
  /** After it, of what fails: when it was first said to warn. */
  warnedSince(time: string): string
  /** @param young whether the run has just begun, and the checks have judged little */
  allPass(count: number, young: boolean): string
  /** Before a remedy that helped. */
  healed(time: string, check: string): string
  /** In place of the word for `pass` or `unknown`, where there is something to read beside that; `after` where that is how the run before ended. */
  readonly instead: Readonly<Record<'well' | 'after' | 'unknown', string>>
  /** After it, before the check's name: whether what ailed it comes again. `times` it has helped within the hour, this one too. */
  lasts(times: number): string
  notPassing(bad: number, all: number): string
  /** Why a heartbeat failed of which no check is the cause; or that a fault has made it fail. */
  drawFailed(percent: string): string
  readonly failedOnPurpose: string
  /** Of failed draws: when they are fatal, what to do, and whether they come again, by what makes them fail. */
  readonly draws: {
    readonly fatal: string
    readonly doNow: Readonly<Record<'counter' | 'fault', string>>
    readonly again: Readonly<Record<'counter' | 'fault', string>>
    /** The same after a run that ended with them. */
    readonly after: Readonly<Record<'counter' | 'fault', string>>
  }
  /** Before since when. */
  inARow(count: number): string
  readonly stopping: string
  /** Before it, where that is known. */
  toldToStop(by: string, time: string, instance: string): string
  leavesBySelf(time: string, after: string): string
  cure(ill: Ill): string
  /** The same of a check that has not looked yet. */
  readonly looksSoon: string
  /** Before a check's advice, while faults are set on purpose. */
  endFaults(names: string): string
  /** In place of a check's own advice. */
  readonly noAdvice: string
  seen(word: string, looks: number): string
  /** Between a check's name and what it saw, where something was tried before that was said. */
  sawFirst(word: string, looks: number): string
  look(every: string, took: string, at: string): string
  forecast(limit: string, likely: string, soonest: string, latest: string | null): string
  reached(limit: string): string
  limit(level: 'warn' | 'fail', value: string): string
  readonly chart: {
    readonly now: string
    /** Before what its colours mean. */
    readonly bar: string
    ago(lasting: string): string
    ahead(lasting: string): string
    about(value: string, lasting: string, now: string, least: string, most: string): string
  }
  attempt(remedy: string, result: Result, took: string): string
  readonly helped: string
  readonly didNotHelp: string
  readonly byHand: string
  told: Readonly<Record<'live' | 'ready' | 'startup' | 'heartbeat', readonly [passes: string, fails: string]>>
  readonly odds: {
    readonly counter: string
    readonly next: string
    readonly nextThree: string
    readonly half: string
    heartbeats(half: number, most: number | undefined): string
    readonly never: string
    readonly about: string
  }
  readonly agents: Readonly<Record<Visit['agent'], string>>
  readonly visitColumns: readonly [who: string, path: string, every: string, last: string, got: string]
  every(time: string): string
  /** In place of a status code, where whoever asked had gone before the answer. */
  readonly noAnswer: string
  times(count: number): string
  /** When there last was such an answer. */
  lastAt(time: string): string
  firstLooks(count: number): string
  became(from: string, to: string): string
  began(release?: string): string
  more(count: number): string
  /** What the script says. The texts stand in the page, so that the script has no language. */
  live(
    from: Outlook,
  ): Readonly<
    Record<'on' | 'lost' | 'silent' | 'full' | 'bye' | 'anew' | 'local' | 'working' | 'done' | 'refused', string>
  >
  /** In place of the word when that is old, and what goes before it then. */
  readonly notLive: string
  readonly lastHeard: string
  /** Where it fails and no kubelet has asked on this port: liveness may well be asked at the guard's, whose visits are not known here. */
  readonly unasked: Readonly<Record<'live' | 'ready', string>>
  run(remedy: string): string
  mayHelp(remedies: readonly string[]): string
  readonly fault: Readonly<Record<'start' | 'stop' | 'active' | 'forSeconds', string>>
  faultUntil(time: string): string
  faultsActive(names: string): string
  readonly faultsNeedScripts: string
}

export function wordsIn(language: Language): Words {
  return language === 'ja' ? JAPANESE : ENGLISH
}
