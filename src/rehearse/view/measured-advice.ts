import { BACK_OFF } from '../kubelet/back-off.ts'
import { goDuration } from '../kubelet/human-duration.ts'
import { type ContainerSpec, type PodSpec, PROBE_KINDS } from '../manifest/pod-spec.ts'
import { type LifeRecord, quantileOf, type RehearsalRecord } from '../record.ts'
import type { Advice } from './advice.ts'

/** A timeout this near to what 99 of 100 probes took leaves no room for a bad moment. */
const NEAR = 3

/** Probes that it takes for a p99 to mean something. */
const ENOUGH_PROBES = 30

/** What a rehearsal has shown of its manifest. */
export function adviseOnRecord(spec: PodSpec, record: RehearsalRecord): readonly Advice[] {
  return spec.containers.flatMap((container) => {
    const lives = record.lives.filter(({ container: name }) => name === container.name)
    return [
      ...nearTimeouts(container, lives),
      ...[crashLoops(container, lives, record), graceAgainst(spec, lives)].flatMap((found) => found ?? []),
    ]
  })
}

function nearTimeouts({ probes }: ContainerSpec, lives: readonly LifeRecord[]): readonly Advice[] {
  return PROBE_KINDS.flatMap((kind) => {
    const probe = probes[kind]
    const made = lives.flatMap((life) => life.probes.filter(({ probe }) => probe === kind))
    const p99 = quantileOf(
      made.filter(({ message }) => !message.includes('refused')).map(({ tookMs }) => tookMs),
      0.99,
    )
    if (!probe || p99 === undefined || made.length < ENOUGH_PROBES || p99 * NEAR < probe.timeoutSeconds * 1000)
      return []
    return [
      {
        place: probe.places['timeoutSeconds'] ?? probe.place,
        advice: `raise it to ${Math.max(probe.timeoutSeconds + 1, Math.ceil((p99 * NEAR) / 1000))} s or more`,
        reason: `99 of 100 ${kind} probes took up to ${Math.round(p99)} ms here, against a timeout of ${probe.timeoutSeconds} s: under load they would fail`,
      },
    ]
  })
}

function crashLoops(
  { name, place }: ContainerSpec,
  lives: readonly LifeRecord[],
  record: RehearsalRecord,
): Advice | undefined {
  const waits = record.waits.filter(({ container }) => container === name)
  const lived = lives.flatMap(({ startedAt, endedAt }) => (endedAt === undefined ? [] : [endedAt - startedAt]))
  const p50 = quantileOf(lived, 0.5)
  if (waits.length === 0 || p50 === undefined || p50 > BACK_OFF.maxMs) return undefined
  const longest = Math.max(...waits.map(({ waitMs }) => waitMs))
  return {
    place,
    advice: 'find out what ends its lives; until then count on it being out of service while it waits',
    reason: `half of its lives lasted no longer than ${goDuration(p50)}, which is shorter than the back-off: it was held back ${waits.length} times, for up to ${goDuration(longest)}`,
  }
}

function graceAgainst(spec: PodSpec, lives: readonly LifeRecord[]): Advice | undefined {
  const stops = lives.flatMap(({ stopTookMs }) => stopTookMs ?? [])
  if (stops.length === 0) return undefined
  const place = spec.gracePlace
  const graceMs = spec.graceSeconds * 1000
  const longest = Math.max(...stops)
  if (lives.some(({ ending, stopTookMs }) => ending?.exitCode === 137 && (stopTookMs ?? 0) >= graceMs)) {
    return {
      place,
      advice: 'end at SIGTERM, or lengthen the grace',
      reason: `it was still running when its grace of ${spec.graceSeconds} s was over, and was killed with whatever it was doing`,
    }
  }
  if (spec.graceSeconds < 10 || longest * 10 > graceMs) return undefined
  return {
    place,
    advice: `${Math.max(2, Math.ceil((longest * 5) / 1000))} s would do`,
    reason: `it ended within ${Math.ceil(longest)} ms of being told to; one that hangs would hold its restart up for all of ${spec.graceSeconds} s`,
  }
}
