import { DEFAULT_RHYTHM } from '../../src/core/rhythm.ts'
import type { CheckState, Snapshot } from '../../src/core/snapshot.ts'

/** A check that stands as told; passing, where nothing is told. */
export function state(name: string, told: Partial<CheckState> = {}): CheckState {
  return {
    name,
    about: name,
    cure: 'restart',
    rhythm: DEFAULT_RHYTHM,
    status: 'pass',
    since: 0,
    because: 'all is well',
    sighting: told.status ?? 'pass',
    looked: true,
    lookedAt: 0,
    tookMs: 1,
    values: {},
    parts: [],
    ...told,
  }
}

export function snapshotOf(checks: readonly CheckState[], at = 0): Snapshot {
  return { at, checks, byName: new Map(checks.map((check) => [check.name, check])) }
}
