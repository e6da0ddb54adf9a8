/** Time comes in by the door. Nothing under `src/` or `checks/` asks the machine for it in any other way. */
export interface Clock {
  /** The time of day, for people. It may jump: never subtract two of them. */
  date(): Date
  /** Milliseconds on a clock that never goes back, from an arbitrary start. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts. It never rejects, and never keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `act` every `ms` until the returned function is called; late calls are not made up for. It never keeps the process alive. */
  every(ms: number, act: () => void): () => void
}

/** What `every` is on a clock that can only sleep: one that moves when told. */
export function everyBySleep(clock: Pick<Clock, 'sleep'>, ms: number, act: () => void): () => void {
  const stop = new AbortController()
  const repeat = async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(ms, stop.signal)
      if (!stop.signal.aborted) act()
    }
  }
  repeat()
  return () => stop.abort()
}
