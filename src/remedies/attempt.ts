import type { Clock } from '../core/clock.ts'
import type { Remedy, RemedyReport } from '../core/remedy.ts'

/** One attempt at a remedy, for journal, metrics and detail. */
export interface Attempt {
  readonly remedy: string
  /** The check for which it was tried; absent when a person asked for it. */
  readonly check?: string
  /** What that check had seen. */
  readonly because?: string
  /** When it began: milliseconds since 1970. */
  readonly at: number
  readonly tookMs: number
  /** `late`: it had not returned in time. `dry-run`: it would have been tried. */
  readonly result: 'done' | 'failed' | 'late' | 'dry-run'
  /** What it did, with the numbers before and after. */
  readonly report?: RemedyReport
  /** Why it failed. */
  readonly error?: string
  /** Whether the check was well when it next looked; absent before it has. */
  readonly helped?: boolean
}

/** How a remedy came out, so far as is known. */
export type Outcome = Pick<Attempt, 'result' | 'report' | 'error'>

/** A remedy under way. Neither promise rejects but `returned`, with the remedy's own error. */
export interface Running {
  readonly remedy: string
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
  return { remedy: remedy.name, outcome, returned }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
