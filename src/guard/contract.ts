/** What goes between the main thread and its guard: plain data, for it is copied from one thread to the other. */

/** An answer that the main thread would give, were it asked now. */
export interface Told {
  /** The HTTP status. */
  readonly status: number
  /** Text with its last newline, under 10 KiB. With a token set: what the public may read. */
  readonly body: string
  /** With a token set: what those who know it may read. Default: `body`. */
  readonly openBody?: string
}

/** What the main thread leaves with its guard at each snapshot. */
export interface Answers {
  /** Its answer to `/livez`. */
  readonly live: Told
  /** Its answer to `/healthz?peek`. */
  readonly heartbeatPeek: Told
  /** What would be its last words, were it to end now. The guard leaves them below its own. Default none. */
  readonly lastWords?: string
}

/** Where nothing was posted yet: a service that has not looked objects to nothing. */
export const NOTHING_POSTED: Answers = {
  live: { status: 200, body: 'OK\n' },
  heartbeatPeek: { status: 200, body: 'OK\n' },
}

/** What the worker is handed when it starts. */
export interface Posting {
  /** Cell 0 counts the beats of the main thread. */
  readonly beats: Int32Array
  readonly port: number
  readonly host?: string
  readonly silenceMs: number
  readonly terminationMessagePath?: string
  /** More files for the same words: the journal's copy, for the next run. */
  readonly lastWordsPath?: string
  readonly token?: string
  readonly metricsPublic: boolean
  readonly answers: Answers
}

/** What the worker tells the main thread. */
export type Report =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'cannot-listen'; readonly code: string; readonly message: string }
  | { readonly kind: 'turned'; readonly stall: Stall }

/** A silence of the main thread that is over. */
export interface Stall {
  readonly silentMs: number
  /** Whether it was long enough for liveness to fail. */
  readonly stopped: boolean
  /** `the main thread was silent for 34 s: executing in spin (/app/spin.js:12)`. */
  readonly because: string
  /** The stack, innermost function first; empty where none was taken. */
  readonly stack: readonly string[]
}
