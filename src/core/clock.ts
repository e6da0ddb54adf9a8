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
