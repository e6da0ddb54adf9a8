import type { Clock } from '../core/clock.ts'
import type { Notice } from './kubelet/notice.ts'
import { type Phase, Pod, type PodName } from './kubelet/pod.ts'
import type { KubeletProfile } from './kubelet/profile.ts'
import type { PodSpec } from './manifest/pod-spec.ts'
import { type KubeletRhythm, kubeletRhythm } from './play.ts'
import type { Runtime } from './process/life.ts'
import { RehearsalRecord } from './record.ts'
import { ENOUGH } from './simulation/enough.ts'

export interface RehearsalOptions {
  readonly spec: PodSpec
  readonly name: PodName
  readonly kubelet: KubeletProfile
  readonly clock: Clock
  readonly runtime: Runtime
  readonly random: () => number
  /** How long to play. */
  readonly forMs: number
  /** Ends once containers were started again this often. Default: never. */
  readonly restarts?: number | undefined
  readonly rhythm?: KubeletRhythm
  /** Ends the rehearsal; the pod is then deleted with its grace. */
  readonly stop?: AbortSignal
  onNotice?(notice: Notice): void
  /** Called once, when it ends, before the pod is deleted. */
  onClosing?(): void
}

/** One pod's rehearsal: its pod, to look at while it is played, and what it came to. */
export class Rehearsal {
  readonly pod: Pod
  readonly record: RehearsalRecord
  readonly #options: RehearsalOptions
  readonly #until = new AbortController()

  constructor(options: RehearsalOptions) {
    const { clock, kubelet, runtime, random, rhythm = kubeletRhythm(random) } = options
    this.#options = options
    this.record = new RehearsalRecord(
      clock.now(),
      options.spec.containers.map(({ name }) => name),
    )
    const tell = (notice: Notice) => this.#heed(notice)
    this.pod = new Pod(options.spec, options.name, { clock, kubelet, rhythm, runtime, random, tell })
  }

  /** Plays until its time, its restarts or its pod's lives are over. @throws {SetupError} when nothing can be started */
  async play(): Promise<Phase> {
    const { clock, forMs, stop } = this.#options
    const end = () => this.#until.abort(ENOUGH)
    this.#until.signal.addEventListener('abort', () => this.#options.onClosing?.(), { once: true })
    if (stop?.aborted) end()
    stop?.addEventListener('abort', end, { once: true })
    clock.sleep(forMs, this.#until.signal).then(end)
    try {
      return await this.pod.run(this.#until.signal, end)
    } finally {
      stop?.removeEventListener('abort', end)
      end()
    }
  }

  #heed(notice: Notice): void {
    this.record.add(notice)
    this.#options.onNotice?.(notice)
    const { restarts = Number.POSITIVE_INFINITY } = this.#options
    if (notice.kind === 'start' && this.record.restarts >= restarts) this.#until.abort(ENOUGH)
  }
}
