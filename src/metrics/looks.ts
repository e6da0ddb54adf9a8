import type { Assignment } from '../core/assignment.ts'
import type { CheckState, Transition } from '../core/snapshot.ts'
import { STATUSES } from '../core/status.ts'
import type { Counted } from './family.ts'
import { createHistogram } from './histogram.ts'
import { createTally } from './tally.ts'

export interface Looks {
  /** A look of a check has ended. */
  looked(state: CheckState): void
  /** Something else is said of a check. */
  changed(transition: Transition): void
}

/** Upper bounds in seconds. */
const BOUNDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

export function countLooks(assignments: readonly Assignment[]): Counted<Looks> {
  const names = assignments.map(({ check }) => check.name)
  const looks = createTally(
    'failweb_healthchecks_total',
    'Looks of a check, by what they saw.',
    names.flatMap((name) => STATUSES.map((status) => ({ name, status }))),
  )
  const durations = createHistogram(
    'failweb_healthcheck_duration_seconds',
    'How long the looks of a check took.',
    BOUNDS,
  )
  const durationOf = new Map(names.map((name) => [name, durations.open({ name })]))
  const transitions = createTally(
    'failweb_healthcheck_transitions_total',
    'Changes of what is said of a check, by the status it changed to.',
    names.flatMap((name) => STATUSES.map((to) => ({ name, to }))),
  )
  return {
    families: [looks, durations, transitions],
    told: {
      looked({ name, sighting, tookMs }) {
        looks.count({ name, status: sighting })
        durationOf.get(name)?.observe(tookMs / 1000)
      },
      changed: ({ name, to }) => transitions.count({ name, to }),
    },
  }
}
