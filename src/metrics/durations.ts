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
  const series = new Map<string, Map<string, Series>>()
  const metric = {
    name: NAME,
    help: HELP,
    type: 'histogram',
    aggregator: 'sum',
    get: async () => expose([...series.values()].flatMap((byCode) => [...byCode.values()])),
    reset: () => series.clear(),
  }
  registry.registerMetric(metric as unknown as Metric)
  return {
    record(method: string, route: string, code: number, milliseconds: number): void {
      const one = seriesOf(series, method, route, code)
      const seconds = milliseconds / 1000
      const index = BOUNDS.findIndex((bound) => seconds <= bound)
      const bucket = index < 0 ? BOUNDS.length : index
      one.counts[bucket] = (one.counts[bucket] ?? 0) + 1
      one.seconds += seconds
    },
  }
}

function seriesOf(all: Map<string, Map<string, Series>>, method: string, route: string, code: number): Series {
  const key = `${method} ${code}`
  let ofRoute = all.get(route)
  if (!ofRoute) {
    ofRoute = new Map()
    all.set(route, ofRoute)
  }
  let found = ofRoute.get(key)
  if (!found) {
    found = { labels: { method, route, code }, counts: new Float64Array(BOUNDS.length + 1), seconds: 0 }
    ofRoute.set(key, found)
  }
  return found
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
