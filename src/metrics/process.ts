import { counter, type Family, gauge, type Sample, sample } from './family.ts'

/**
 * The process metrics that every Prometheus client has, by their usual names. They are made here because prom-client's default set
 * brings collectors that a scrape resets. All are plain readings: asking twice changes nothing.
 */
export function readProcess(): readonly Family[] {
  return [
    counter('process_cpu_seconds_total', 'Processor time that this process has used, user and system.', cpuSeconds),
    gauge('process_start_time_seconds', 'When this process began, in seconds since 1970.', () => [
      sample({}, performance.timeOrigin / 1000),
    ]),
    gauge(
      'process_resident_memory_bytes',
      'Memory of this process that is in RAM. Absent while no descriptor is left to read it with.',
      residentBytes,
    ),
  ]
}

function cpuSeconds(): readonly Sample[] {
  const { user, system } = process.cpuUsage()
  return [sample({}, (user + system) / 1e6)]
}

function residentBytes(): readonly Sample[] {
  try {
    return [sample({}, process.memoryUsage.rss())]
  } catch {
    return []
  }
}

/** Garbage collections by kind, as the host counts them. */
export interface CollectionCounts {
  counts(): readonly { readonly kind: string; readonly collections: number; readonly seconds: number }[]
}

export function readCollections(source: CollectionCounts): readonly Family[] {
  const by = (field: 'collections' | 'seconds') => () =>
    source.counts().map((count) => sample({ kind: count.kind }, count[field]))
  return [
    counter(
      'failweb_gc_collections_total',
      'Garbage collections since they were first asked for, by kind.',
      by('collections'),
    ),
    counter('failweb_gc_seconds_total', 'Time that garbage collections took since then, by kind.', by('seconds')),
  ]
}
