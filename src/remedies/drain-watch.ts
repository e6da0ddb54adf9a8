import type { Clock } from '../core/clock.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { decideDrain, type SelfDrainSettings } from './self-drain.ts'

export interface DrainWatchSetup extends SelfDrainSettings {
  readonly clock: Clock
  readonly snapshot: () => Snapshot
  /** Whether it is known that there was no run before this one in this pod. */
  readonly firstRun: boolean
  /** Begins the drain: called once in a run at most. */
  readonly drain: (because: string) => void
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number
}

export interface DrainWatch {
  /** To be called when a check has looked. */
  consider(): void
  stop(): void
}

/** Drains when the decision says so, after the jitter, if it still says so then. */
export function watchForDrain({ clock, snapshot, drain, random = Math.random, ...rest }: DrainWatchSetup): DrainWatch {
  const [beganAt, luck, stopping] = [clock.now(), random(), new AbortController()]
  const decide = () =>
    decideDrain({ ...rest, luck, snapshot: snapshot(), now: clock.date().getTime(), livedMs: clock.now() - beganAt })
  let waiting = false
  const drainAfter = async (ms: number) => {
    await clock.sleep(ms, stopping.signal)
    waiting = false
    const decision = decide()
    if (!decision.drain || stopping.signal.aborted) return
    stopping.abort()
    drain(decision.because)
  }
  return {
    consider() {
      if (waiting || stopping.signal.aborted) return
      const decision = decide()
      waiting = decision.drain
      if (decision.drain) drainAfter(decision.afterMs)
    },
    stop: () => stopping.abort(),
  }
}
