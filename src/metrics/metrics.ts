import type { Assignment } from '../core/assignment.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { readChecks } from './checks.ts'
import { expose, type Registry } from './exposition.ts'
import { countLooks, type Looks } from './looks.ts'
import { type CollectionCounts, readCollections, readProcess } from './process.ts'
import { countRemedies, type KnownRemedies, type Remedied } from './remedies.ts'
import { countRequests, type RequestSources, type Requests } from './requests.ts'
import { type RunSetup, readRun } from './run.ts'

/** What the metrics are made from. Reading them disturbs nothing and resets nothing: two scrapes in a row say the same. */
export interface MetricsSetup extends RunSetup, RequestSources {
  readonly assignments: readonly Assignment[]
  snapshot(): Snapshot
  readonly remedies: KnownRemedies
  readonly startedAt: Date
  readonly collections: CollectionCounts
  /** The host's registry, when the host serves its own metrics. */
  readonly registry?: Registry | undefined
}

/** Everything that other rooms tell the metrics, and the text that Prometheus reads. */
export interface Metrics extends Looks, Requests, Remedied {
  /** `text/plain; version=0.0.4; charset=utf-8`, unless the host's registry is of OpenMetrics. */
  readonly contentType: string
  /** The exposition. */
  text(): Promise<string>
}

export function createMetrics(setup: MetricsSetup): Metrics {
  const looks = countLooks(setup.assignments)
  const requests = countRequests(setup)
  const remedies = countRemedies(setup.remedies)
  const families = [
    ...readRun(setup),
    ...(setup.registry ? [] : readProcess()),
    ...readCollections(setup.collections),
    ...readChecks(setup),
    ...[looks, requests, remedies].flatMap((counted) => counted.families),
  ]
  const registry = expose(families, setup.registry)
  return {
    ...looks.told,
    ...requests.told,
    ...remedies.told,
    get contentType() {
      return registry.contentType
    },
    text: () => registry.metrics(),
  }
}
