import type { Clock } from '../../core/clock.ts'
import type { ProbeOutcome } from '../kubelet/http-probe.ts'
import type { Action, ContainerSpec, ProbeKind } from '../manifest/pod-spec.ts'
import type { Ending, Life, Runtime } from '../process/life.ts'
import { ENOUGH } from './enough.ts'
import { type FailureModel, type ModelledLife, outcomeOf } from './failure-model.ts'

export interface ModelRuntimeOptions {
  readonly model: FailureModel
  readonly clock: Clock
  readonly random: () => number
  /** From SIGTERM to the end. */
  readonly stopTakesMs: number
  /** What it exits with when it is told to stop. */
  readonly exitCode: number
}

/** Lives without processes. */
export class ModelRuntime implements Runtime {
  readonly #options: ModelRuntimeOptions

  constructor(options: ModelRuntimeOptions) {
    this.#options = options
  }

  async start({ name }: ContainerSpec): Promise<Life> {
    return new ModelLife(this.#options.model.begin(name, this.#options.random), this.#options)
  }
}

class ModelLife implements Life {
  readonly ended: Promise<Ending>
  readonly #modelled: ModelledLife
  readonly #options: ModelRuntimeOptions
  readonly #over = new AbortController()
  #end: (ending: Ending) => void = () => {}

  constructor(modelled: ModelledLife, options: ModelRuntimeOptions) {
    this.#modelled = modelled
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    const { exit } = modelled
    if (exit) options.clock.sleep(exit.afterMs, this.#over.signal).then(() => this.#endWith(exit.code))
  }

  async ask(action: Exclude<Action, { how: 'sleep' }>, _: number, kind: ProbeKind): Promise<ProbeOutcome> {
    return outcomeOf(this.#modelled.fails(action, kind))
  }

  async runHook(): Promise<string | undefined> {
    return undefined
  }

  async stop(graceMs: number): Promise<Ending> {
    const { clock, stopTakesMs, exitCode } = this.#options
    const isInTime = stopTakesMs <= graceMs
    await clock.sleep(Math.min(stopTakesMs, graceMs))
    this.#endWith(isInTime ? exitCode : 137)
    return this.ended
  }

  #endWith(exitCode: number): void {
    this.#over.abort(ENOUGH)
    this.#end({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message: '' })
  }
}
