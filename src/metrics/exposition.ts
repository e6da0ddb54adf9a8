import type { Metric, Registry } from 'prom-client'
// Of prom-client only the registry is loaded: its front door takes a tenth of a start for what is not used here. To load that at the
// first scrape would be too late: a process with no descriptor left is scraped, too, and an import that failed once fails for ever.
// @ts-expect-error: there are types of the front door only
import PlainRegistry from 'prom-client/lib/registry.js'
import { SetupError } from '../core/setup-error.ts'
import type { Family, Sample } from './family.ts'

export type { Registry } from 'prom-client'

/**
 * Puts the families where Prometheus finds them.
 * @param registry the host's, of whatever copy of prom-client; otherwise one of our own, never prom-client's global one
 * @throws {SetupError} with every name that the host's registry has already
 */
export function expose(families: readonly Family[], registry: Registry = new PlainRegistry()): Registry {
  const taken = families.filter(({ name }) => registry.getSingleMetric(name))
  if (taken.length > 0) throw new SetupError(taken.map(({ name }) => `registry: has a metric ${name} already`))
  for (const family of families) registry.registerMetric(metricOf(family))
  return registry
}

/** A family as prom-client asks it. What was counted stays counted: no reader resets it. */
function metricOf({ name, help, type, samples }: Family): Metric {
  const about = { help, type, aggregator: 'sum' }
  const metric = {
    ...about,
    // A registry of OpenMetrics takes `_total` off it, and puts that on the name of each sample.
    name,
    async get() {
      return { ...about, name: this.name, values: samples().map(asPlain) }
    },
    async getForPromString() {
      return { ...about, name: this.name, values: samples() }
    },
    reset() {},
  }
  return metric as unknown as Metric
}

function asPlain({ labels, sharedLabels, ...sample }: Sample) {
  return { ...sample, labels: { ...sharedLabels, ...labels } }
}
