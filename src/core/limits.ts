import { CannotTell, type ValueLimits } from './check.ts'
import type { Judged, Status } from './status.ts'

/** Two limits on a number that is bad when high. */
export interface Limits {
  readonly warnAt: number
  readonly failAt: number
  /** How far below a limit the number must come before the limit counts as left again, so that it does not flap. */
  readonly clearBy?: number
}

/**
 * Grades a number against its limits. At a limit counts as over it.
 * @param said what was said of the same subject before; within `clearBy` below a limit that stays as it is
 * @throws {CannotTell} when the number is not finite: NaN passes every comparison, so it must never be compared
 */
export function grade(value: number, limits: Limits, said?: Status): Judged {
  if (!Number.isFinite(value)) throw new CannotTell(`the reading is ${value}, which no limit can judge`)
  const band = limits.clearBy ?? 0
  if (value >= limits.failAt - (said === 'fail' ? band : 0)) return 'fail'
  if (value >= limits.warnAt - (said === 'fail' || said === 'warn' ? band : 0)) return 'warn'
  return 'pass'
}

/** The same two as a sentence ends with them, for what was graded so: `warns at 85%`, `fails until it is below 93%`. */
export function limitsInWords(status: Judged, value: number, limits: Limits, word: (value: number) => string): string {
  const { warnAt, failAt, clearBy = 0 } = limits
  const at = status === 'fail' ? failAt : warnAt
  // Within the band it is said still, though the number alone would not make it so.
  if (status !== 'pass' && value < at) return `${status}s until it is below ${word(at - clearBy)}`
  const words = { pass: `warns at ${word(warnAt)}`, warn: `warns at ${word(warnAt)}, fails at ${word(failAt)}` }
  return status === 'fail' ? `fails at ${word(failAt)}` : words[status]
}

/** What a number may seem to have reached that is said beside its limits: they, and where each is left again. */
export function edgesOf({ warnAt, failAt, clearBy = 0 }: Limits): readonly number[] {
  return clearBy > 0 ? [warnAt, failAt, warnAt - clearBy, failAt - clearBy] : [warnAt, failAt]
}

/** The same two, as a verdict tells them. */
export function valueLimits({ warnAt, failAt }: Limits): ValueLimits {
  return { warn: warnAt, fail: failAt }
}
