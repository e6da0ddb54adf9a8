import type { Status } from './status.ts'

/** A number before and after. */
export interface Effect {
  readonly before: number
  readonly after: number
}

/** What a remedy did. A number that it does not change, or cannot tell, is absent. */
export interface RemedyReport {
  readonly remedy: string
  /** Of all caches together. */
  readonly entries?: Effect
  /** For `purge-cache` over the caches that know their bytes, for `gc` what is in use of heap and Buffers. */
  readonly bytes?: Effect
  /** Entries by cache. */
  readonly caches?: Readonly<Record<string, Effect>>
}

/** Something the service may do about itself. */
export interface Remedy {
  /** Kebab-case; the URL segment of `POST /remedies/NAME`. */
  readonly name: string
  readonly about: string
  /** Rejects when it could not be done. `signal` aborts when nobody waits for it any more. */
  run(signal?: AbortSignal): Promise<RemedyReport>
  /**
   * The same for some of what it treats, by name: for `purge-cache`, these caches. Absent where there is nothing to choose from.
   * @throws an error with `status` 404 and `expose` where it treats nothing of that name
   */
  only?(names: readonly string[]): Remedy
}

/** How an attempt may end. `late`: it had not returned in time. `dry-run`: it would have been tried. */
export const RESULTS = ['done', 'failed', 'late', 'dry-run'] as const
export type Result = (typeof RESULTS)[number]

/** What came of a remedy's attempts in a stretch of time. */
export interface Tried {
  readonly remedy: string
  /** The checks for which it was tried; none where a person asked for it. */
  readonly checks: readonly string[]
  readonly times: number
  /** When it was begun the last time: seconds after the start of its run. Absent where that is not kept. */
  readonly after?: number
  /** How many of them were judged, and how many of those had helped. */
  readonly judged: number
  readonly helped: number
}

/** What a remedy's bytes are of: a collection frees less than all the memory in use that stands beside it. */
export function bytesOf(remedy: string): string {
  return remedy === 'gc' ? 'objects and buffers' : 'bytes'
}

/** After what is not tried just now: that it will be. Of a run that stops or is over that is not so. */
const AGAIN = /, and (?:is|are) tried again once that time is over/g

export function willBeTried(names: readonly string[]): string {
  return `, and ${names.length === 1 ? 'is' : 'are'} tried again once that time is over`
}

/** The same sentence without what it says is yet to be tried. */
export function withoutAgain(sentence: string): string {
  return sentence.replace(AGAIN, '')
}

/** One attempt at a remedy, for journal, metrics and detail. */
export interface Attempt {
  readonly remedy: string
  /** The check for which it was tried; absent when a person asked for it. */
  readonly check?: string
  /** What that check had seen. */
  readonly because?: string
  /** Where a look had seen worse than was said of it yet: what it saw. What may help is not kept waiting for more looks. */
  readonly ahead?: Status
  /** When it began: milliseconds since 1970. */
  readonly at: number
  readonly tookMs: number
  readonly result: Result
  /** What it did, with the numbers before and after. */
  readonly report?: RemedyReport
  /** Why it failed. */
  readonly error?: string
  /** Whether the check was well when it next looked; absent before it has. At once false where, by its own numbers, the remedy changed nothing. */
  readonly helped?: boolean
}
