import { Gauge, Registry } from 'prom-client'
import type { Assignment } from '../core/assignment.ts'
import type { Decay } from '../core/draw.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { exposeChecks } from './checks.ts'
import { type CollectionCounts, exposeCollections, exposeProcess } from './process.ts'
import { exposeRequests, type RequestMetrics, type VisitCount } from './requests.ts'

export { Registry } from 'prom-client'

/** What the metrics are made from. Reading them disturbs nothing and resets nothing: two scrapes in a row say the same. */
export interface MetricsSetup {
  readonly assignments: readonly Assignment[]
  snapshot(): Snapshot
  /** Who asked the probes. */
  visits(): readonly VisitCount[]
  /** The counter behind `failweb_decay_ratio`; absent for a service without one. */
  readonly decay?: Decay
  /** Release of the service, as `failweb_build_info{version}`. */
  readonly releaseId: string
  readonly startedAt: Date
  readonly collections: CollectionCounts
  /** How the previous run ended: `clean`, `unhealthy`, `uncaught`, `killed` or `none`. Absent where runs are not remembered. */
  readonly previousEnd?: string
  /** Why the journal cannot be written now; undefined while it can. Absent where none is kept. */
  readonly journalTrouble?: () => string | undefined
  /** Faults on purpose, where they are enabled. */
  readonly faults?: () => readonly { readonly name: string; readonly active: boolean }[]
  /** The host's registry, when the host serves its own metrics; otherwise one of our own, never prom-client's global one. */
  readonly registry?: Registry
}

/** Everything that other rooms tell the metrics, and the text that Prometheus reads. */
export interface Metrics extends RequestMetrics, ReturnType<typeof exposeChecks> {
  /** `text/plain; version=0.0.4; charset=utf-8`. */
  readonly contentType: string
  /** The exposition. */
  text(): Promise<string>
}

export function createMetrics(setup: MetricsSetup): Metrics {
  const registry = setup.registry ?? new Registry()
  exposeRun(registry, setup)
  if (!setup.registry) exposeProcess(registry, setup.startedAt)
  exposeCollections(registry, setup.collections)
  return {
    ...exposeChecks(registry, setup),
    ...exposeRequests(registry, setup.visits),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}

function exposeRun(registry: Registry, { decay, faults, journalTrouble, previousEnd, releaseId }: MetricsSetup): void {
  const registers = [registry]
  new Gauge({
    name: 'failweb_build_info',
    help: 'The release that runs, and the Node it runs on. Always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: releaseId, node: process.version }, 1)
  if (previousEnd !== undefined) {
    new Gauge({
      name: 'failweb_run_info',
      help: 'How the run before this one ended. Always 1.',
      labelNames: ['previous_end'],
      registers,
    }).set({ previous_end: previousEnd }, 1)
  }
  if (faults) exposeFaults(registers, faults)
  if (journalTrouble) exposeJournal(registers, journalTrouble)
  if (!decay) return
  new Gauge({
    name: 'failweb_decay_ratio',
    help: 'The probability with which the last draw of the heartbeat failed, 0 to 1.',
    registers,
    collect() {
      this.set(decay.last.percent / 100)
    },
  })
}

function exposeJournal(registers: Registry[], trouble: () => string | undefined): void {
  new Gauge({
    name: 'failweb_journal_writable',
    help: 'Whether what happens is being written down: 0 while the journal cannot be written.',
    registers,
    collect() {
      this.set(trouble() === undefined ? 1 : 0)
    },
  })
}

function exposeFaults(registers: Registry[], faults: NonNullable<MetricsSetup['faults']>): void {
  new Gauge({
    name: 'failweb_fault_active',
    help: 'Whether a fault on purpose is active.',
    labelNames: ['name'],
    registers,
    collect() {
      for (const { name, active } of faults()) this.set({ name }, active ? 1 : 0)
    },
  })
}
