import { type Assignment, metricOf } from '../core/assignment.ts'
import { CURES, type Part } from '../core/check.ts'
import { hasSay, objects, PROBES } from '../core/probe.ts'
import type { CheckState, Snapshot } from '../core/snapshot.ts'
import { STATUSES } from '../core/status.ts'
import { type Family, gauge, type Sample, sample } from './family.ts'

interface ChecksSetup {
  readonly assignments: readonly Assignment[]
  snapshot(): Snapshot
}

/** The checks as they stand: read from the snapshot at each scrape. */
export function readChecks({ assignments, snapshot }: ChecksSetup): readonly Family[] {
  const each = (samplesOf: (check: CheckState) => readonly Sample[]) => () => snapshot().checks.flatMap(samplesOf)
  return [
    gauge(
      'failweb_healthcheck',
      'Whether a check has no objection to a probe in which it has a say: 1 none, 0 it objects.',
      each(objectionsOf),
    ),
    gauge(
      'failweb_healthcheck_status',
      'What is said of a check, as a state set: 1 for the status that stands, 0 for the others.',
      each(statusesOf),
    ),
    gauge(
      'failweb_healthcheck_last_run_timestamp_seconds',
      'When the last look of a check ended, in seconds since 1970. Absent before the first.',
      each(({ name, lookedAt }) => (lookedAt === null ? [] : [sample({ name }, lookedAt / 1000)])),
    ),
    gauge(
      'failweb_limit_reached_timestamp_seconds',
      'When a limit is likely to be reached, in seconds since 1970. Absent without a forecast.',
      each(forecastsOf),
    ),
    gauge(
      'failweb_healthcheck_limit',
      "A limit that the observed value of a check is held against, in that value's unit.",
      each(limitsOf),
    ),
    ...assignments.flatMap(({ check }) => readValues(check, () => snapshot().byName.get(check.name))),
  ]
}

/** A check's declared values, one gauge each; `subject` is the part, empty where there are none. */
function readValues({ name, values = {} }: Assignment['check'], state: () => CheckState | undefined) {
  return Object.entries(values).map(([value, help]) =>
    gauge(metricOf(name, value), help, () =>
      subjectsOf(state()).flatMap(({ subject, values: { [value]: own } }) =>
        own === undefined ? [] : [sample({ subject }, own)],
      ),
    ),
  )
}

function objectionsOf(check: CheckState): readonly Sample[] {
  return PROBES.filter((probe) => hasSay(probe, check, CURES)).map((probe) =>
    sample({ name: check.name, probe }, objects(probe, check) ? 0 : 1),
  )
}

function statusesOf({ name, status }: CheckState): readonly Sample[] {
  return STATUSES.map((one) => sample({ name, failweb_healthcheck_status: one }, one === status ? 1 : 0))
}

function forecastsOf(check: CheckState): readonly Sample[] {
  const { name, lookedAt } = check
  return subjectsOf(check).flatMap(({ subject, forecast }) => {
    if (!forecast) return []
    const { limit, etaSeconds } = forecast
    return [sample({ name, subject, limit }, (lookedAt ?? 0) / 1000 + etaSeconds[1])]
  })
}

function limitsOf(check: CheckState): readonly Sample[] {
  const { name } = check
  return subjectsOf(check).flatMap(({ subject, limits = {} }) =>
    Object.entries(limits).map(([level, value]) => sample({ name, subject, level }, value)),
  )
}

type Subject = Pick<Part, 'subject' | 'values' | 'limits' | 'forecast'>

function subjectsOf(check: CheckState | undefined): readonly Subject[] {
  if (!check) return []
  return check.parts.length > 0 ? check.parts : [{ ...check, subject: '' }]
}
