import { BACK_OFF } from '../kubelet/back-off.ts'
import { goDuration } from '../kubelet/human-duration.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import { type ContainerSpec, type Place, type PodSpec, PROBE_KINDS, type ProbeKind } from '../manifest/pod-spec.ts'
import { type LifeRecord, quantileOf, type RehearsalRecord } from '../record.ts'
import type { Advice } from './advice.ts'

/** A timeout this near to what 99 of 100 probes took leaves no room for a bad moment. */
const NEAR = 3

/** Probes that it takes for a p99 to mean something. */
const ENOUGH_PROBES = 30

/** What a rehearsal has shown of its manifest. */
export function adviseOnRecord(spec: PodSpec, record: RehearsalRecord, kubelet: KubeletProfile): readonly Advice[] {
  return spec.containers.flatMap((container) => {
    const lives = record.lives.filter(({ container: name }) => name === container.name)
    return [
      ...nearTimeouts(container, lives),
      ...[crashLoops(container, lives, record)].flatMap((found) => found ?? []),
      ...gracesOf(spec, container, kubelet).flatMap((grace) => graceAgainst(grace, lives) ?? []),
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

/** A grace, and the lives that are stopped with it: those that one of these probes killed, or undefined for the end of the pod. */
interface Grace {
  readonly place: Place
  readonly seconds: number
  readonly killedBy: readonly (ProbeKind | undefined)[]
}

/** The pod's own, and before it that of each probe that brings one, to a kubelet that knows it. */
function gracesOf(spec: PodSpec, { probes }: ContainerSpec, { probeGrace }: KubeletProfile): readonly Grace[] {
  const own = PROBE_KINDS.flatMap((kind) => {
    const { graceSeconds, place, places } = probes[kind] ?? {}
    if (!probeGrace || graceSeconds === undefined || place === undefined) return []
    return [{ place: places?.['terminationGracePeriodSeconds'] ?? place, seconds: graceSeconds, killedBy: [kind] }]
  })
  const others = [undefined, ...PROBE_KINDS].filter((kind) => !own.some(({ killedBy: [one] }) => one === kind))
  return [{ place: spec.gracePlace, seconds: spec.graceSeconds, killedBy: others }, ...own]
}

function graceAgainst({ place, seconds, killedBy }: Grace, all: readonly LifeRecord[]): Advice | undefined {
  const lives = all.filter((life) => killedBy.includes(life.killedBy))
  const stops = lives.flatMap(({ stopTookMs }) => stopTookMs ?? [])
  if (stops.length === 0) return undefined
  const graceMs = seconds * 1000
  const longest = Math.max(...stops)
  if (lives.some(({ ending, stopTookMs }) => ending?.exitCode === 137 && (stopTookMs ?? 0) >= graceMs)) {
    return {
      place,
      advice: 'end at SIGTERM, or lengthen the grace',
      reason: `it was still running when its grace of ${seconds} s was over, and was killed with whatever it was doing`,
    }
  }
  if (seconds < 10 || longest * 10 > graceMs) return undefined
  return {
    place,
    advice: `${Math.max(2, Math.ceil((longest * 5) / 1000))} s would do`,
    reason: `it ended within ${Math.ceil(longest)} ms of being told to; one that hangs would hold its restart up for all of ${seconds} s`,
  }
}
