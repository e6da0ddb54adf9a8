import type { EndNotice, Notice, PodEvent, ProbeNotice, WaitNotice } from './kubelet/notice.ts'
import type { ProbeKind } from './manifest/pod-spec.ts'
import type { Ending } from './process/life.ts'

/** One life, as the rehearsal saw it. Times are milliseconds of the rehearsal's clock. */
export interface LifeRecord {
  readonly container: string
  readonly life: number
  readonly startedAt: number
  /** Undefined while it runs. */
  readonly endedAt: number | undefined
  readonly ending: Ending | undefined
  readonly killedBy: ProbeKind | undefined
  /** From being told to stop to the end, where it was told. */
  readonly stopTookMs: number | undefined
  readonly probes: readonly ProbeNotice[]
}

/** Everything that a rehearsal has seen so far. */
export class RehearsalRecord {
  readonly startedAt: number
  readonly events: PodEvent[] = []
  readonly waits: WaitNotice[] = []
  readonly #lives: LifeRecord[] = []
  readonly #unready: Set<string>
  #readySince: number | undefined
  #readyMs = 0
  #killingSince: Map<string, number> = new Map()

  /** @param containers the names of all that the pod has */
  constructor(startedAt: number, containers: readonly string[]) {
    this.startedAt = startedAt
    this.#unready = new Set(containers)
  }

  get lives(): readonly LifeRecord[] {
    return this.#lives
  }

  /** Containers that were started again. */
  get restarts(): number {
    return this.#lives.filter(({ life }) => life > 0).length
  }

  add(notice: Notice): void {
    switch (notice.kind) {
      case 'event':
        this.events.push(notice)
        if (notice.reason === 'Killing') this.#killingSince.set(notice.container ?? '', notice.at)
        return
      case 'wait':
        this.waits.push(notice)
        return
      case 'ready':
        this.#countReady(notice.container, notice.ready, notice.at)
        return
      case 'start':
        this.#lives.push({ ...UNENDED, container: notice.container, life: notice.life, startedAt: notice.at })
        return
      case 'probe':
        this.#change(notice.container, notice.life, (life) => ({ ...life, probes: appended(life.probes, notice) }))
        return
      case 'end':
        this.#change(notice.container, notice.life, (life) => ({ ...life, ...this.#endOf(notice) }))
    }
  }

  /** How long the pod has been ready, up to `now`: it is while all its containers are. */
  readyMs(now: number): number {
    return this.#readyMs + (this.#readySince === undefined ? 0 : now - this.#readySince)
  }

  #countReady(container: string, ready: boolean, at: number): void {
    this.#readyMs = this.readyMs(at)
    if (ready) this.#unready.delete(container)
    else this.#unready.add(container)
    this.#readySince = this.#unready.size === 0 ? at : undefined
  }

  #endOf({ at, ending, killedBy, container }: EndNotice) {
    const told = this.#killingSince.get(container)
    this.#killingSince.delete(container)
    return { endedAt: at, ending, killedBy, stopTookMs: told === undefined ? undefined : at - told }
  }

  #change(container: string, life: number, change: (life: LifeRecord) => LifeRecord): void {
    const index = this.#lives.findLastIndex((known) => known.container === container && known.life === life)
    const known = this.#lives[index]
    if (known) this.#lives[index] = change(known)
  }
}

const UNENDED = { endedAt: undefined, ending: undefined, killedBy: undefined, stopTookMs: undefined, probes: [] }

/** The record is the only one who holds this list, so it may grow in place: a copy for each probe would cost a long run dearly. */
function appended(probes: readonly ProbeNotice[], probe: ProbeNotice): readonly ProbeNotice[] {
  const own = probes.length === 0 ? [] : (probes as ProbeNotice[])
  own.push(probe)
  return own
}

/** The smallest value that at least this share of the values does not exceed; undefined of none. */
export function quantileOf(values: readonly number[], share: number): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)]
}
