/** What differs between the kubelet of 1.20, whose code was run for the tests' tables, and today's, whose sources were read. */
export interface KubeletProfile {
  readonly name: '1.20' | 'current'
  /** `User-Agent` of HTTP probes. */
  readonly agent: string
  /** Whether each prober first waits a random part of its period. Later only within one period of the kubelet's own start. */
  readonly waitsAtRandom: boolean
  /** Whether a failed startup probe is acted on at once, as a liveness probe is. Before, it waited for the next resync of 60–90 s. */
  readonly startupFailureIsUrgent: boolean
  /** Whether readiness is probed at once when the startup probe has succeeded. */
  readonly probesReadinessOnStart: boolean
  /** Whether liveness and startup probes stop when the pod is being deleted. */
  readonly stopsProbesOnDelete: boolean
  /** Whether a probe may bring its own grace period. Alpha in 1.21, stable since 1.28. */
  readonly probeGrace: boolean
  /** Whether the RESTARTS column says how long ago: `5 (37s ago)`. */
  readonly restartsWithAge: boolean
  warning(body: string): string
  created(container: string): string
  backOff(container: string, pod: string): string
}

const KUBELET_1_20: KubeletProfile = {
  name: '1.20',
  agent: 'kube-probe/1.20',
  waitsAtRandom: true,
  startupFailureIsUrgent: false,
  probesReadinessOnStart: false,
  stopsProbesOnDelete: false,
  probeGrace: false,
  restartsWithAge: false,
  warning: (body) => body,
  created: (container) => `Created container ${container}`,
  backOff: () => 'Back-off restarting failed container',
}

const KUBELET_CURRENT: KubeletProfile = {
  name: 'current',
  agent: 'kube-probe/1.36',
  waitsAtRandom: false,
  startupFailureIsUrgent: true,
  probesReadinessOnStart: true,
  stopsProbesOnDelete: true,
  probeGrace: true,
  restartsWithAge: true,
  warning: (body) => `Probe terminated redirects, Response body: ${body}`,
  created: (container) => `Created container: ${container}`,
  backOff: (container, pod) => `Back-off restarting failed container ${container} in pod ${pod}`,
}

export const KUBELETS: Readonly<Record<KubeletProfile['name'], KubeletProfile>> = {
  '1.20': KUBELET_1_20,
  current: KUBELET_CURRENT,
}
