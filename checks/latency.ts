import * as v from 'valibot'
import { defineCheck, type Part, type Said, type Values } from '../src/core/check.ts'
import { saidOf } from '../src/core/parts.ts'
import { LONGEST_DELAY_MS } from '../src/core/rhythm.ts'
import { newest, type Samples } from '../src/core/samples.ts'
import { type Judged, worst } from '../src/core/status.ts'
import type { LoopWatch, RouteTrips, TripCount, Trips, TripTally } from '../src/core/surroundings.ts'
import { valuesOfAll } from '../src/core/values.ts'
import { ADVICE_ON_QUEUE, acceptPart, acceptValues } from '../src/host/accept-part.ts'
import { type AcceptQueue, type AcceptQueueReading, watchAcceptQueue } from '../src/host/accept-queue.ts'
import { probeSelf, type SelfProbe, type SelfProbeReading } from '../src/host/self-probe.ts'
import { ownRequestInWords, shareOf, tripsInWords } from '../src/host/trip-words.ts'
import { above0, budget, number, setting } from '../src/settings/fields.ts'
import { object } from '../src/settings/object.ts'
import { type Finding, judgeShare, plain, type Windows } from '../src/stats/two-windows.ts'

const selfProbeMs = v.pipe(
  number,
  v.check(
    (ms) => ms === 0 || (ms >= 1 && ms <= LONGEST_DELAY_MS),
    `expected 0 or milliseconds from 1 to ${LONGEST_DELAY_MS}`,
  ),
)

const settings = object({
  thresholdMs: setting(above0, 250, 'a trip longer than this is slow'),
  budget: setting(
    budget,
    0.01,
    'the share of slow trips that is in order; over twice it warns, over ten times it fails, once chance is ruled out',
  ),
  selfProbeMs: setting(
    selfProbeMs,
    5_000,
    'how often the service asks itself, by plain HTTP, while nobody else does; 0 for never',
  ),
})

type Settings = v.InferOutput<typeof settings>

export interface LatencyReading {
  readonly tally: TripTally
  readonly selfProbe?: SelfProbeReading | undefined
  /** Absent where the kernel does not tell. */
  readonly queue?: AcceptQueueReading | undefined
}

interface Held {
  readonly trips: Trips
  readonly watch: LoopWatch
  readonly queue: AcceptQueue
  readonly selfProbe: SelfProbe | undefined
}

/** The part that is about all routes together. */
export const ALL_ROUTES = 'all'

/**
 * Whether requests are answered in time, by route. The slow share must be above its bound over five minutes and over one, beyond
 * reasonable doubt: a plain "p99 over 60 s" alarms ten times a day in a healthy service of few requests.
 */
export const latencyCheck = defineCheck<LatencyReading, Settings, Held>({
  name: 'latency',
  about: 'the trip times of answered requests, by route',
  cure: 'wait',
  advice:
    'what those requests wait for cannot be seen from here: follow one in the log or in a trace (another service, a disk), and see event-loop for the main thread; add instances (kubectl scale) only where requests have become more',
  settings,
  rhythm: { everyMs: 10_000, timeoutMs: 1_000, toWorsen: 2, toRecover: 3 },
  keep: 61,
  values: {
    p50_seconds: 'half of the trips took at most this: of the last 60 s, else of 5 min, else of the own requests',
    p99_seconds:
      'all trips but one in a hundred took at most this: of the last 60 s, else of 5 min, else of the own requests',
    slow_ratio: 'the share of slow trips in the last 5 min',
    requests_per_second: 'answered requests a second over the last 60 s',
    self_probe_seconds: 'the trip time of the newest own request',
    accept_queue_connections: 'how many connections wait in the kernel until the service takes them up',
    accept_queue_seconds: 'how long the one of them that is next has waited',
  },
  observes: { measurement: 'responseTime', value: 'p99_seconds' },
  open({ selfProbeMs }, { clock, trips, arrivals, loop, address }) {
    const watch = loop.watch((milliseconds) => trips.stalled(milliseconds))
    const queue = watchAcceptQueue({ clock, arrivals })
    const probe = () => probeSelf({ clock, address, everyMs: selfProbeMs, others: () => trips.recorded() })
    return { trips, watch, queue, selfProbe: selfProbeMs > 0 ? probe() : undefined }
  },
  close({ watch, queue, selfProbe }) {
    watch.stop()
    queue.stop()
    selfProbe?.stop()
  },
  sense: ({ settings: { thresholdMs }, held: { trips, queue, selfProbe } }) => ({
    tally: trips.tally(thresholdMs),
    selfProbe: selfProbe?.look(),
    queue: queue.look(),
  }),
  judge(samples, settings, said) {
    const { tally, selfProbe, queue } = newest(samples).reading
    const finding = findingOf(ALL_ROUTES, tally.all, samples, settings, said)
    const all = withSelfProbe(partOf(ALL_ROUTES, finding, tally.all, settings), finding, selfProbe)
    const trips = [all, ...tally.routes.flatMap((trips) => routePart(trips, samples, settings, said) ?? [])]
    const spoken = speaker(trips)
    const values = queue ? valuesOfAll(all.values, acceptValues(queue)) : all.values
    const waits = queue && acceptPart(queue, settings.thresholdMs)
    const { status, because } = waits ? together(spoken, waits) : spoken
    const parts = waits ? [...trips, waits] : trips
    return { status, because, values, parts, ...(waits && { advice: ADVICE_ON_QUEUE }) }
  },
})

/** What delays everybody before a trip begins is said with what is said of trips, or alone, where that is in order. */
function together(trips: Pick<Part, 'status' | 'because'>, waits: Part): Pick<Part, 'status' | 'because'> {
  if (trips.status === 'pass') return { status: waits.status, because: waits.because }
  return { status: worst([trips.status, waits.status]), because: `${trips.because}; ${waits.because}` }
}

/** A route without traffic enough has nothing to say; it still counts among all of them. */
function routePart(
  trips: RouteTrips,
  samples: Samples<LatencyReading>,
  settings: Settings,
  said?: Said,
): Part | undefined {
  const finding = findingOf(trips.route, trips, samples, settings, said)
  return finding === 'few' ? undefined : partOf(trips.route, finding, trips, settings)
}

const STATUS: Readonly<Record<Finding, Judged>> = {
  over: 'fail',
  held: 'fail',
  warm: 'warn',
  few: 'pass',
  fine: 'pass',
}

function findingOf(
  subject: string,
  trips: RouteCounts,
  samples: Samples<LatencyReading>,
  { budget }: Settings,
  said?: Said,
): Finding {
  const wasOver = saidOf(subject, said) === 'fail'
  return judgeShare(windowsOf(newest(samples).at, trips), budget, wasOver, earlier(samples, subject))
}

/** The windows before the newest ones, backwards. */
function* earlier(samples: Samples<LatencyReading>, subject: string): Generator<Windows> {
  for (const { at, reading } of samples.slice(0, -1).reverse()) yield windowsOf(at, tripsOf(reading.tally, subject))
}

function partOf(subject: string, finding: Finding, trips: RouteCounts, settings: Settings): Part {
  return {
    subject,
    status: STATUS[finding],
    because: tripsInWords(finding, trips, settings, STATUS[finding] === 'pass'),
    values: valuesOf(trips),
  }
}

type RouteCounts = Omit<RouteTrips, 'route'>

function tripsOf({ all, routes }: TripTally, subject: string): RouteCounts {
  return subject === ALL_ROUTES ? all : (routes.find(({ route }) => route === subject) ?? NO_TRIPS)
}

const NO_COUNT: TripCount = { requests: 0, slow: 0 }
const NO_TRIPS: RouteCounts = { perSecond: 0, minute: NO_COUNT, fiveMinutes: NO_COUNT }

function windowsOf(at: number, { minute, fiveMinutes }: RouteCounts): Windows {
  const { slowHalfMinutes } = fiveMinutes
  const spread = slowHalfMinutes === undefined ? {} : { badHalfMinutes: slowHalfMinutes }
  return { at, long: shareOf(fiveMinutes), short: shareOf(minute), ...spread }
}

function valuesOf({ perSecond, minute, fiveMinutes }: RouteCounts): Values {
  return valuesOfAll(quantiles(minute.requests > 0 ? minute : fiveMinutes), {
    slow_ratio: plain(shareOf(fiveMinutes)),
    requests_per_second: perSecond,
  })
}

function quantiles({ p50Ms, p99Ms }: { readonly p50Ms?: number; readonly p99Ms?: number }): Values {
  return p50Ms === undefined || p99Ms === undefined ? {} : { p50_seconds: p50Ms / 1000, p99_seconds: p99Ms / 1000 }
}

/** Own requests have no say. They keep a number on the page where no other request gives one. */
function withSelfProbe(part: Part, finding: Finding, selfProbe?: SelfProbeReading): Part {
  if (!selfProbe) return part
  const { newestMs } = selfProbe
  const newestOwn: Values = newestMs === undefined ? {} : { self_probe_seconds: newestMs / 1000 }
  const values = valuesOfAll(quantiles(selfProbe), newestOwn, part.values)
  return { ...part, values, because: part.because + ownRequestInWords(selfProbe, finding === 'few') }
}

/** The worst part speaks; among equals the slowest route, since it says more than all of them together. */
function speaker(parts: readonly Part[]): Pick<Part, 'status' | 'because'> {
  const status = worst(parts.map((part) => part.status))
  const [first, ...others] = parts.filter((part) => part.status === status)
  if (status === 'pass' || !first) return { status, because: parts[0]?.because ?? '' }
  const slowest = others.reduce((a, b) => (a.subject === ALL_ROUTES || slowness(b) > slowness(a) ? b : a), first)
  const { subject, because } = slowest
  return { status, because: subject === ALL_ROUTES ? because : `${subject}: ${because}` }
}

const slowness = ({ values }: Part) => values['slow_ratio'] ?? 0
