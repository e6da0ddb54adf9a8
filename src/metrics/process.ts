import { Gauge, type Metric, type Registry } from 'prom-client'

/**
 * The process metrics that every Prometheus client has, by their usual names. They are made here because prom-client's default set
 * brings collectors that a scrape resets. All are plain readings: asking twice changes nothing.
 */
export function exposeProcess(registry: Registry, startedAt: Date): void {
  const registers = [registry]
  const cpu = 'Processor time that this process has used, user and system.'
  counterOf(registry, 'process_cpu_seconds_total', cpu, () => [{ labels: {}, value: cpuSeconds() }])
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When this process began, in seconds since 1970.',
    registers,
  }).set(startedAt.getTime() / 1000)
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of this process that is in RAM. Absent while no descriptor is left to read it with.',
    registers,
    collect() {
      const bytes = residentBytes()
      if (bytes === undefined) this.remove()
      else this.set(bytes)
    },
  })
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss()
  } catch {
    return undefined
  }
}

/** Garbage collections by kind, as the host counts them. */
export interface CollectionCounts {
  counts(): readonly { readonly kind: string; readonly collections: number; readonly seconds: number }[]
}

export function exposeCollections(registry: Registry, source: CollectionCounts): void {
  const by = (field: 'collections' | 'seconds') => () =>
    source.counts().map((count) => ({ labels: { kind: count.kind }, value: count[field] }))
  counterOf(registry, 'failweb_gc_collections_total', 'Garbage collections, by kind.', by('collections'))
  counterOf(registry, 'failweb_gc_seconds_total', 'Time that garbage collections took, by kind.', by('seconds'))
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A counter whose values are kept elsewhere. */
function counterOf(registry: Registry, name: string, help: string, read: () => readonly Sample[]): void {
  const get = async () => ({ name, help, type: 'counter', aggregator: 'sum', values: read() })
  registry.registerMetric({ name, help, type: 'counter', aggregator: 'sum', get, reset() {} } as unknown as Metric)
}
