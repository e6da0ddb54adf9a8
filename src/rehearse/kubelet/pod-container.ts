import { type ContainerSpec, PROBE_KINDS, type ProbeKind, type ProbeSpec } from '../manifest/pod-spec.ts'
import type { Play } from '../play.ts'
import type { Ending, Life } from '../process/life.ts'
import { BackOff } from './back-off.ts'
import type { ProbeOutcome } from './http-probe.ts'
import { goDuration } from './human-duration.ts'
import { type Probed, ProbeWorker } from './probe-worker.ts'
import { eventOf } from './prober.ts'

/** A life that is over, as the status shows it. */
export interface Exited extends Ending {
  readonly startedAt: number
  readonly finishedAt: number
}

/** One container of a pod, through all its lives. */
export class PodContainer implements Probed {
  readonly spec: ContainerSpec
  readonly backOff = new BackOff()
  readonly workers: readonly ProbeWorker[]
  life: number | undefined
  startedAt = 0
  /** As the status shows it: a life that has just ended by itself runs on until that is noticed. */
  running = false
  /** The newest life that the status shows as ended. */
  exited: Exited | undefined
  /** Why it is not running, while a restart is held back. */
  waiting: { readonly reason: 'CrashLoopBackOff'; readonly message: string } | undefined
  /** Which probe it is being killed for. */
  condemnedBy: ProbeKind | undefined
  ready = false

  readonly #play: Play
  readonly #onNews: () => void
  #now: Life | undefined
  #killing = false
  #over: Promise<void> = Promise.resolve()

  /** @param onNews called when there is something for the pod to act on */
  constructor(spec: ContainerSpec, play: Play, onNews: () => void) {
    this.spec = spec
    this.#play = play
    this.#onNews = onNews
    this.workers = PROBE_KINDS.flatMap((kind) => {
      const probe = spec.probes[kind]
      return probe ? [this.#workerFor(kind, probe)] : []
    })
  }

  get restarts(): number {
    return this.life ?? 0
  }

  get process(): Life | undefined {
    return this.running ? this.#now : undefined
  }

  /** Whether other probes may be asked: the startup probe has succeeded, or there is none. */
  get started(): boolean {
    const worker = this.#worker('startup')
    return this.running && (!worker || worker.publishedOf(this.life) === 'success')
  }

  /** The probe that has failed often enough for this life to be killed. */
  get failedProbe(): ProbeKind | undefined {
    return (['liveness', 'startup'] as const).find((kind) => this.#worker(kind)?.publishedOf(this.life) === 'failure')
  }

  async start(): Promise<void> {
    const { runtime, clock, tell } = this.#play
    const life = this.restarts + (this.life === undefined ? 0 : 1)
    const process = await runtime.start(this.spec, life)
    this.life = life
    this.#now = process
    this.startedAt = clock.now()
    this.running = true
    this.waiting = undefined
    this.condemnedBy = undefined
    this.#killing = false
    tell({ kind: 'start', at: this.startedAt, container: this.spec.name, life })
    this.#over = process.ended.then((ending) => this.#end(ending))
    this.refresh()
  }

  /** Stops the present life. When this resolves the status shows it as ended. */
  async stop(graceMs: number): Promise<void> {
    this.#killing = true
    await this.#now?.stop(graceMs)
    await this.#over
  }

  /** The preStop hook; resolves to what went wrong. */
  async runHook(signal: AbortSignal): Promise<string | undefined> {
    const action = this.spec.preStop
    if (action?.how === 'sleep') await this.#play.clock.sleep(action.seconds * 1000, signal)
    else if (action) return this.#now?.runHook(action, signal)
    return undefined
  }

  /** Holds a restart back, as the status will show it. */
  wait(pod: string): void {
    const { waitMs } = this.backOff
    const message = `back-off ${goDuration(waitMs)} restarting failed container=${this.spec.name} pod=${pod}`
    if (!this.waiting) {
      this.#play.tell({ kind: 'wait', at: this.#play.clock.now(), container: this.spec.name, waitMs, message })
    }
    this.waiting = { reason: 'CrashLoopBackOff', message }
  }

  /** Tells when readiness has changed. */
  refresh(): void {
    const worker = this.#worker('readiness')
    const ready = this.started && (!worker || worker.publishedOf(this.life) === 'success')
    if (ready === this.ready) return
    this.ready = ready
    this.#play.tell({ kind: 'ready', at: this.#play.clock.now(), container: this.spec.name, ready })
  }

  async #ask({ action, timeoutSeconds }: ProbeSpec, kind: ProbeKind): Promise<ProbeOutcome> {
    // A life that could not be started is not running, and nobody asks it.
    return (
      this.#now?.ask(action, timeoutSeconds * 1000, kind) ?? { result: 'error', message: 'no container', tookMs: 0 }
    )
  }

  #worker(kind: ProbeKind): ProbeWorker | undefined {
    return this.workers.find((worker) => worker.kind === kind)
  }

  async #end(ending: Ending): Promise<void> {
    const { clock, rhythm, tell } = this.#play
    const finishedAt = clock.now()
    const { life = 0, startedAt, condemnedBy } = this
    const livedMs = finishedAt - startedAt
    tell({ kind: 'end', at: finishedAt, container: this.spec.name, life, ending, killedBy: condemnedBy, livedMs })
    if (!this.#killing) await clock.sleep(rhythm.noticeMs())
    this.running = false
    this.exited = { ...ending, startedAt, finishedAt }
    this.refresh()
    if (!this.#killing) this.#onNews()
  }

  #workerFor(kind: ProbeKind, spec: ProbeSpec): ProbeWorker {
    const { clock, kubelet, random, tell } = this.#play
    const container = this.spec.name
    const phaseMs = kubelet.waitsAtRandom ? random() * spec.periodSeconds * 1000 : 0
    return new ProbeWorker(this, {
      kind,
      spec,
      clock,
      phaseMs,
      ask: () => this.#ask(spec, kind),
      onProbe: ({ result, message, tookMs, tries }, life) => {
        const at = clock.now()
        tell({ kind: 'probe', at, container, life, probe: kind, result, message, tookMs, tries })
        const event = eventOf(kind, { result, message, tookMs })
        if (event) tell({ kind: 'event', at, container, ...event })
      },
      onChange: (published) => this.#heed(kind, published),
    })
  }

  #heed(kind: ProbeKind, published: string): void {
    const { kubelet } = this.#play
    this.refresh()
    if (kind === 'startup' && published === 'success' && kubelet.probesReadinessOnStart) {
      this.#worker('readiness')?.nudge()
    }
    const urgent = kind === 'liveness' || (kind === 'startup' && kubelet.startupFailureIsUrgent)
    if (published === 'failure' && urgent) this.#onNews()
  }
}
