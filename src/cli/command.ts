/** Where a command writes and what it may know of the world: handed over, so that tests need no process. */
export interface Terminal {
  readonly out: Output
  readonly err: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls `listener` at each SIGINT and SIGTERM. Returns a function that stops listening. */
  onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void
}

/** The part of a stream that commands use. On a terminal output is for people; else it is plain, or JSON where asked. */
export interface Output {
  /** `done` is called when the text is on its way, with an error when nobody reads it any more. */
  write(text: string, done?: (error?: Error | null) => void): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** One command: one file. */
export interface Command {
  /** What `failweb NAME --help` prints. */
  readonly help: string
  /** Resolves to the exit code. @throws {SetupError} for wrong usage or setup: exit 2 with its mistakes */
  run(args: readonly string[], terminal: Terminal): Promise<number>
}

/** Exit codes, as scripts and restart policies read them. */
export const EXIT = {
  ok: 0,
  /** A check or a probe failed. */
  fail: 1,
  /** Wrong setup or usage. */
  usage: 2,
  /** A check could not tell. */
  unknown: 3,
  /** Stopped while unhealthy, so that `restartPolicy: OnFailure` restarts it. `EX_UNAVAILABLE` of sysexits.h. */
  unhealthy: 69,
  /** An uncaught error. `EX_SOFTWARE` of sysexits.h. */
  uncaught: 70,
} as const
