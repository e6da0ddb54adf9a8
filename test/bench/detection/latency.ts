import { latencyCheck } from '../../../checks/latency.ts'
import { assign } from '../../../src/core/assignment.ts'
import type { Sample } from '../../../src/core/check.ts'
import { type Standing, UNSEEN } from '../../../src/core/standing.ts'
import type { Judged, Status } from '../../../src/core/status.ts'
import { standAfter } from '../../stand-after.ts'
import { COUNTED_FROM, LOOK_SECONDS, type Look, looksOf } from './latency-looks.ts'
import { DEGRADED, HEALTHY, RATES, type TrafficPattern } from './latency-traces.ts'
import { medianOf, progress, recordSection, tableOf } from './report.ts'

const [assignment] = assign([{ check: latencyCheck, options: {} }])

/** A rule that is told of every look; says what it says. */
type Listener = (look: Look) => Status

export interface LatencyRule {
  readonly name: string
  begin(): Listener
}

/** The real check, with its patience and the last `keep` samples. */
export function ours(): Listener {
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
    standing = standAfter(standing, verdict, rhythm)
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

const OURS = '**latency**'

export const RULES: readonly LatencyRule[] = [
  { name: 'p99 > T over 60 s', begin: () => p99(1) },
  { name: 'p99 > T over 5 min', begin: () => p99(5) },
  // Beyer et al. 2018, chapter 5: 14.4 times the budget over 1 h and 5 min, 6 times over 6 h and 30 min.
  { name: 'the SRE workbook’s burn pairs', begin: () => burnPair([60, 5, 0.144], [360, 30, 0.06]) },
  { name: OURS, begin: ours },
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

/** Plays one pattern at one rate to every rule, until each has said what it was to say. */
export function hear(pattern: TrafficPattern, rate: number, seed: number, rules = RULES): readonly Heard[] {
  const listeners = rules.map((rule) => ({ rule: rule.name, listen: rule.begin(), tally: new Tally(pattern) }))
  for (const look of looksOf(pattern, rate, seed)) {
    for (const { listen, tally } of listeners) tally.note(look.second, listen(look))
    if (listeners.every(({ tally }) => tally.hasSaid)) break
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

  /** Whether it was heard that the service fails: nothing after that is counted. */
  get hasSaid(): boolean {
    return this.#delay !== undefined
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
    return String(Number((alarmsOf(heard, level) / days).toPrecision(2)))
  }

function alarmsOf(heard: readonly Heard[], level: 'fail' | 'warn'): number {
  return heard.reduce((sum, one) => sum + one.alarms[level], 0)
}

const delays: Cell = (heard) => {
  const seconds = heard.flatMap(({ delay }) => delay ?? [])
  if (seconds.length === 0) return 'missed'
  const missed = heard.length - seconds.length
  const text = `${medianOf(seconds)} (${Math.min(...seconds)}–${Math.max(...seconds)})`
  return missed > 0 ? `${text}, ${missed} of ${heard.length} missed` : text
}

/** Plays everything on seeds that nothing was tuned on, and writes the tables down. */
export function runLatency(seeds: readonly number[], command: string): void {
  const patterns = [...HEALTHY, ...DEGRADED]
  const bar = progress('latency traces', patterns.length * RATES.length * seeds.length)
  const heard = play(patterns, RATES, seeds, () => bar.step())
  const body = [
    conditions(seeds, heard),
    `### False alarms a day in a healthy service (fail)\n\n${tabulate(heard, HEALTHY, alarmsADay('fail'))}`,
    `### Warnings a day in a healthy service (of \`latency\`; the others know no warning)\n\n${tabulate(heard, HEALTHY, alarmsADay('warn'), RULES.slice(-1))}`,
    `### Seconds until a degraded service is said to fail: median (least–most)\n\n${tabulate(heard, DEGRADED, delays)}`,
  ].join('\n\n')
  recordSection({ heading: 'Latency', command, body })
  console.log(body)
}

function conditions(seeds: readonly number[], heard: readonly Heard[]): string {
  const hours = HEALTHY[0]?.hours ?? 0
  const before = heard.filter(({ rule, pattern }) => rule === OURS && pattern.degradesAt !== undefined)
  return [
    `${seeds.length} seeds (${seeds[0]}–${seeds.at(-1)}), three routes. A healthy cell is ${seeds.length} runs of ${hours} h, ${(seeds.length * hours) / 24} days in all; the wave's run begins at any hour of its day. A degraded run is an hour of health and then up to two without it; in those ${before.length} hours of health \`latency\` failed ${alarmsOf(before, 'fail')} times.`,
    `Every look (${LOOK_SECONDS} s) goes through the real check with its patience. Under ${COUNTED_FROM} requests a second each trip goes through the real recorder; from there on slow trips and others are counted in windows like its own, which gives the same verdicts (\`latency.test.ts\`). The rules compared are judged at every look, as they are usually written, without patience.`,
  ].join('\n\n')
}
