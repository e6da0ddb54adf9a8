import { goDuration } from '../kubelet/human-duration.ts'
import { PROBE_KINDS, type ProbeKind } from '../manifest/pod-spec.ts'
import { type LifeRecord, quantileOf, type RehearsalRecord } from '../record.ts'
import { type Spread, spreadOf } from '../simulation/spread.ts'
import { rowsText } from './broken.ts'
import { mebibytes } from './pod-table.ts'

/** What a rehearsal came to. Durations are seconds; shares 0–1. */
export interface Summary {
  readonly lastedSeconds: number
  readonly restarts: number
  /** Of lives that have ended. */
  readonly livedSeconds: Spread | undefined
  /** Liveness probes of each life that they ended. */
  readonly probesUntilKill: Spread | undefined
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeSummary>>>
  /** Restarts that were held back, and when the first was. */
  readonly crashLoops: number
  readonly crashLoopAfterSeconds: number | undefined
  /** Of the time, how much the pod was ready: all its containers. */
  readonly readyRatio: number
  readonly peakMemoryBytes: number
}

export interface ProbeSummary {
  readonly made: number
  readonly failed: number
  /** Thrown away, because the prober could not conclude. */
  readonly errored: number
  readonly p50_seconds: number
  readonly p99_seconds: number
}

export function summarise(record: RehearsalRecord, now: number, peakMemoryBytes: number): Summary {
  const { lives, waits, startedAt, restarts } = record
  const ended = lives.filter(endedOnItsOwnAccount).map(({ endedAt = now, startedAt }) => (endedAt - startedAt) / 1000)
  const killed = lives.filter(({ killedBy }) => killedBy === 'liveness')
  const [wait] = waits
  return {
    lastedSeconds: (now - startedAt) / 1000,
    restarts,
    livedSeconds: spreadOf(ended),
    probesUntilKill: spreadOf(killed.map(({ probes }) => probes.filter(({ probe }) => probe === 'liveness').length)),
    probes: Object.fromEntries(PROBE_KINDS.flatMap((kind) => probeEntry(record, kind))),
    crashLoops: waits.length,
    crashLoopAfterSeconds: wait ? (wait.at - startedAt) / 1000 : undefined,
    readyRatio: now > startedAt ? record.readyMs(now) / (now - startedAt) : 0,
    peakMemoryBytes,
  }
}

export function summaryText(summary: Summary, columns = Number.POSITIVE_INFINITY): string {
  const { livedSeconds, probesUntilKill, probes, crashLoops, crashLoopAfterSeconds } = summary
  const wait = crashLoopAfterSeconds === undefined ? '' : `, first after ${goDuration(crashLoopAfterSeconds * 1000)}`
  const rows = [
    ['lasted', goDuration(summary.lastedSeconds * 1000)],
    ['restarts', `${summary.restarts}, ${crashLoops} of them held back (CrashLoopBackOff)${wait}`],
    ...(livedSeconds ? [['lives, seconds', spreadText(livedSeconds)]] : []),
    ...(probesUntilKill ? [['probes until a kill', spreadText(probesUntilKill)]] : []),
    ...Object.entries(probes).map(([kind, probe]) => [`${kind} probes`, probeText(probe)]),
    ['ready', `${(summary.readyRatio * 100).toFixed(1)} % of the time`],
    ['most memory', mebibytes(summary.peakMemoryBytes)],
  ]
  return rowsText(rows, columns)
}

export function spreadText({ count, mean, sd, p10, p50, p90 }: Spread): string {
  const [short, ...others] = [mean, sd, p10, p50, p90].map((value) => String(Math.round(value * 100) / 100))
  return `mean ${short}, sd ${others[0]}, p10 ${others[1]}, p50 ${others[2]}, p90 ${others[3]} (of ${count})`
}

function probeText({ made, failed, errored, p50_seconds, p99_seconds }: ProbeSummary): string {
  const thrown = errored > 0 ? `, ${errored} thrown away` : ''
  return `${made}, ${failed} failed${thrown}; p50 ${ms(p50_seconds)}, p99 ${ms(p99_seconds)}`
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`
}

/** Whether a life ended by itself or for a probe, and not because the rehearsal did. */
function endedOnItsOwnAccount({ endedAt, killedBy, stopTookMs }: LifeRecord): boolean {
  return endedAt !== undefined && (killedBy !== undefined || stopTookMs === undefined)
}

function probeEntry({ lives }: RehearsalRecord, kind: ProbeKind): readonly (readonly [ProbeKind, ProbeSummary])[] {
  const made = lives.flatMap(({ probes }) => probes.filter(({ probe }) => probe === kind))
  if (made.length === 0) return []
  const took = made.map(({ tookMs }) => tookMs / 1000)
  const count = (result: string) => made.filter((probe) => probe.result === result).length
  const [p50_seconds = 0, p99_seconds = 0] = [0.5, 0.99].map((share) => quantileOf(took, share))
  return [[kind, { made: made.length, failed: count('failure'), errored: count('error'), p50_seconds, p99_seconds }]]
}
