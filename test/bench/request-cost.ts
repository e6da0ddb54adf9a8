import { channel } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createArrivals } from '../../src/host/arrivals.ts'
import { createTrips } from '../../src/host/trips.ts'
import { createMeter } from '../../src/http/measure.ts'
import { createMishaps } from '../../src/http/mishaps.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { systemClock } from '../../src/system-clock.ts'
import { medianOf, recordSection, tableOf } from './detection/report.ts'

/** What every request pays: two readings of the clock, Node's word of its end, a record in the trips and one in the histogram. */
const REQUESTS = 200_000
const ROUNDS = 9

const trips = createTrips(systemClock)
const snapshot = { at: 0, checks: [], byName: new Map() }
const metrics = createMetrics({
  assignments: [],
  snapshot: () => snapshot,
  releaseId: '0',
  startedAt: systemClock.date(),
  visits: () => [],
  settle: trips.settle,
  remedies: { list: [], ladders: [] },
  collections: { counts: () => [] },
})
const meter = createMeter({
  clock: systemClock,
  trips,
  arrivals: createArrivals(systemClock),
  metrics,
  mishaps: createMishaps(systemClock, { lately: () => 0, probes: () => 0, ever: () => 0 }),
})
/** Names and values in turns, about as many as a browser behind a proxy sends. */
const rawHeaders = Array.from({ length: 32 }, (_, nth) => `x-header-or-value-${nth}`)
const socket = Object.assign(new EventEmitter(), { server: {} })
const req = { method: 'GET', httpVersionMajor: 1, rawHeaders, socket } as unknown as IncomingMessage
/** As Node does for a response that it has sent. */
const sent = channel('http.server.response.finish')

/** A response as far as the meter looks at it, that was sent. */
class Response {
  readonly statusCode = 200
  readonly headersSent = true
  readonly writableFinished = true
  readonly req = req
}

function nanosecondsEach(run: (res: ServerResponse) => void): number {
  const begun = performance.now()
  for (let i = 0; i < REQUESTS; i++) run(new Response() as unknown as ServerResponse)
  return ((performance.now() - begun) * 1e6) / REQUESTS
}

const measured: number[] = []
const bare: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  bare.push(nanosecondsEach(() => {}))
  measured.push(
    nanosecondsEach((res) => {
      meter.begin(req, res, '/orders/:id')
      sent.publish({ request: req, response: res, socket, server: socket.server })
    }),
  )
}
if (trips.tally(1).all.fiveMinutes.requests === 0) throw new Error('nothing was measured')
const cost = measured.map((ns, round) => ns - (bare[round] ?? 0))
const body = tableOf(
  ['what', 'median ns', 'at most'],
  [['all that a request pays for being measured', medianOf(cost).toFixed(0), '1000']],
)
console.log(body)
recordSection(
  {
    heading: 'What a request pays',
    command: 'npx tsx test/bench/request-cost.ts',
    body: `${ROUNDS} rounds of ${REQUESTS} requests, less the same without.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
