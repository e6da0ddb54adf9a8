import { createNumbers } from '../../src/host/numbers.ts'
import { createTrips } from '../../src/host/trips.ts'
import { LogLinear } from '../../src/stats/log-linear.ts'
import { systemClock } from '../../src/system-clock.ts'
import { recordSection, tableOf } from './detection/report.ts'

const ROUNDS = 15
const CALLS = 500_000
const LIMIT_NS = { storing: 100, recording: 1_000 }

/** Nanoseconds a call: the median and the best of the rounds. */
function time(call: (nth: number) => void): readonly [median: number, best: number] {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const from = performance.now()
    for (let nth = 0; nth < CALLS; nth++) call(nth)
    return ((performance.now() - from) * 1e6) / CALLS
  })
  // The first round is the compiler's.
  const sorted = rounds.slice(1).sort((a, b) => a - b)
  return [sorted[ROUNDS >> 1] ?? Number.NaN, sorted[0] ?? Number.NaN]
}

const durations = Float64Array.from({ length: 1_024 }, (_, nth) => ((nth * 7_919) % 10_007) / 20)
const durationAt = (nth: number) => durations[nth & 1_023] ?? 0
const routes = ['GET /', 'GET /orders/:id', 'POST /orders'] as const
const routeAt = (nth: number) => routes[nth % 3] ?? routes[0]

const counts = new LogLinear()
const trips = createTrips(systemClock)
const stopped = createTrips({ ...systemClock, now: () => 1 })
const numbers = createNumbers()

const measured = [
  { what: 'reading the clock', limit: Number.NaN, call: () => systemClock.now() },
  { what: 'LogLinear.record', limit: LIMIT_NS.storing, call: (nth: number) => counts.record(durationAt(nth)) },
  {
    what: 'storing a trip, without the clock',
    limit: LIMIT_NS.storing,
    call: (nth: number) => stopped.record(routeAt(nth), durationAt(nth)),
  },
  {
    what: 'trips.record, all of it',
    limit: LIMIT_NS.recording,
    call: (nth: number) => trips.record(routeAt(nth), durationAt(nth)),
  },
  {
    what: 'numbers.finite',
    limit: LIMIT_NS.storing,
    call: (nth: number) => numbers.finite(routeAt(nth), durationAt(nth)),
  },
]

const rows = measured.map(({ what, limit, call }) => {
  const [median, best] = time(call)
  return [what, median.toFixed(1), best.toFixed(1), Number.isNaN(limit) ? '–' : String(limit)]
})
const body = tableOf(['ns a call', 'median', 'best', 'at most'], rows)
recordSection({
  heading: 'What traffic pays',
  command: 'npx tsx test/bench/traffic.ts',
  body: `${ROUNDS} rounds of ${CALLS} calls.\n\n${body}`,
})
console.log(body)
