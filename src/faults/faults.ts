import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import type { Decay } from '../core/draw.ts'
import { messageOf } from '../core/thrown.ts'
import { type Caps, DEFAULT_CAPS, DEFAULT_TTL_SECONDS } from './caps.ts'
import { clearLeftovers } from './disk-fill.ts'
import type { Effects, Fault, FaultSurroundings, Passage } from './fault.ts'
import { type FaultState, type Run, stateOf } from './fault-state.ts'
import { number, readSettings } from './fields.ts'
import { FAULTS } from './list.ts'
import { RefusedFault } from './refused-fault.ts'

/** A fault has begun or ended: for log and journal. */
export interface FaultChange {
  readonly name: string
  readonly active: boolean
  /** How long it is to last, or how it ended. */
  readonly because: string
}

export interface FaultsSetup {
  readonly clock: Clock
  /** Where `disk-fill` may make folders of its own. They are removed at the end, and those of killed runs at the start. */
  readonly folder: string
  /** In place of single ones of the {@link DEFAULT_CAPS}. */
  readonly caps?: Partial<Caps>
  readonly surroundings: FaultSurroundings
  readonly onChange?: (change: FaultChange) => void
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number
}

/** Faults on purpose. Each has a time to live, after which it ends by itself. */
export interface Faults {
  /** Every fault there is, active or not. */
  list(): readonly FaultState[]
  active(): readonly FaultState[]
  /**
   * Begins a fault, in place of the same one if that is active. It lasts `ttlSeconds`: default 60, at most 3600.
   * @throws {RefusedFault} for an unknown name (404) or wrong settings (400), saying what was expected and what came; then nothing
   * has changed
   */
  set(name: string, settings?: Readonly<Record<string, unknown>>, ttlSeconds?: unknown): FaultState
  /** Ends one fault, or all. Resolves when what they held is given back. @throws {RefusedFault} for an unknown name */
  clear(name?: string): Promise<void>
  /** Meets a request before it is routed on. Those for control, metrics and the status page always go on. */
  onRequest(req: IncomingMessage, res: ServerResponse): Promise<Passage>
  /** The same counter, whose draws fail when a fault says so. */
  decay(decay: Decay): Decay
  /** Whether a signal to stop is to be ignored. */
  ignoresStop(): boolean
  /** For how long a service that is told to stop does nothing first, in milliseconds. */
  stopDelayMs(): number
  /** Ends all, as `clear` does. */
  stop(): Promise<void>
}

export function createFaults(setup: FaultsSetup): Faults {
  clearLeftovers(setup.folder)
  return new RunningFaults(setup)
}

class RunningFaults implements Faults {
  readonly #setup: FaultsSetup
  readonly #caps: Caps
  readonly #runs = new Map<string, Run>()
  /** How each ended the last time. */
  readonly #endings = new Map<string, string>()
  /** What is being given back. */
  readonly #closing = new Set<Promise<void>>()

  constructor(setup: FaultsSetup) {
    this.#setup = setup
    this.#caps = { ...DEFAULT_CAPS, ...setup.caps }
  }

  list(): readonly FaultState[] {
    return FAULTS.map((fault) => this.#stateOf(fault))
  }

  active(): readonly FaultState[] {
    return this.list().filter(({ active }) => active)
  }

  set(name: string, given: Readonly<Record<string, unknown>> = {}, ttlSeconds: unknown = DEFAULT_TTL_SECONDS) {
    const fault = named(name)
    const settings = readSettings(name, fault.fields(this.#caps), given)
    const mistake = fault.mistakeIn?.(settings)
    if (mistake !== undefined) throw new RefusedFault(400, `${name}: ${mistake}`)
    const time = readSettings(name, { ttlSeconds: number({ min: 1, max: this.#caps.ttlSeconds }) }, { ttlSeconds })
    const before = this.#runs.get(name)
    if (before) this.#end(before, 'replaced')
    this.#begin(fault, settings, time.ttlSeconds)
    return this.#stateOf(fault)
  }

  async clear(name?: string): Promise<void> {
    const runs = name === undefined ? [...this.#runs.values()] : [this.#runs.get(named(name).name)]
    for (const run of runs) if (run) this.#end(run, 'cleared')
    await Promise.all(this.#closing)
  }

  async onRequest(req: IncomingMessage, res: ServerResponse): Promise<Passage> {
    if (this.#runs.size === 0) return 'go on'
    for (const effects of this.#effects()) if ((await effects.meet?.(req, res)) === 'answered') return 'answered'
    return 'go on'
  }

  decay(decay: Decay): Decay {
    const effects = () => this.#effects()
    let last = decay.last
    return {
      draw() {
        last = effects().reduce((draw, one) => one.draw?.(draw) ?? draw, decay.draw())
        return last
      },
      get last() {
        return last
      },
    }
  }

  ignoresStop(): boolean {
    return this.#effects().some(({ stopping }) => stopping?.ignored === true)
  }

  stopDelayMs(): number {
    return Math.max(0, ...this.#effects().map(({ stopping }) => stopping?.delayMs ?? 0))
  }

  stop(): Promise<void> {
    return this.clear()
  }

  #begin(fault: Fault, settings: Run['settings'], ttlSeconds: number): void {
    const { clock, folder, surroundings, random = Math.random } = this.#setup
    const over = new AbortController()
    // Every request that is kept waiting listens: many listeners are no leak here.
    setMaxListeners(0, over.signal)
    const since = clock.date().getTime()
    const bench = { clock, folder, surroundings, random, caps: this.#caps, signal: over.signal }
    const effects = fault.begin(settings, { ...bench, until: clock.now() + ttlSeconds * 1000 })
    const run: Run = { fault, settings, since, until: since + ttlSeconds * 1000, over, effects }
    this.#runs.set(fault.name, run)
    this.#setup.onChange?.({ name: fault.name, active: true, because: `set for ${ttlSeconds} s` })
    effects.work?.catch((error: unknown) => this.#end(run, `failed: ${messageOf(error)}`))
    clock.sleep(ttlSeconds * 1000, over.signal).then(() => this.#end(run, 'expired'))
  }

  #end(run: Run, how: string): void {
    const { name } = run.fault
    if (this.#runs.get(name) !== run) return
    this.#runs.delete(name)
    this.#endings.set(name, how)
    run.over.abort()
    const closed = letGo(run.effects).then((trouble) => {
      this.#closing.delete(closed)
      if (trouble !== undefined && !how.includes(trouble))
        this.#endings.set(name, `${how}, and could not clean up: ${trouble}`)
    })
    this.#closing.add(closed)
    this.#setup.onChange?.({ name, active: false, because: how })
  }

  #effects(): readonly Effects[] {
    return FAULTS.flatMap(({ name }) => this.#runs.get(name)?.effects ?? [])
  }

  #stateOf(fault: Fault): FaultState {
    return stateOf(fault, this.#caps, this.#runs.get(fault.name), this.#endings.get(fault.name))
  }
}

function named(name: string): Fault {
  const fault = FAULTS.find((one) => one.name === name)
  if (fault) return fault
  throw new RefusedFault(404, `there is no fault of this name; there is ${FAULTS.map((one) => one.name).join(', ')}`)
}

/** Why it could not give back what it held; undefined when it could. */
async function letGo(effects: Effects): Promise<string | undefined> {
  try {
    await effects.end?.()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
