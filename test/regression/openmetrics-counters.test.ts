import { createHealth, type HealthOptions } from 'failweb'
import { type OpenMetricsContentType, Registry } from 'prom-client'
import { expect, test } from 'vitest'

/** Once, counters that are kept elsewhere came as `failweb_gc_seconds_total_total` out of a host's registry of OpenMetrics. */
test('a registry of OpenMetrics names counters as it should', async () => {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  createHealth({ registry } as unknown as HealthOptions)
  for (let scrape = 1; scrape <= 2; scrape++) {
    const text = await registry.metrics()
    expect(text).toContain('# TYPE failweb_gc_seconds counter\nfailweb_gc_seconds_total{kind="minor"}')
    expect(text).toContain('# TYPE failweb_heartbeats counter\nfailweb_heartbeats_total{result="ok"} 0\n')
    expect(text).toMatch(/\n# EOF\n$/)
    expect(text).not.toContain('_total_total')
  }
})
