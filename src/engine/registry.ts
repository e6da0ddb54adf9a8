import { setMaxListeners } from 'node:events'
import type { Assignment } from '../core/assignment.ts'
import type { CheckHistory } from '../core/history.ts'
import type { CheckState, Snapshot, Transition } from '../core/snapshot.ts'
import { sentenceOf } from './looker.ts'
import { Monitor, type MonitorSetup, type Watcher } from './monitor.ts'

export interface RegistrySetup extends Omit<MonitorSetup, 'watcher'> {
  /** Told of looks and changes. One that throws becomes a process warning, and stops nothing. */
  readonly watchers?: readonly Watcher[]
}

/** How many changes are remembered, of all checks together. */
export const TRANSITIONS_KEPT = 100

/** All monitors: starts them, stops them, and knows everything at one moment. */
export class Registry {
  readonly #monitors: ReadonlyMap<string, Monitor>
  readonly #clock: MonitorSetup['clock']
  readonly #stop = new AbortController()
  #running: Promise<unknown> | undefined
  readonly #transitions: Transition[] = []
  /** What is to be told of each check, in the order of the checks. */
  readonly #states = new Map<string, CheckState>()
  #snapshot: Snapshot | undefined
  /** Until then, on the monotonic clock, nothing goes stale. */
  #freshUntil = Number.NEGATIVE_INFINITY

  constructor(assignments: readonly Assignment[], { watchers = [], ...setup }: RegistrySetup) {
    this.#clock = setup.clock
    // Every check sleeps and looks on this one signal: many listeners are no leak here.
    setMaxListeners(0, this.#stop.signal)
    const watcher = this.#watcher(watchers)
    this.#monitors = new Map(
      assignments.map((assignment) => [assignment.check.name, new Monitor(assignment, { ...setup, watcher })]),
    )
    this.#refresh(this.#clock.now())
  }

  /** Begins all checks; does not wait for them. @throws {Error} after `stop`: what its checks held open is given back */
  start(): void {
    if (this.#stop.signal.aborted)
      throw new Error('a health service that was stopped does not start again; create another')
    this.#running ??= this.#begin()
  }

  /** Ends all checks and gives back what they hold open; waits for that, each for its timeout at most. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** Everything known now. The same frozen object as long as nothing has changed and nothing went stale. */
  snapshot(): Snapshot {
    const now = this.#clock.now()
    if (now > this.#freshUntil) this.#refresh(now)
    this.#snapshot ??= Object.freeze(new Known(this.#clock.date().getTime(), Object.freeze([...this.#states.values()])))
    return this.#snapshot
  }

  /** What is remembered of a check; undefined when there is no such check. */
  history(name: string): CheckHistory | undefined {
    return this.#monitors.get(name)?.history
  }

  /** The newest changes of what is said, oldest first. */
  transitions(): readonly Transition[] {
    return [...this.#transitions]
  }

  /** One after the other, a turn of the event loop each: first looks are the dearest, and somebody may be asking already. */
  async #begin(): Promise<unknown> {
    const running: Promise<void>[] = []
    for (const monitor of this.#monitors.values()) {
      if (this.#stop.signal.aborted) break
      running.push(monitor.run(this.#stop.signal))
      await this.#clock.sleep(0, this.#stop.signal)
    }
    return Promise.all(running)
  }

  /** Asks every monitor, for what went stale. Between two such moments a look changes one state, whatever their number. */
  #refresh(now: number): void {
    this.#freshUntil = Number.POSITIVE_INFINITY
    for (const [name, monitor] of this.#monitors) {
      this.#states.set(name, monitor.stateAt(now))
      if (monitor.staleAt >= now) this.#freshUntil = Math.min(this.#freshUntil, monitor.staleAt)
    }
    this.#snapshot = undefined
  }

  #looked(state: CheckState): void {
    const { staleAt = Number.NEGATIVE_INFINITY } = this.#monitors.get(state.name) ?? {}
    this.#states.set(state.name, state)
    this.#freshUntil = Math.min(this.#freshUntil, staleAt)
    this.#snapshot = undefined
  }

  #watcher(watchers: readonly Watcher[]): Watcher {
    return {
      looked: (state) => {
        this.#looked(state)
        for (const watcher of watchers) unharmed(() => watcher.looked?.(state))
      },
      changed: (transition) => {
        this.#transitions.push(Object.freeze(transition))
        if (this.#transitions.length > TRANSITIONS_KEPT) this.#transitions.shift()
        for (const watcher of watchers) unharmed(() => watcher.changed?.(transition))
      },
    }
  }
}

/** Found by name only where somebody asks by name: the heartbeat does not. */
class Known implements Snapshot {
  readonly at: number
  readonly checks: readonly CheckState[]
  #byName: ReadonlyMap<string, CheckState> | undefined

  constructor(at: number, checks: readonly CheckState[]) {
    this.at = at
    this.checks = checks
  }

  get byName(): ReadonlyMap<string, CheckState> {
    this.#byName ??= new Map(this.checks.map((check) => [check.name, check]))
    return this.#byName
  }
}

/** What is told may be an async function, which throws later. */
async function unharmed(tell: () => unknown): Promise<void> {
  try {
    await tell()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : sentenceOf(error, 'a watcher failed'))
  }
}
