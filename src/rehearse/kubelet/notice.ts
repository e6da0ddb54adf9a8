import type { ProbeKind } from '../manifest/pod-spec.ts'
import type { Ending } from '../process/life.ts'

/** Everything that happens in a rehearsal, as it happens. Times are milliseconds of the rehearsal's clock. */
export type Notice = PodEvent | ProbeNotice | StartNotice | EndNotice | ReadyNotice | WaitNotice

/** What `kubectl events` shows. */
export interface PodEvent {
  readonly kind: 'event'
  readonly at: number
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** The container it is about; undefined for the pod. */
  readonly container: string | undefined
}

/** One probe, whatever it came to: a cluster shows those that failed. */
export interface ProbeNotice {
  readonly kind: 'probe'
  readonly at: number
  readonly container: string
  /** Which life of the container was asked: 0 is the first. */
  readonly life: number
  readonly probe: ProbeKind
  readonly result: 'success' | 'warning' | 'failure' | 'error'
  readonly message: string
  readonly tookMs: number
  /** How often the prober asked: 3 where it could not conclude. */
  readonly tries: number
}

export interface StartNotice {
  readonly kind: 'start'
  readonly at: number
  readonly container: string
  readonly life: number
}

export interface EndNotice {
  readonly kind: 'end'
  readonly at: number
  readonly container: string
  readonly life: number
  readonly ending: Ending
  /** Which probe killed it; undefined where it ended by itself or with the rehearsal. */
  readonly killedBy: ProbeKind | undefined
  /** From the start, in milliseconds. */
  readonly livedMs: number
}

export interface ReadyNotice {
  readonly kind: 'ready'
  readonly at: number
  readonly container: string
  readonly ready: boolean
}

/** A restart is held back. Told once for each wait. */
export interface WaitNotice {
  readonly kind: 'wait'
  readonly at: number
  readonly container: string
  readonly waitMs: number
  readonly message: string
}
