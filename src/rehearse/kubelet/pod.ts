import type { PodSpec, ProbeKind } from '../manifest/pod-spec.ts'
import type { Play } from '../play.ts'
import { ENOUGH } from '../simulation/enough.ts'
import { isRestarted } from './back-off.ts'
import { type Exited, PodContainer } from './pod-container.ts'

/** Who a pod is. */
export interface PodName {
  readonly name: string
  readonly uid: string
}

export type Phase = 'Running' | 'Succeeded' | 'Failed'

/** No container is killed with less grace than this, whatever the manifest and its hooks leave. */
const LEAST_GRACE_MS = 2000

/**
 * One pod and the kubelet's worker for it: looks at what is, makes it what it should be, and looks again when there is news.
 * One thing at a time, as the kubelet does it: while a container has its grace, nothing else of the pod is set right.
 */
export class Pod {
  readonly spec: PodSpec
  readonly containers: readonly PodContainer[]
  readonly #play: Play
  readonly #name: PodName
  #news = new AbortController()

  constructor(spec: PodSpec, name: PodName, play: Play) {
    this.spec = spec
    this.#name = name
    this.#play = play
    this.containers = spec.containers.map(
      (container) => new PodContainer(container, play, () => this.#news.abort(ENOUGH)),
    )
  }

  get name(): string {
    return this.#name.name
  }

  /** `failweb-abc_default(UID)`, as the kubelet's messages name it. */
  get fullName(): string {
    return `${this.#name.name}_${this.spec.namespace}(${this.#name.uid})`
  }

  get phase(): Phase {
    if (this.containers.some(({ running, exited }) => running || !exited || this.#isRestarted(exited))) return 'Running'
    return this.containers.every(({ exited }) => exited?.exitCode === 0) ? 'Succeeded' : 'Failed'
  }

  /** Plays until `until` aborts or nothing is left that would run again (then calls `onOver`), and deletes the pod. */
  async run(until: AbortSignal, onOver?: () => void): Promise<Phase> {
    const deleted = new AbortController()
    const gone = new AbortController()
    this.#tellOf(undefined, 'Normal', 'Scheduled', `Successfully assigned ${this.#fullTitle()} to this machine`)
    const probing = this.#probe(deleted.signal, gone.signal)
    try {
      while (!until.aborted && this.phase === 'Running') await this.#pause(await this.sync(until), until)
      if (!until.aborted) onOver?.()
      return this.phase
    } finally {
      deleted.abort(ENOUGH)
      await this.#stopAll()
      gone.abort(ENOUGH)
      await probing
    }
  }

  /** Sets right what can be, once. Resolves to the milliseconds until the next look, should there be no news before. */
  async sync(until: AbortSignal): Promise<number> {
    // What was seen first decides: a container killed below still counts as running for its own back-off.
    const seen = this.containers.map((container) => {
      const { running, exited, life, failedProbe } = container
      return { container, exited, isNew: life === undefined, running, failedProbe: running ? failedProbe : undefined }
    })
    for (const { container, failedProbe } of seen) if (failedProbe) await this.#killFor(container, failedProbe)
    let allRight = true
    for (const { container, exited, isNew, running, failedProbe } of seen) {
      const again = running
        ? failedProbe !== undefined && this.spec.restartPolicy !== 'Never'
        : this.#isRestarted(exited)
      if (until.aborted || !(isNew || again)) continue
      allRight = (await this.#start(container, exited)) && allRight
    }
    return allRight ? this.#play.rhythm.resyncMs() : this.#play.rhythm.retryMs()
  }

  #isRestarted(exited: Exited | undefined): boolean {
    return exited !== undefined && isRestarted(this.spec.restartPolicy, exited.exitCode)
  }

  async #probe(deleted: AbortSignal, gone: AbortSignal): Promise<void> {
    const workers = this.containers.flatMap(({ workers }) => workers)
    const stopsEarly = (kind: ProbeKind) => this.#play.kubelet.stopsProbesOnDelete && kind !== 'readiness'
    await Promise.all(workers.map((worker) => worker.run(stopsEarly(worker.kind) ? deleted : gone)))
  }

  async #pause(ms: number, until: AbortSignal): Promise<void> {
    const news = this.#news
    const stop = () => news.abort(ENOUGH)
    if (until.aborted) return
    until.addEventListener('abort', stop, { once: true })
    await this.#play.clock.sleep(ms, news.signal)
    until.removeEventListener('abort', stop)
    this.#news = new AbortController()
  }

  /** Whether the container runs now; false where its restart is held back. */
  async #start(container: PodContainer, exited: Exited | undefined): Promise<boolean> {
    const { clock, kubelet } = this.#play
    const { name, image } = container.spec
    if (exited) {
      if (container.backOff.holds(exited.finishedAt, clock.now())) {
        this.#tellOf(name, 'Warning', 'BackOff', kubelet.backOff(name, this.fullName))
        container.wait(this.fullName)
        return false
      }
      container.backOff.next(exited.finishedAt, clock.now())
    }
    this.#tellOf(name, 'Normal', 'Pulled', `Container image "${image}" already present on machine`)
    this.#tellOf(name, 'Normal', 'Created', kubelet.created(name))
    await container.start()
    this.#tellOf(name, 'Normal', 'Started', `Started container ${name}`)
    return true
  }

  async #killFor(container: PodContainer, kind: ProbeKind): Promise<void> {
    const { name, probes } = container.spec
    const ownGrace = this.#play.kubelet.probeGrace ? probes[kind]?.graceSeconds : undefined
    const again = this.spec.restartPolicy === 'Never' ? '' : ', will be restarted'
    container.condemnedBy = kind
    const grace = ownGrace ?? this.spec.graceSeconds
    await this.#kill(container, grace, `Container ${name} failed ${kind} probe${again}`)
  }

  async #stopAll(): Promise<void> {
    const running = this.containers.filter(({ process }) => process)
    await Promise.all(
      running.map((container) =>
        this.#kill(container, this.spec.graceSeconds, `Stopping container ${container.spec.name}`),
      ),
    )
  }

  async #kill(container: PodContainer, graceSeconds: number, message: string): Promise<void> {
    this.#tellOf(container.spec.name, 'Normal', 'Killing', message)
    const usedMs = container.spec.preStop && graceSeconds > 0 ? await this.#runHook(container, graceSeconds) : 0
    await container.stop(Math.max(LEAST_GRACE_MS, graceSeconds * 1000 - usedMs))
  }

  /** Runs the preStop hook within the grace. Resolves to what it used of it: whole seconds, in milliseconds. */
  async #runHook(container: PodContainer, graceSeconds: number): Promise<number> {
    const { clock } = this.#play
    const begun = clock.now()
    const over = new AbortController()
    const late = clock.sleep(graceSeconds * 1000, over.signal)
    const problem = await Promise.race([
      container.runHook(over.signal),
      late.then(() => 'it took longer than the grace'),
    ])
    over.abort(ENOUGH)
    if (problem !== undefined) {
      this.#tellOf(container.spec.name, 'Warning', 'FailedPreStopHook', `PreStopHook failed: ${problem}`)
    }
    return Math.floor((clock.now() - begun) / 1000) * 1000
  }

  #fullTitle(): string {
    return `${this.spec.namespace}/${this.#name.name}`
  }

  #tellOf(container: string | undefined, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#play.tell({ kind: 'event', at: this.#play.clock.now(), type, reason, message, container })
  }
}
