import type { Clock } from '../core/clock.ts'
import type { Attempt, Remedy, RemedyReport } from '../core/remedy.ts'
import { messageOf } from '../core/thrown.ts'

/** How a remedy came out, so far as is known. */
export type Outcome = Pick<Attempt, 'result' | 'report' | 'error'>

/** A remedy under way. Neither promise rejects but `returned`, with the remedy's own error. */
export interface Running {
  readonly remedy: Remedy
  /** Resolves at the deadline at the latest. */
  readonly outcome: Promise<Outcome>
  /** Settles when the remedy itself has come back, which may be never. */
  readonly returned: Promise<RemedyReport>
}

export function start(remedy: Remedy, timeoutMs: number, clock: Clock): Running {
  const [late, back] = [new AbortController(), new AbortController()]
  const returned = Promise.resolve().then(() => remedy.run(late.signal))
  const outcome = Promise.race([
    returned.then(
      (report): Outcome => ({ result: 'done', report }),
      (error: unknown): Outcome => ({ result: 'failed', error: messageOf(error) }),
    ),
    clock.sleep(timeoutMs, back.signal).then((): Outcome => ({ result: 'late' })),
  ])
  outcome.then(({ result }) => (result === 'late' ? late : back).abort())
  return { remedy, outcome, returned }
}
