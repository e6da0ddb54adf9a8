import type { Metric, Registry } from 'prom-client'

const NAME = 'http_request_duration_seconds'
const HELP = 'How long requests took to be answered, by method, route pattern and status code.'
/** Upper bounds in seconds. 0.25 is the default threshold of the latency check. */
const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  readonly labels: Readonly<Record<string, string | number>>
  /** Requests in each bucket, not cumulated; the last is over every bound. */
  readonly counts: Float64Array
  seconds: number
}

/**
 * A histogram whose recording costs a look-up and two additions. prom-client's own checks and hashes the labels at each
 * observation, which every request would pay; here that work is done when Prometheus asks.
 */
export function createDurations(registry: Registry) {
  const byRoute: SeriesByRoute = new Map()
  const metric = {
    name: NAME,
    help: HELP,
    type: 'histogram',
    aggregator: 'sum',
    get: async () =>
      expose(
        [...byRoute.values()].flatMap((byMethod) => [...byMethod.values()].flatMap((byCode) => [...byCode.values()])),
      ),
    reset: () => byRoute.clear(),
  }
  registry.registerMetric(metric as unknown as Metric)
  return {
    record(method: string, route: string, code: number, milliseconds: number): void {
      const seconds = milliseconds / 1000
      const series = seriesOf(byRoute, method, route, code)
      const bucket = bucketOf(seconds)
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
      series.seconds += seconds
    },
  }
}

/** Three look-ups cost less than making one key out of three at every request. */
type SeriesByRoute = Map<string, Map<string, Map<number, Series>>>

function seriesOf(byRoute: SeriesByRoute, method: string, route: string, code: number): Series {
  return byRoute.get(route)?.get(method)?.get(code) ?? addSeries(byRoute, method, route, code)
}

function addSeries(byRoute: SeriesByRoute, method: string, route: string, code: number): Series {
  const byMethod = byRoute.get(route) ?? new Map<string, Map<number, Series>>()
  const byCode = byMethod.get(method) ?? new Map<number, Series>()
  const series = { labels: { method, route, code }, counts: new Float64Array(BOUNDS.length + 1), seconds: 0 }
  byRoute.set(route, byMethod.set(method, byCode.set(code, series)))
  return series
}

function bucketOf(seconds: number): number {
  let bucket = 0
  for (const bound of BOUNDS) {
    if (seconds <= bound) return bucket
    bucket++
  }
  return bucket
}

function expose(all: readonly Series[]) {
  const values = all.flatMap(({ labels, counts, seconds }) => {
    let count = 0
    const buckets = Array.from(counts, (own, index) => {
      count += own
      return { metricName: `${NAME}_bucket`, labels: { ...labels, le: BOUNDS[index] ?? '+Inf' }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${NAME}_sum`, labels, value: seconds },
      { metricName: `${NAME}_count`, labels, value: count },
    ]
  })
  return { name: NAME, help: HELP, type: 'histogram', aggregator: 'sum', values }
}
