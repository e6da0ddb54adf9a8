import type { Verdict } from '../src/core/check.ts'
import { foretoldBy } from '../src/core/foretold.ts'
import type { Rhythm } from '../src/core/rhythm.ts'
import { advance, patienceFor, type Standing } from '../src/core/standing.ts'

/** What is said after one more verdict, as the engine says it where no remedy is tried. */
export function standAfter(standing: Standing, verdict: Verdict, rhythm: Rhythm): Standing {
  return advance(standing, verdict.status, patienceFor(rhythm, verdict.status, foretoldBy(verdict)))
}
