import { Worker } from 'node:worker_threads'
import type { Clock } from '../core/clock.ts'
import { SetupError } from '../core/setup-error.ts'
import { messageOf } from '../core/thrown.ts'
import { builtFile } from '../package.ts'
import type { Answers, Posting, Report, Stall } from './contract.ts'

/** `guard-listening`: also after a restart. `guard-died`: it is started again after `againInMs`. `main-thread`: it turns again. */
export type GuardEvent =
  | { readonly event: 'guard-listening'; readonly port: number; readonly restarts: number }
  | { readonly event: 'guard-died'; readonly because: string; readonly againInMs: number }
  | ({ readonly event: 'main-thread'; readonly state: 'turning' } & Stall)

/** Restarts of a worker that died: after a second, then two, and so on up to a minute; after a minute's life, a second again. */
const FIRST_BACK_OFF_MS = 1_000
const LONGEST_BACK_OFF_MS = 60_000

/** The worker holds a server and a handful of strings. In a heap this small V8 collects early, and memory stays what it is at start. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 }

/** Keeps one worker at its post: starts it, starts another when it dies, and ends it. */
export class Employment {
  readonly #clock: Clock
  readonly #posting: () => Posting
  readonly #tell: (event: GuardEvent) => void
  readonly #over = new AbortController()
  #worker: Worker | undefined
  #port: number | undefined
  #restarts = 0
  #backOffMs = FIRST_BACK_OFF_MS

  /** @param posting what a worker that starts now is handed */
  constructor(clock: Clock, posting: () => Posting, tell: (event: GuardEvent) => void) {
    this.#clock = clock
    this.#posting = posting
    this.#tell = tell
  }

  /** Resolves to the port once the worker listens; never, where it is ended before. @throws {SetupError} when it cannot */
  async begin(): Promise<number> {
    this.#port = await this.#employ()
    return this.#port
  }

  /** Lost on a worker that is just dying: the next one is handed the newest. */
  send(answers: Answers): void {
    this.#worker?.postMessage(answers)
  }

  async end(): Promise<void> {
    this.#over.abort()
    await this.#worker?.terminate()
  }

  /** @throws {SetupError} also where no thread can be started at all, as at a limit on processes */
  async #employ(): Promise<number> {
    // One that is started again is asked where the first one was.
    const posting = { ...this.#posting(), ...(this.#port !== undefined && { port: this.#port }) }
    const begunAt = this.#clock.now()
    const worker = this.#start(posting)
    this.#worker = worker
    let because = 'it ended by itself'
    worker.once('error', (error: unknown) => {
      because = messageOf(error)
    })
    return new Promise((resolve, reject) => {
      worker.on('message', (report: Report) => {
        if (report.kind === 'listening') resolve(this.#listening(worker, report.port))
        else if (report.kind === 'turned') this.#tell({ event: 'main-thread', state: 'turning', ...report.stall })
        else {
          because = whyNot(report, posting)
          worker.terminate()
        }
      })
      worker.once('exit', () => {
        this.#worker = undefined
        // Who ended it waits for its end, and nobody for its beginning.
        if (this.#over.signal.aborted) return
        // Where it never listened; else the promise is long resolved, and this says nothing.
        reject(new SetupError([because]))
        if (this.#port !== undefined) this.#employAgain(because, this.#clock.now() - begunAt)
      })
    })
  }

  /** One that cannot be started leaves no exit behind, so it is told and tried again here. */
  #start(posting: Posting): Worker {
    try {
      return startWorker(posting)
    } catch (error) {
      const because = `no thread for the guard can be started: ${messageOf(error)}`
      if (this.#port !== undefined) this.#employAgain(because, 0)
      throw new SetupError([because])
    }
  }

  #listening(worker: Worker, port: number): number {
    // From now on it keeps no process alive.
    worker.unref()
    this.#tell({ event: 'guard-listening', port, restarts: this.#restarts })
    return port
  }

  async #employAgain(because: string, livedMs: number): Promise<void> {
    if (livedMs > LONGEST_BACK_OFF_MS) this.#backOffMs = FIRST_BACK_OFF_MS
    const againInMs = this.#backOffMs
    this.#backOffMs = Math.min(2 * againInMs, LONGEST_BACK_OFF_MS)
    this.#tell({ event: 'guard-died', because, againInMs })
    await this.#clock.sleep(againInMs, this.#over.signal)
    if (this.#over.signal.aborted) return
    this.#restarts += 1
    // One that does not come to listen exits: that is told there, and it is tried again.
    this.#employ().catch(() => {})
  }
}

/** Nothing is inherited: what a host preloads into its threads (tracing, loaders) would cost the guard its smallness. */
function startWorker(workerData: Posting): Worker {
  return new Worker(builtFile('guard/worker'), {
    name: 'failweb-guard',
    workerData,
    env: {},
    execArgv: [],
    resourceLimits: RESOURCE_LIMITS,
    trackUnmanagedFds: false,
  })
}

function whyNot(
  { code, message }: Report & { kind: 'cannot-listen' },
  { port, host = 'every address' }: Posting,
): string {
  if (code === 'EADDRINUSE') return `guard.listen: port ${port} is in use on ${host}; choose another`
  if (code === 'EACCES') return `guard.listen: port ${port} may not be used by this user; choose one from 1024 on`
  return `guard.listen: cannot listen on ${host}, port ${port}: ${message}`
}
