import type { RestartPolicy } from '../manifest/pod-spec.ts'

/** How long a kubelet waits before it starts a container again. */
export interface BackOffLimits {
  readonly baseMs: number
  readonly maxMs: number
  /** A container that ended this long after the last restart was decided begins again at the base. */
  readonly resetMs: number
}

/** Source: Kubernetes 1.20.2, pkg/kubelet/kubelet.go and client-go's flowcontrol.Backoff. Unchanged by default since. */
export const BACK_OFF: BackOffLimits = { baseMs: 10_000, maxMs: 300_000, resetMs: 600_000 }

/**
 * The back-off of one container. It is measured from the end of the newest life that the *old* status shows, and that is why
 * restarts after a liveness kill are immediate at first: at that moment the killed life still counts as running, and the one before
 * it ended a whole life ago. A life that ends by itself is already in the status, and waits from its second end on.
 */
export class BackOff {
  readonly #limits: BackOffLimits
  #entry: { waitMs: number; updatedAt: number } | undefined

  constructor(limits: BackOffLimits = BACK_OFF) {
    this.#limits = limits
  }

  /** The wait that would hold now; 0 before the first restart was counted. */
  get waitMs(): number {
    return this.#entry?.waitMs ?? 0
  }

  /** Whether a life that ended at `finishedAt` must not be followed by another yet. */
  holds(finishedAt: number, now: number): boolean {
    if (!this.#entry || this.#hasExpired(finishedAt)) return false
    return now - finishedAt < this.#entry.waitMs
  }

  /** Counts a restart: the next wait is twice as long, at most the maximum, or the base again after a long life. */
  next(finishedAt: number, now: number): void {
    const { baseMs, maxMs } = this.#limits
    const waitMs = !this.#entry || this.#hasExpired(finishedAt) ? baseMs : Math.min(this.#entry.waitMs * 2, maxMs)
    this.#entry = { waitMs, updatedAt: now }
  }

  #hasExpired(finishedAt: number): boolean {
    return this.#entry !== undefined && finishedAt - this.#entry.updatedAt > this.#limits.resetMs
  }
}

/** Whether a container that has ended is to be started again at all. */
export function isRestarted(policy: RestartPolicy, exitCode: number): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
