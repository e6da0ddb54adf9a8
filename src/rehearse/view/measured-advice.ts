import { BACK_OFF } from '../kubelet/back-off.ts'
import { goDuration } from '../kubelet/human-duration.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import { type ContainerSpec, type Place, type PodSpec, PROBE_KINDS } from '../manifest/pod-spec.ts'
import { type LifeRecord, quantileOf, type RehearsalRecord } from '../record.ts'
import type { Advice } from './advice.ts'

/** A timeout this near to what 99 of 100 probes took leaves no room for a bad moment. */
const NEAR = 3

/** Probes that it takes for a p99 to mean something. */
const ENOUGH_PROBES = 30

/** What a rehearsal has shown of its manifest. */
export function adviseOnRecord(spec: PodSpec, record: RehearsalRecord, kubelet: KubeletProfile): readonly Advice[] {
  const own = spec.containers.flatMap((container) => {
    const lives = livesOf(container, record)
    return [
      ...nearTimeouts(container, lives),
      ...[crashLoops(container, lives, record)].flatMap((found) => found ?? []),
    ]
  })
  return [...own, ...gracesOf(spec, record, kubelet).flatMap((grace) => graceAgainst(grace) ?? [])]
}

function livesOf({ name }: ContainerSpec, { lives }: RehearsalRecord): readonly LifeRecord[] {
  return lives.filter(({ container }) => container === name)
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

/** A grace, and the lives that were stopped with it. */
interface Grace {
  readonly place: Place
  readonly seconds: number
  readonly lives: readonly StoppedLife[]
  /** Whether other containers have it too, so that it has to be said whose life is meant. */
  readonly isShared: boolean
}

type StoppedLife = LifeRecord & { readonly stopTookMs: number }

/** The pod's own, one for all its containers, and that of each probe that brings one, to a kubelet that knows it. */
function gracesOf(spec: PodSpec, record: RehearsalRecord, { probeGrace }: KubeletProfile): readonly Grace[] {
  const stopped = record.lives.filter((life): life is StoppedLife => life.stopTookMs !== undefined)
  const own = spec.containers.flatMap(({ name, probes }) =>
    PROBE_KINDS.flatMap((kind) => {
      const { graceSeconds, place, places } = probes[kind] ?? {}
      if (!probeGrace || graceSeconds === undefined || place === undefined) return []
      const lives = stopped.filter(({ container, killedBy }) => container === name && killedBy === kind)
      const at = places?.['terminationGracePeriodSeconds'] ?? place
      return [{ place: at, seconds: graceSeconds, lives, isShared: false }]
    }),
  )
  const others = stopped.filter((life) => !own.some(({ lives }) => lives.includes(life)))
  const isShared = spec.containers.length > 1
  return [{ place: spec.gracePlace, seconds: spec.graceSeconds, lives: others, isShared }, ...own]
}

function graceAgainst({ place, seconds, lives, isShared }: Grace): Advice | undefined {
  if (lives.length === 0) return undefined
  const graceMs = seconds * 1000
  const deaf = lives.filter(({ ending }) => ending?.ignoredTerm)
  if (deaf.length > 0) {
    const names = namesOf(deaf)
    const who = isShared ? names.join(' and ') : 'it'
    return {
      place,
      advice:
        'let process 1 hear SIGTERM: have its shell exec the service and the service handle it, or begin with an init',
      reason: `${who} ${names.length > 1 ? 'have' : 'has'} no handler for SIGTERM, which process 1 of a container then ignores: each stop takes the whole grace of ${seconds} s and ends in a kill`,
    }
  }
  const killed = lives.filter(({ ending, stopTookMs }) => ending?.exitCode === 137 && stopTookMs >= graceMs)
  if (killed.length > 0) {
    const names = namesOf(killed)
    const who = isShared ? names.join(' and ') : 'it'
    const [was, its, it] = names.length > 1 ? ['were', 'their', 'they'] : ['was', 'its', 'it']
    return {
      place,
      advice: 'end at SIGTERM, or lengthen the grace',
      reason: `${who} ${was} still running when ${its} grace of ${seconds} s was over, and ${was} killed with whatever ${it} ${was} doing`,
    }
  }
  const longest = Math.max(...lives.map(({ stopTookMs }) => stopTookMs))
  if (seconds < 10 || longest * 10 > graceMs) return undefined
  return {
    place,
    advice: `${Math.max(2, Math.ceil((longest * 5) / 1000))} s would do`,
    reason: `${isShared ? 'each container' : 'it'} ended within ${Math.ceil(longest)} ms of being told to; one that hangs would hold its restart up for all of ${seconds} s`,
  }
}

function namesOf(lives: readonly LifeRecord[]): readonly string[] {
  return [...new Set(lives.map(({ container }) => container))]
}
