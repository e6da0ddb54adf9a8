/** Where a command writes and what it may know of the world: handed over, so that tests need no process. */
export interface Terminal {
  readonly out: Output
  readonly err: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when something was written to `out` that nobody reads any more, as behind `| head`. What goes on and on ends then. */
  readonly unread: AbortSignal
  /** Calls `listener` at each SIGINT and SIGTERM. Returns a function that stops listening. */
  onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void
}

/** The part of a stream that commands use. On a terminal output is for people; else it is plain, or JSON where asked. */
export interface Output {
  write(text: string): unknown
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
  /** Ended since nobody reads its output any more: what a shell shows for a program that SIGPIPE ended. */
  unread: 141,
} as const
