/** What is said of a check. `unknown` means that it could not look, or has not looked lately. */
export type Status = 'pass' | 'warn' | 'unknown' | 'fail'

/** Every status, mildest first: the order in which one is worse than another. */
export const STATUSES = ['pass', 'warn', 'unknown', 'fail'] as const satisfies readonly Status[]

/** What a judge may conclude. `unknown` is the engine's word: a judge that cannot tell throws {@link CannotTell}. */
export type Judged = Exclude<Status, 'unknown'>

const severity: Readonly<Record<Status, number>> = { pass: 0, warn: 1, unknown: 2, fail: 3 }

export function isWorse(a: Status, b: Status): boolean {
  return severity[a] > severity[b]
}

/** For sorting: the worse comes first. */
export function byWorse(a: Status, b: Status): number {
  return severity[b] - severity[a]
}

/** The worst of some statuses; `pass` when there are none. */
export function worst<S extends Status>(statuses: Iterable<S>): S | 'pass' {
  let found: S | 'pass' = 'pass'
  for (const status of statuses) if (isWorse(status, found)) found = status
  return found
}

/** The mildest of some statuses; `fail` when there are none. */
export function mildest<S extends Status>(statuses: Iterable<S>): S | 'fail' {
  let found: S | 'fail' = 'fail'
  for (const status of statuses) if (isWorse(found, status)) found = status
  return found
}
