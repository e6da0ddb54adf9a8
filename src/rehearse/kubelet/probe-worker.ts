import type { Clock } from '../../core/clock.ts'
import type { ProbeKind, ProbeSpec } from '../manifest/pod-spec.ts'
import { ENOUGH } from '../simulation/enough.ts'
import type { ProbeOutcome } from './http-probe.ts'
import { probe } from './prober.ts'

/** A container, as far as a probe worker looks at it. */
export interface Probed {
  /** Which life it is in, from 0; undefined before the first. */
  readonly life: number | undefined
  readonly running: boolean
  /** When this life began, on the worker's clock. */
  readonly startedAt: number
  /** Whether its startup probe has succeeded, or it has none. */
  readonly started: boolean
}

export type Published = 'success' | 'failure' | 'unknown'

/** What a container is held to be before its first result. */
const INITIAL: Readonly<Record<ProbeKind, Published>> = {
  startup: 'unknown',
  liveness: 'success',
  readiness: 'failure',
}

export interface ProbeWorkerOptions {
  readonly kind: ProbeKind
  readonly spec: ProbeSpec
  readonly clock: Clock
  /** How long the worker waits before its first tick. */
  readonly phaseMs: number
  ask(): Promise<ProbeOutcome>
  /** Told of each probe that was made, and of each change in what is published. */
  onProbe(outcome: ProbeOutcome & { readonly tries: number }, life: number): void
  onChange(published: Published): void
}

/**
 * One worker for one probe of one container, for as long as the pod exists: `run` keeps time, `round` does one round.
 * Its ticks are never re-phased to a container's start, so a first probe comes up to a period after its delay.
 * Source: Kubernetes 1.20.2, pkg/kubelet/prober/worker.go.
 */
export class ProbeWorker {
  readonly kind: ProbeKind
  readonly #options: ProbeWorkerOptions
  readonly #container: Probed
  #life: number | undefined
  #published: Published
  /** No more probes until there is a new life: this one is condemned. */
  #onHold = false
  /** The last result and how often it came in a row. Both outlive the container. */
  #last: 'success' | 'failure' | undefined
  #run = 0
  #nudge = new AbortController()

  constructor(container: Probed, options: ProbeWorkerOptions) {
    this.kind = options.kind
    this.#container = container
    this.#options = options
    this.#published = INITIAL[options.kind]
  }

  /** What is published of the given life. */
  publishedOf(life: number | undefined): Published | undefined {
    return life === this.#life ? this.#published : undefined
  }

  /** Ticks until `signal` aborts. A tick that falls into a round is kept, one; the others are lost. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, phaseMs, spec } = this.#options
    signal.addEventListener('abort', () => this.#nudge.abort(ENOUGH), { once: true })
    // Without a wait of its own the first tick is now, when the pod's containers are not there yet.
    if (phaseMs > 0) await clock.sleep(phaseMs, signal)
    const origin = clock.now()
    const periodMs = spec.periodSeconds * 1000
    for (let tick = 0; !signal.aborted; ) {
      await this.round()
      const gone = Math.floor((clock.now() - origin) / periodMs)
      if (gone > tick) tick = gone
      else if (await this.#sleepUntil(origin + (tick + 1) * periodMs)) tick += 1
    }
  }

  /** Makes the next round come now, without moving the ticks. */
  nudge(): void {
    this.#nudge.abort(ENOUGH)
  }

  /** One round: looks whether to probe at all, probes, counts, publishes. */
  async round(): Promise<void> {
    this.#meet(this.#container.life)
    if (this.#life === undefined || this.#onHold) return
    if (!this.#container.running) return this.#publish('failure')
    if (!this.#isDue()) return
    const life = this.#life
    const outcome = await probe(() => this.#options.ask())
    this.#options.onProbe(outcome, life)
    if (outcome.result === 'error') return
    this.#count(outcome.result === 'failure' ? 'failure' : 'success')
  }

  /** Whether the clock moved on to `at`, rather than a nudge coming first. */
  async #sleepUntil(at: number): Promise<boolean> {
    const { clock } = this.#options
    const nudge = this.#nudge.signal
    await clock.sleep(at - clock.now(), nudge)
    if (!nudge.aborted) return true
    this.#nudge = new AbortController()
    return false
  }

  #meet(life: number | undefined): void {
    if (life === this.#life) return
    this.#life = life
    this.#onHold = false
    this.#publish(INITIAL[this.kind])
  }

  #isDue(): boolean {
    const { clock, spec } = this.#options
    const { startedAt, started } = this.#container
    const wholeSeconds = Math.floor((clock.now() - startedAt) / 1000)
    if (wholeSeconds < spec.initialDelaySeconds) return false
    return started ? this.kind !== 'startup' : this.kind === 'startup'
  }

  #count(result: 'success' | 'failure'): void {
    const { failureThreshold, successThreshold } = this.#options.spec
    this.#run = result === this.#last ? this.#run + 1 : 1
    this.#last = result
    if (this.#run < (result === 'failure' ? failureThreshold : successThreshold)) return
    if (result === 'failure' && this.kind !== 'readiness') {
      this.#onHold = true
      this.#run = 0
    }
    this.#publish(result)
  }

  #publish(published: Published): void {
    if (published === this.#published) return
    this.#published = published
    this.#options.onChange(published)
  }
}
