import type { Cure } from './check.ts'
import type { CheckState, Snapshot } from './snapshot.ts'

/** A question from outside. */
export type Probe = 'heartbeat' | 'live' | 'ready' | 'startup'

export const PROBES: readonly Probe[] = ['heartbeat', 'live', 'ready', 'startup']

/** How a probe is asked. */
export interface Question {
  /** Which cures the heartbeat asks about. */
  readonly asks: readonly Cure[]
  /** Whether the service is about to stop: then it is not ready. */
  readonly draining: boolean
  /** Names left out of the verdict. */
  readonly exclude?: ReadonlySet<string>
}

/** Why a probe is answered with a failure. `name` is a check, or `draining`. */
export interface Objection {
  readonly name: string
  readonly because: string
}

/** Whether a check's status counts for a probe at all. */
export function hasSay(probe: Probe, { cure }: Pick<CheckState, 'cure'>, asks: readonly Cure[]): boolean {
  switch (probe) {
    case 'live':
      return cure === 'restart'
    case 'ready':
      return cure !== 'person'
    case 'heartbeat':
      return asks.includes(cure)
    case 'startup':
      return true
  }
}

/** Whether a check, having a say, stands against a probe. */
export function objects(probe: Probe, { status, looked }: Pick<CheckState, 'status' | 'looked'>): boolean {
  switch (probe) {
    case 'live':
    case 'heartbeat':
      return status === 'fail'
    case 'ready':
      return status === 'fail' || status === 'unknown'
    case 'startup':
      return !looked
  }
}

/**
 * Everything that stands against a probe; empty means it passes.
 * Not being able to look is no reason to kill (`live` passes on unknown) and a reason to wait (`ready` does not).
 * `ready` also waits until every check has looked once, whatever its cure.
 */
export function objections(probe: Probe, snapshot: Snapshot, question: Question): readonly Objection[] {
  const found: Objection[] = probe === 'ready' && question.draining ? [DRAINING] : []
  for (const check of snapshot.checks) {
    if (question.exclude?.has(check.name)) continue
    const against = hasSay(probe, check, question.asks) && objects(probe, check)
    const early = probe === 'ready' && !check.looked
    if (against || early) found.push({ name: check.name, because: check.because })
  }
  return found
}

const DRAINING: Objection = { name: 'draining', because: 'the service is stopping; send it no more requests' }
