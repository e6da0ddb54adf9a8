import { type Counted, counter, sample } from './family.ts'
import { createHistogram, type Series } from './histogram.ts'

/** Who asks a probe, as far as the User-Agent tells. Bounded: it is a label. */
export type Agent = 'kube-probe' | 'prometheus' | 'other'

/** How often who asked a health route, and what was answered. */
export interface VisitCount {
  /** One of the routes, never the path that came. */
  readonly path: string
  readonly agent: Agent
  readonly codes: readonly (readonly [code: number, count: number])[]
  /** How many had gone before the answer. */
  readonly unanswered: number
}

export interface Requests {
  /** A heartbeat was answered. */
  beat(passed: boolean): void
  /** Where the seconds go that requests took to be answered; `route` is the pattern. To be kept: a request is not to pay for finding it. */
  answered(method: string, route: string, code: number): Series
}

/** Upper bounds in seconds. 0.25 is the default threshold of the latency check. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What requests are counted by when they are read. */
export interface RequestSources {
  /** Who asked the probes: what a request pays for is an addition, and no look-up by labels. */
  visits(): readonly VisitCount[]
  /** Lets all be observed that was kept aside. */
  settle(): void
}

export function countRequests({ visits, settle }: RequestSources): Counted<Requests> {
  const beats = { ok: 0, failed: 0 }
  const durations = createHistogram(
    'http_request_duration_seconds',
    'How long requests took to be answered, by method, route pattern and status code.',
    BOUNDS,
    settle,
  )
  const opened = new Map<string, Series>()
  return {
    families: [
      counter('failweb_heartbeats_total', 'Accesses to the heartbeat, by what they were answered.', () =>
        Object.entries(beats).map(([result, value]) => sample({ result }, value)),
      ),
      counter('failweb_probe_requests_total', 'Requests to the probes, by route, status code and who asked.', () =>
        visits().flatMap(({ path, agent, codes }) =>
          codes.map(([code, value]) => sample({ path, code, agent }, value)),
        ),
      ),
      counter(
        'failweb_probe_requests_unanswered_total',
        'Requests to the probes whose asker had gone before the answer, by route and who asked.',
        () => visits().map(({ path, agent, unanswered }) => sample({ path, agent }, unanswered)),
      ),
      durations,
    ],
    told: {
      beat: (passed) => void beats[passed ? 'ok' : 'failed']++,
      answered(method, route, code) {
        const key = JSON.stringify([method, route, code])
        const series = opened.get(key) ?? durations.open({ method, route, code })
        opened.set(key, series)
        return series
      },
    },
  }
}
