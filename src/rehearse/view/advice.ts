import { oddsOf } from '../../stats/odds.ts'
import { BACK_OFF } from '../kubelet/back-off.ts'
import { goDuration } from '../kubelet/human-duration.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import type { Action, ContainerSpec, Place, PodSpec } from '../manifest/pod-spec.ts'
import { decayStepOf, settingOf } from '../manifest/service-settings.ts'
import { asksHeartbeat, isDraw } from '../simulation/failure-model.ts'
import { broken } from './broken.ts'

/** What could be better in a manifest, and why. */
export interface Advice {
  readonly place: Place
  readonly advice: string
  readonly reason: string
}

/** A first delay from which on a startup probe serves better; a shorter one costs little. */
const LONG_DELAY_SECONDS = 5

/** What can be said of a manifest without playing it. */
export function adviseOnManifest(spec: PodSpec, kubelet: KubeletProfile): readonly Advice[] {
  const rules = [sameQuestion, readinessKills, movedCounter, wrongAsks, longDelay, oneFailure, shortLives]
  const found = spec.containers.flatMap((container) => rules.flatMap((rule) => rule(container) ?? []))
  return kubelet.probeGrace ? found : [...found, ...spec.containers.flatMap(unknownGrace)]
}

/** `deploy.yml:31: spec….livenessProbe: …`, and the reason on a line of its own. */
export function adviceLines({ place, advice, reason }: Advice, columns = Number.POSITIVE_INFINITY): string {
  const { file, line, path } = place
  const head = `${file}${line === undefined ? '' : `:${line}`}: ${path}`
  return [head, `    ${advice}`, `    because ${reason}`].map((line) => `${broken(line, columns, 4)}\n`).join('')
}

function sameQuestion({ probes: { liveness, readiness } }: ContainerSpec): Advice | undefined {
  if (!liveness || !readiness || JSON.stringify(liveness.action) !== JSON.stringify(readiness.action)) return undefined
  // That is told of by itself, and what is advised there cures both.
  if (asksReadiness(liveness.action)) return undefined
  const killsAfter = liveness.periodSeconds * liveness.failureThreshold
  const leavesAfter = readiness.periodSeconds * readiness.failureThreshold
  if (killsAfter > leavesAfter) return undefined
  return {
    place: liveness.place,
    advice: 'ask something narrower than readiness does, or be more patient than it',
    reason: `liveness asks the same and kills after ${killsAfter} s, no later than readiness takes the pod out of service (${leavesAfter} s): it is never given time to recover`,
  }
}

function readinessKills({ probes: { liveness } }: ContainerSpec): Advice | undefined {
  if (!liveness || !asksReadiness(liveness.action)) return undefined
  return {
    place: liveness.place,
    advice: 'ask /livez; /readyz is for a readinessProbe',
    reason:
      '/readyz also fails for what time cures, and while a check cannot look: a restart cures neither, and a slow database would restart every pod',
  }
}

function asksReadiness(action: Action): boolean {
  return action.how === 'httpGet' && /^\/readyz\/?(\?|$)/.test(action.path)
}

function movedCounter({ probes }: ContainerSpec): Advice | undefined {
  const kind = (['readiness', 'startup'] as const).find((one) => probes[one] && isDraw(probes[one].action))
  const probe = kind && probes[kind]
  if (!probe) return undefined
  return {
    place: probe.place,
    advice: 'ask /readyz, or /healthz?peek, which answers the same without a draw',
    reason: `each access to /healthz moves the counter, whoever asks: this ${kind} probe makes the next liveness failure likelier`,
  }
}

function wrongAsks(container: ContainerSpec): Advice | undefined {
  const { liveness } = container.probes
  const { name, text: asks, isOutside } = settingOf(container, 'heartbeat.asks')
  if (!liveness || !asksHeartbeat(liveness.action) || asks?.trim() === 'restart') return undefined
  if (isOutside !== 'no') {
    return {
      place: liveness.place,
      advice: `make sure that ${name} is restart, or ask /livez`,
      reason: `what ${isOutside === 'yes' ? 'sets' : 'may set'} it is not in the manifest; unless it is restart, the heartbeat also asks about what a restart cannot cure: a full disk would restart every pod`,
    }
  }
  return {
    place: liveness.place,
    advice: `set ${name} to restart in the container's ${name.startsWith('--') ? 'arguments' : 'env'}, or ask /livez`,
    reason: `the heartbeat also asks about ${asks === undefined ? 'wait and person' : asks}, which a restart cannot cure: a full disk would restart every pod`,
  }
}

function longDelay({ probes: { liveness, startup } }: ContainerSpec): Advice | undefined {
  if (!liveness || startup || liveness.initialDelaySeconds < LONG_DELAY_SECONDS) return undefined
  return {
    place: liveness.places['initialDelaySeconds'] ?? liveness.place,
    advice: 'use a startupProbe with a short period and a failureThreshold that covers the slowest start',
    reason: `a fixed delay of ${liveness.initialDelaySeconds} s is too short for a slow start, which is then killed, and leaves a quick one unwatched`,
  }
}

function oneFailure({ probes: { liveness } }: ContainerSpec): Advice | undefined {
  if (liveness?.failureThreshold !== 1) return undefined
  return {
    place: liveness.places['failureThreshold'] ?? liveness.place,
    advice: 'let at least two or three probes fail before a kill',
    reason: 'a single lost packet or a pause of a second is then enough to restart the container',
  }
}

/** Where the heartbeat decays, the mean life can be computed; one shorter than the longest wait comes to CrashLoopBackOff. */
function shortLives(container: ContainerSpec): Advice | undefined {
  const { liveness, readiness } = container.probes
  const step = decayStepOf(container)
  if (!liveness || !isDraw(liveness.action) || Number.isNaN(step)) return undefined
  const others = readiness && isDraw(readiness.action) ? liveness.periodSeconds / readiness.periodSeconds : 0
  const { mean } = oddsOf({ step, failureThreshold: liveness.failureThreshold, othersPerProbe: others })
  const lifeSeconds = liveness.initialDelaySeconds + mean * liveness.periodSeconds
  if (!(lifeSeconds * 1000 < BACK_OFF.maxMs)) return undefined
  const { name, isOutside } = settingOf(container, 'decay.step')
  const unless = isOutside === 'perhaps' ? `unless envFrom sets ${name}, ` : ''
  return {
    place: liveness.place,
    advice: `lengthen the period, or lower ${name}, if it is to stay in service`,
    reason: `${unless}with a decay of ${step} points a life lasts ${goDuration(lifeSeconds * 1000)} on average, and lives shorter than the back-off, which grows to 5m0s, end in CrashLoopBackOff`,
  }
}

function unknownGrace({ probes }: ContainerSpec): readonly Advice[] {
  return Object.values(probes).flatMap(({ graceSeconds, place, places }) =>
    graceSeconds === undefined
      ? []
      : [
          {
            place: places['terminationGracePeriodSeconds'] ?? place,
            advice: "rely on the pod's own terminationGracePeriodSeconds",
            reason: 'a kubelet of 1.20 does not know it on a probe; it came with 1.21 and is stable since 1.28',
          },
        ],
  )
}
