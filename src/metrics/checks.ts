import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type Assignment, metricOf } from '../core/assignment.ts'
import { CURES, type Forecast, type Part } from '../core/check.ts'
import { hasSay, objects, PROBES } from '../core/probe.ts'
import type { CheckState, Snapshot, Transition } from '../core/snapshot.ts'
import { STATUSES } from '../core/status.ts'

interface ChecksSetup {
  readonly assignments: readonly Assignment[]
  snapshot(): Snapshot
}

/** Metrics of the checks: gauges read from the snapshot at each scrape, counters told of every look as it happens. */
export function exposeChecks(registry: Registry, { assignments, snapshot }: ChecksSetup) {
  const registers = [registry]
  const eachCheck = (set: (check: CheckState) => void) => {
    for (const check of snapshot().checks) set(check)
  }
  exposeVerdicts(registers, eachCheck)
  exposeTimes(registers, eachCheck)
  exposeValues(registers, { assignments, snapshot })
  exposeLimits(registers, eachCheck)
  return countLooks(registers, assignments)
}

type EachCheck = (set: (check: CheckState) => void) => void
type Registers = Registry[]

function exposeVerdicts(registers: Registers, eachCheck: EachCheck): void {
  new Gauge({
    name: 'failweb_healthcheck',
    help: 'Whether a check has no objection to a probe in which it has a say: 1 none, 0 it objects.',
    labelNames: ['name', 'probe'],
    registers,
    collect() {
      eachCheck((check) => {
        for (const probe of PROBES) {
          if (hasSay(probe, check, CURES)) this.set({ name: check.name, probe }, objects(probe, check) ? 0 : 1)
        }
      })
    },
  })
  new Gauge({
    name: 'failweb_healthcheck_status',
    help: 'What is said of a check, as a state set: 1 for the status that stands, 0 for the others.',
    labelNames: ['name', 'failweb_healthcheck_status'],
    registers,
    collect() {
      eachCheck(({ name, status }) => {
        for (const one of STATUSES) this.set({ name, failweb_healthcheck_status: one }, one === status ? 1 : 0)
      })
    },
  })
}

function exposeTimes(registers: Registers, eachCheck: EachCheck): void {
  new Gauge({
    name: 'failweb_healthcheck_last_run_timestamp_seconds',
    help: 'When the last look of a check ended, in seconds since 1970. Absent before the first.',
    labelNames: ['name'],
    registers,
    collect() {
      eachCheck(({ name, lookedAt }) => {
        if (lookedAt !== null) this.set({ name }, lookedAt / 1000)
      })
    },
  })
  new Gauge({
    name: 'failweb_limit_reached_timestamp_seconds',
    help: 'When a limit is likely to be reached, in seconds since 1970. Absent without a forecast.',
    labelNames: ['name', 'subject', 'limit'],
    registers,
    collect() {
      this.reset()
      eachCheck(({ name, lookedAt, forecast, parts }) => {
        const set = (subject: string, one: Forecast | undefined) => {
          if (one) this.set({ name, subject, limit: one.limit }, (lookedAt ?? 0) / 1000 + one.etaSeconds[1])
        }
        if (parts.length === 0) set('', forecast)
        for (const part of parts) set(part.subject, part.forecast)
      })
    },
  })
}

/** A check's declared values, one gauge each; `subject` is the part, empty where there are none. */
function exposeValues(registers: Registers, { assignments, snapshot }: ChecksSetup): void {
  for (const { check } of assignments) {
    for (const [value, help] of Object.entries(check.values ?? {})) {
      new Gauge({
        name: metricOf(check.name, value),
        help,
        labelNames: ['subject'],
        registers,
        collect() {
          this.reset()
          for (const { subject, values } of subjectsOf(snapshot().byName.get(check.name))) {
            const own = values[value]
            if (own !== undefined) this.set({ subject }, own)
          }
        },
      })
    }
  }
}

function exposeLimits(registers: Registers, eachCheck: EachCheck): void {
  new Gauge({
    name: 'failweb_healthcheck_limit',
    help: "A limit that the observed value of a check is held against, in that value's unit.",
    labelNames: ['name', 'subject', 'level'],
    registers,
    collect() {
      this.reset()
      eachCheck((check) => {
        for (const { subject, limits } of subjectsOf(check)) {
          const { name } = check
          for (const [level, limit] of Object.entries(limits ?? {})) this.set({ name, subject, level }, limit)
        }
      })
    },
  })
}

type Told = Pick<Part, 'subject' | 'values' | 'limits'>

function subjectsOf(check: CheckState | undefined): readonly Told[] {
  if (!check) return []
  return check.parts.length > 0 ? check.parts : [{ ...check, subject: '' }]
}

function countLooks(registers: Registers, assignments: readonly Assignment[]) {
  const looks = new Counter({
    name: 'failweb_healthchecks_total',
    help: 'Looks of a check, by what they saw.',
    labelNames: ['name', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'failweb_healthcheck_duration_seconds',
    help: 'How long the looks of a check took.',
    labelNames: ['name'],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  })
  const transitions = new Counter({
    name: 'failweb_healthcheck_transitions_total',
    help: 'Changes of what is said of a check, by the status it changed to.',
    labelNames: ['name', 'to'],
    registers,
  })
  for (const { check } of assignments) {
    // A counter that appears with its first event hides that event from rate() and increase(): all begin at 0.
    for (const status of STATUSES) {
      looks.inc({ name: check.name, status }, 0)
      transitions.inc({ name: check.name, to: status }, 0)
    }
  }
  return {
    looked({ name, sighting, tookMs }: CheckState): void {
      looks.inc({ name, status: sighting })
      durations.observe({ name }, tookMs / 1000)
    },
    changed({ name, to }: Transition): void {
      transitions.inc({ name, to })
    },
  }
}
