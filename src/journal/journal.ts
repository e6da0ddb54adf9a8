import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Clock } from '../core/clock.ts'
import { SetupError } from '../core/setup-error.ts'
import type { Transition } from '../core/snapshot.ts'
import { namedMessageOf, stackOf } from '../core/thrown.ts'
import { JournalWriter } from './journal-writer.ts'
import { type Entry, written } from './line.ts'
import { type PastRun, pastRuns } from './past-run.ts'
import { AliveFile, tellOther } from './sign-of-life.ts'
import { isWeather, makeStateFolder, type StateFiles, stateFilesIn, wordsFor } from './state-folder.ts'

export interface JournalSetup {
  /** The state folder; made unless it is there. One service at a time. An emptyDir outlives the container, not the pod. */
  readonly folder: string
  readonly clock: Clock
  /** Which version runs. */
  readonly release: string
  /** How long the journal and its older half may be together, in bytes. Default 1 MiB, at least 64 KiB. */
  readonly maxBytes?: number
  /** Hears one sentence when the journal cannot be written, one when it can again, and one of another service that lives on the folder. */
  readonly say?: (sentence: string) => void
}

/** Why a run stops. */
export interface Stop {
  /** What for: `SIGTERM`, `self-drain`. */
  readonly by: string
  /** Whether liveness fails, or the last draw did. */
  readonly unhealthy: boolean
  /** Whether anything fails, be it nothing that a restart cures. Default: as `unhealthy`. */
  readonly failing?: boolean
  /** Whether nothing failed, and something warned or was noted. */
  readonly warned?: boolean
  /** In one sentence. Default: that no check was failing. */
  readonly why?: string
  /** Seconds after the start at which the first of the draws had failed that are why. */
  readonly drawnAfter?: number
  /** Seconds after the start at which the first of what was noted had come. */
  readonly notedAfter?: number
  /** Whether a kubelet may have ended it for what was noted. */
  readonly late?: boolean
  /** What to do about what was noted, should it come again, one sentence each. */
  readonly advice?: readonly string[]
  /** What each check that fails or warns advises, by its name. */
  readonly checkAdvice?: Readonly<Record<string, string>>
}

/** What survives a run. Writing never throws and is waited for by nobody; what cannot be written now is tried again. */
export interface Journal {
  /** The runs that the journal knew when this one began, oldest first. The last is the previous one. */
  readonly pastRuns: readonly PastRun[]
  /** Where the guard, and whoever else writes last words, leaves a copy of them for the next run. */
  readonly lastWordsPath: string
  /** Why the journal cannot be written now; undefined while it can. */
  readonly trouble: string | undefined
  transition(change: Transition): void
  /** Anything else worth keeping: a remedy and its effect, a fault, a stall, a diagnostic report. */
  note(entry: Entry): void
  /** Resolves when what came so far has been written: a kill of the process no longer takes it. While nothing can be written, it waits. */
  written(): Promise<void>
  /** An error that ends the process: written before this returns. */
  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void
  /** The run begins to stop. Should it be killed over it, this is what the next run knows. */
  stopping(stop: Stop): void
  /** The run has stopped. Resolves when the disk has it all, after a second at the latest. */
  end(): Promise<void>
  /** The process exits, however that came: from a listener on `exit`. Nothing is written where the end is known already. */
  exited(code: number): void
}

const DEFAULT_BYTES = 1024 ** 2
const LEAST_BYTES = 64 * 1024

/** By these the end of a run is known: a note of such a name is given another. */
const OWN_ENTRIES: readonly string[] = ['start', 'transition', 'stopping', 'uncaught', 'exit', 'end']

/** How often a sign of life is left: so exact is the end of a run that was killed. */
const ALIVE_MS = 1_000

/** How long a journal may take to close. It is not to hold up an exit. */
const CLOSE_MS = 1_000

/**
 * Begins the journal of this run, after having read those before it. @throws {SetupError} for a folder that may not be written to,
 * or a maxBytes that is too small. A full disk is no reason not to start: that is said, and tried again.
 */
export function openJournal(setup: JournalSetup): Journal {
  const { folder, maxBytes = DEFAULT_BYTES } = setup
  if (!(maxBytes >= LEAST_BYTES))
    throw new SetupError([`journal.maxBytes: must be at least ${LEAST_BYTES}, not ${maxBytes}`])
  makeStateFolder(folder)
  const known = pastRuns(folder)
  return new OpenJournal({ ...setup, maxBytes }, stateFilesIn(folder), known)
}

class OpenJournal implements Journal {
  readonly pastRuns: readonly PastRun[]
  readonly lastWordsPath: string
  readonly #clock: Clock
  readonly #run: string
  readonly #startedNow: number
  readonly #writer: JournalWriter
  readonly #alive: AliveFile
  readonly #closing = new AbortController()
  #n = 0
  #over = false

  constructor(
    setup: Required<Pick<JournalSetup, 'maxBytes'>> & JournalSetup,
    files: StateFiles,
    known: readonly PastRun[],
  ) {
    const { folder, clock, maxBytes, release, say = () => {} } = setup
    this.pastRuns = known
    this.lastWordsPath = files.lastWords
    this.#clock = clock
    this.#startedNow = clock.now()
    // Containers begin with the same process id, and their clocks may be set back: neither tells two runs apart.
    this.#run = randomBytes(6).toString('hex')
    const head = this.#line({ entry: 'start', pid: process.pid, release })
    this.#writer = new JournalWriter({ files, maxBytes, clock, head, say })
    this.#alive = new AliveFile(files.alive, (other) => say(tellOther(folder, other)))
    this.#start(head, files)
  }

  get trouble(): string | undefined {
    return this.#writer.trouble
  }

  transition({ name, from, to, because }: Transition): void {
    this.#append({ entry: 'transition', name, from, to, because })
  }

  note({ entry, ...details }: Entry): void {
    this.#append({ entry: OWN_ENTRIES.includes(entry) ? `note-${entry}` : entry, ...details })
  }

  written(): Promise<void> {
    return this.#writer.written()
  }

  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
    if (this.#over) return
    const [because, stack] = [namedMessageOf(error), stackOf(error)]
    this.#writer.appendNow(this.#line({ entry: 'uncaught', because, stack, origin }))
    this.#over = true
  }

  stopping({ by, unhealthy, failing = unhealthy, warned = false, why = 'no check was failing', ...more }: Stop): void {
    this.#append({ entry: 'stopping', by, unhealthy, failing, warned, why, ...more })
  }

  async end(): Promise<void> {
    this.#append({ entry: 'end' })
    this.#over = true
    this.#closing.abort()
    const closed = Promise.all([this.#writer.close(), this.#alive.close()])
    await Promise.race([closed.catch(() => {}), this.#clock.sleep(CLOSE_MS)])
  }

  exited(code: number): void {
    if (this.#over) return
    this.#writer.appendNow(this.#line({ entry: 'exit', code }))
    this.#over = true
  }

  #start(head: string, files: StateFiles): void {
    const error = this.#writer.appendNow(head)
    if (error !== undefined && !isWeather(error)) {
      throw new SetupError([`journal.folder: cannot write ${files.journal}: ${wordsFor(error)}`])
    }
    forget(files.lastWords)
    void this.#tellLife()
  }

  async #tellLife(): Promise<void> {
    const self = { run: this.#run, pid: process.pid, host: hostname() }
    while (!this.#closing.signal.aborted) {
      const trouble = this.#writer.trouble
      this.#alive.tell({ ...self, ...this.#now(), ...(trouble !== undefined && { trouble }) })
      await this.#clock.sleep(ALIVE_MS, this.#closing.signal)
    }
  }

  #append(entry: Entry): void {
    if (!this.#over) this.#writer.append(this.#line(entry))
  }

  #line(entry: Entry): string {
    const own = { ...this.#now(), run: this.#run, n: this.#n }
    const line = written({ ...own, ...entry, ...own })
    this.#n += 1
    return line
  }

  #now() {
    const up = Math.round(this.#clock.now() - this.#startedNow) / 1000
    return { at: this.#clock.date().toISOString(), up }
  }
}

/** The last words of the run before have been read; those that this run may leave are its own. */
function forget(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // They will be written over.
  }
}
