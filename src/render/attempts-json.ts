import type { Attempt } from '../core/remedy.ts'

/** So many of the newest attempts at remedies are in the detail. */
const MOST_ATTEMPTS = 10

/** What was tried last, for which check, and what it did. */
export function attemptsJson(attempts: readonly Attempt[]): readonly object[] {
  return attempts.slice(-MOST_ATTEMPTS).map(attemptJson)
}

function attemptJson({ at, remedy, check, because, tookMs, result, report, error, helped }: Attempt): object {
  return {
    time: new Date(at).toISOString(),
    remedy,
    ...(check !== undefined && { check }),
    ...(because !== undefined && { because }),
    took: Math.round(tookMs) / 1000,
    result,
    ...(report?.entries && { entries: report.entries }),
    ...(report?.bytes && { bytes: report.bytes }),
    ...(error !== undefined && { error }),
    ...(helped !== undefined && { helped }),
  }
}
