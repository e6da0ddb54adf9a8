import type { Clock } from '../core/clock.ts'
import type { Notice } from './kubelet/notice.ts'
import type { KubeletProfile } from './kubelet/profile.ts'
import type { Runtime } from './process/life.ts'

/** How long the kubelet takes over what it does not do at once. */
export interface KubeletRhythm {
  /** Until a container that ended by itself is noticed: it lists them once a second. */
  noticeMs(): number
  /** Until it looks again at a pod that it could not set right, as in back-off. */
  retryMs(): number
  /** Until it looks again at a pod where all is well. */
  resyncMs(): number
}

/** Source: Kubernetes 1.20.2, pkg/kubelet/pod_workers.go and pleg. */
export function kubeletRhythm(random: () => number): KubeletRhythm {
  return {
    noticeMs: () => random() * 1000,
    retryMs: () => 10_000 * (1 + 0.5 * random()),
    resyncMs: () => 60_000 * (1 + 0.5 * random()),
  }
}

/** What a rehearsal is played with. */
export interface Play {
  readonly clock: Clock
  readonly kubelet: KubeletProfile
  readonly rhythm: KubeletRhythm
  readonly runtime: Runtime
  /** From [0, 1). */
  readonly random: () => number
  readonly tell: (notice: Notice) => void
}
