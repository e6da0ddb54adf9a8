import { Gauge, Registry } from 'prom-client'
import type { Assignment } from '../core/assignment.ts'
import type { Decay } from '../core/draw.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { exposeChecks } from './checks.ts'
import { type CollectionCounts, exposeCollections, exposeProcess } from './process.ts'
import { exposeRequests, type RequestMetrics } from './requests.ts'

export { Registry } from 'prom-client'

/** What the metrics are made from. Reading them disturbs nothing and resets nothing: two scrapes in a row say the same. */
export interface MetricsSetup {
  readonly assignments: readonly Assignment[]
  snapshot(): Snapshot
  /** The counter behind `failweb_decay_ratio`; absent for a service without one. */
  readonly decay?: Decay
  /** Release of the service, as `failweb_build_info{version}`. */
  readonly releaseId: string
  readonly startedAt: Date
  readonly collections: CollectionCounts
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
    ...exposeRequests(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}

function exposeRun(registry: Registry, { decay, releaseId }: MetricsSetup): void {
  const registers = [registry]
  new Gauge({
    name: 'failweb_build_info',
    help: 'The release that runs, and the Node it runs on. Always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: releaseId, node: process.version }, 1)
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
