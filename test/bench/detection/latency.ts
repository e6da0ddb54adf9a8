import { latencyCheck } from '../../../checks/latency.ts'
import { assign } from '../../../src/core/assignment.ts'
import type { Sample } from '../../../src/core/check.ts'
import type { Clock } from '../../../src/core/clock.ts'
import { advance, type Standing, UNSEEN } from '../../../src/core/standing.ts'
import type { Judged, Status } from '../../../src/core/status.ts'
import type { TripTally } from '../../../src/core/surroundings.ts'
import { createTrips } from '../../../src/host/trips.ts'
import { DEGRADED, HEALTHY, RATES, THRESHOLD_MS, type TrafficPattern, tripsOf } from './latency-traces.ts'
import { medianOf, progress, recordSection, tableOf } from './report.ts'

const [assignment] = assign([{ check: latencyCheck, options: {} }])

const LOOK_SECONDS = 10

/** What is looked at every ten seconds: the tally that the check gets, and the counts of the stretch for the peers. */
interface Look {
  readonly second: number
  readonly tally: TripTally
  readonly requests: number
  readonly slow: number
}

/** Plays a trace through the real recorder, looking at it every ten seconds. */
function* looksOf(pattern: TrafficPattern, rate: number, seed: number): Generator<Look> {
  let now = 0
  const clock: Clock = { now: () => now, date: () => new Date(now), sleep: () => Promise.resolve() }
  const trips = createTrips(clock)
  const arriving = tripsOf(pattern, rate, seed)
  let next = arriving.next()
  for (let second = LOOK_SECONDS; second <= pattern.hours * 3_600; second += LOOK_SECONDS) {
    let [requests, slow] = [0, 0]
    for (; !next.done && next.value.at < second; next = arriving.next()) {
      now = next.value.at * 1_000
      trips.record(next.value.route, next.value.ms)
      requests += 1
      if (next.value.ms > THRESHOLD_MS) slow += 1
    }
    now = second * 1_000
    yield { second, tally: trips.tally(THRESHOLD_MS), requests, slow }
  }
}

/** A rule that is told of every look; says what it says. */
type Listener = (look: Look) => Status

export interface LatencyRule {
  readonly name: string
  begin(): Listener
}

/** The real check, with its patience and the last `keep` samples. */
function ours(): Listener {
  if (!assignment) throw new Error('the check was not assigned')
  const { check, settings, rhythm } = assignment
  const kept: Sample<unknown>[] = []
  let standing: Standing = UNSEEN
  let parts: Readonly<Record<string, Judged>> = {}
  return ({ second, tally }) => {
    kept.push({ at: second * 1_000, tookMs: 0, reading: { tally } })
    if (kept.length > (check.keep ?? 1)) kept.shift()
    const verdict = check.judge(kept as unknown as [Sample<unknown>], settings, { status: standing.said, parts })
    parts = Object.fromEntries((verdict.parts ?? []).map(({ subject, status }) => [subject, status]))
    standing = advance(standing, verdict.status, rhythm)
    return standing.said
  }
}

/** The slow share of the last so many minutes, kept as a running sum. */
function shareOver(minutes: number): (look: Look) => number {
  const kept: Look[] = []
  let [requests, slow] = [0, 0]
  return (look) => {
    kept.push(look)
    requests += look.requests
    slow += look.slow
    while ((kept[0]?.second ?? look.second) <= look.second - minutes * 60) {
      const gone = kept.shift()
      requests -= gone?.requests ?? 0
      slow -= gone?.slow ?? 0
    }
    return requests > 0 ? slow / requests : 0
  }
}

/** Slow shares of a long and a short window, both over a bound. */
function burnPair(
  ...pairs: readonly (readonly [longMinutes: number, shortMinutes: number, bound: number])[]
): Listener {
  const watched = pairs.map(([long, short, bound]) => ({ long: shareOver(long), short: shareOver(short), bound }))
  return (look) => {
    // Every window must be told of every look, whatever the others say.
    const burning = watched.map(({ long, short, bound }) => [long(look), short(look)].every((share) => share > bound))
    return burning.includes(true) ? 'fail' : 'pass'
  }
}

/** p99 over the threshold is: more than one in a hundred took longer. */
function p99(minutes: number): Listener {
  const share = shareOver(minutes)
  return (look) => (share(look) > 0.01 ? 'fail' : 'pass')
}

export const RULES: readonly LatencyRule[] = [
  { name: 'p99 > T over 60 s', begin: () => p99(1) },
  { name: 'p99 > T over 5 min', begin: () => p99(5) },
  // Beyer et al. 2018, chapter 5: 14.4 times the budget over 1 h and 5 min, 6 times over 6 h and 30 min.
  { name: 'the SRE workbook’s burn pairs', begin: () => burnPair([60, 5, 0.144], [360, 30, 0.06]) },
  { name: '**latency**', begin: ours },
]

/** What one rule made of one run. */
interface Heard {
  readonly rule: string
  readonly pattern: TrafficPattern
  readonly rate: number
  /** How often `fail` and `warn` began to be said, but for a `fail` that was due. */
  readonly alarms: { readonly fail: number; readonly warn: number }
  /** Seconds from the onset until `fail` was said; absent where it never was, or nothing was wrong. */
  readonly delay?: number
}

/** Plays one pattern at one rate to every rule. */
export function hear(pattern: TrafficPattern, rate: number, seed: number, rules = RULES): readonly Heard[] {
  const listeners = rules.map((rule) => ({ rule: rule.name, listen: rule.begin(), tally: new Tally(pattern) }))
  for (const look of looksOf(pattern, rate, seed)) {
    for (const { listen, tally } of listeners) tally.note(look.second, listen(look))
  }
  return listeners.map(({ rule, tally }) => ({ rule, pattern, rate, ...tally.result() }))
}

class Tally {
  readonly #onset: number
  #said: Status = 'pass'
  #fail = 0
  #warn = 0
  #delay: number | undefined

  constructor({ degradesAt = Number.POSITIVE_INFINITY }: TrafficPattern) {
    this.#onset = degradesAt
  }

  note(second: number, said: Status): void {
    const began = said !== this.#said
    this.#said = said
    if (second > this.#onset) {
      if (said === 'fail') this.#delay ??= second - this.#onset
    } else if (began && said === 'fail') this.#fail += 1
    else if (began && said === 'warn') this.#warn += 1
  }

  result(): Pick<Heard, 'alarms' | 'delay'> {
    const alarms = { fail: this.#fail, warn: this.#warn }
    return this.#delay === undefined ? { alarms } : { alarms, delay: this.#delay }
  }
}

/** Plays every pattern at every rate with every seed. */
export function play(
  patterns: readonly TrafficPattern[],
  rates: readonly number[],
  seeds: readonly number[],
  step = () => {},
) {
  return patterns.flatMap((pattern) =>
    rates.flatMap((rate) =>
      seeds.flatMap((seed) => {
        step()
        return hear(pattern, rate, seed)
      }),
    ),
  )
}

type Cell = (heard: readonly Heard[]) => string

function tabulate(heard: readonly Heard[], patterns: readonly TrafficPattern[], cell: Cell, rules = RULES): string {
  const rows = rules.flatMap(({ name }) =>
    patterns.map((pattern) => {
      const own = heard.filter((one) => one.rule === name && one.pattern === pattern)
      return [`${name}: ${pattern.name}`, ...RATES.map((rate) => cell(own.filter((one) => one.rate === rate)))]
    }),
  )
  return tableOf(['requests a second', ...RATES.map(String)], rows)
}

const alarmsADay =
  (level: 'fail' | 'warn'): Cell =>
  (heard) => {
    const days = heard.reduce((sum, { pattern }) => sum + pattern.hours / 24, 0)
    const alarms = heard.reduce((sum, one) => sum + one.alarms[level], 0)
    return String(Number((alarms / days).toPrecision(2)))
  }

const delays: Cell = (heard) => {
  const seconds = heard.flatMap(({ delay }) => delay ?? [])
  if (seconds.length === 0) return 'missed'
  const missed = heard.length - seconds.length
  const text = `${medianOf(seconds)} (${Math.min(...seconds)}–${Math.max(...seconds)})`
  return missed > 0 ? `${text}, ${missed} of ${heard.length} missed` : text
}

/** Plays everything on seeds that nothing was tuned on, and writes the tables down. About four minutes a seed on two idle cores. */
export function runLatency(seeds: readonly number[], command: string): void {
  const patterns = [...HEALTHY, ...DEGRADED]
  const bar = progress('latency traces', patterns.length * RATES.length * seeds.length)
  const heard = play(patterns, RATES, seeds, () => bar.step())
  const body = [
    `${seeds.length} seeds (${seeds[0]}–${seeds.at(-1)}); healthy runs of 24 h, degraded ones of an hour and then two of it. Three routes; every trip goes through the real recorder, every look (10 s) through the real check with its patience. The rules compared are judged at every look, as they are usually written, without patience.`,
    `### False alarms a day in a healthy service (fail)\n\n${tabulate(heard, HEALTHY, alarmsADay('fail'))}`,
    `### Warnings a day in a healthy service (of \`latency\`; the others know no warning)\n\n${tabulate(heard, HEALTHY, alarmsADay('warn'), RULES.slice(-1))}`,
    `### Seconds until a degraded service is said to fail: median (least–most)\n\n${tabulate(heard, DEGRADED, delays)}`,
  ].join('\n\n')
  recordSection({ heading: 'Latency', command, body })
  console.log(body)
}
