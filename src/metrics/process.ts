import { Gauge, type Metric, type Registry } from 'prom-client'

/**
 * The process metrics that every Prometheus client has, by their usual names. They are made here because prom-client's default set
 * brings collectors that a scrape resets. All are plain readings: asking twice changes nothing.
 */
export function exposeProcess(registry: Registry, startedAt: Date): void {
  const registers = [registry]
  counterOf(
    registry,
    'process_cpu_seconds_total',
    'Processor time that this process has used, user and system.',
    () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
  )
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

function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss()
  } catch {
    return undefined
  }
}

/** A counter whose value is kept elsewhere. */
export function counterOf(registry: Registry, name: string, help: string, read: () => number): void {
  const get = async () => ({ name, help, type: 'counter', aggregator: 'sum', values: [{ labels: {}, value: read() }] })
  registry.registerMetric({ name, help, type: 'counter', aggregator: 'sum', get, reset() {} } as unknown as Metric)
}
