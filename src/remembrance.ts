import { existsSync } from 'node:fs'
import type { Config } from './config/config.ts'
import type { Cure } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { Decay } from './core/draw.ts'
import type { Remark } from './core/remark.ts'
import type { Snapshot, Transition } from './core/snapshot.ts'
import { watchMemory } from './host/memory.ts'
import { createDiagnostics } from './journal/diagnostics.ts'
import { Farewell } from './journal/farewell.ts'
import { type Journal, openJournal, type Stop } from './journal/journal.ts'
import { type PastRun, tellPreviousRun } from './journal/past-run.ts'
import type { LogEvent } from './log-event.ts'

/** What a run leaves behind, and what the one before it left: journal, last words, diagnostic reports. */
export interface Remembrance {
  /** How the previous run ended; undefined where nothing is known of one. */
  readonly previous: LastRun | undefined
  /** Whether it is known that there was no run before this one. */
  readonly isFirstRun: boolean
  /** The kubelet's file for last words, and the journal's copy for the next run, where there are such. */
  readonly terminationMessagePath: string | undefined
  readonly lastWordsPath: string | undefined
  /** The same decay, whose failed draws are remembered. */
  listening(decay: Decay): Decay
  changed(transition: Transition): void
  /** Anything else worth keeping. */
  note(event: LogEvent): void
  /** What is known now, as last words have it: the guard leaves it below its own. */
  lastWords(): string
  /** Why the journal cannot be written now; undefined while it can, or where none is kept. */
  journalTrouble(): string | undefined
  /** The event loop turns again: what the guard had to write in its place is over. */
  recoveredFrom(why: string): void
  /** @param remarks what there was to say beside the checks */
  stopping(by: string, unhealthy: boolean, remarks: readonly Remark[]): void
  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void
  exited(code: number): void
  end(): Promise<void>
}

export interface RemembranceSetup {
  readonly config: Config
  readonly clock: Clock
  readonly release: string
  readonly asks: readonly Cure[]
  readonly snapshot: () => Snapshot
  readonly log: (event: LogEvent) => void
}

/** The run before, and how many ended badly within the hour before this one. */
export type LastRun = PastRun & { readonly badEnds: number }

/** Where a kubelet has its file for last words, unless the pod says otherwise. */
const KUBELETS_FILE = '/dev/termination-log'

export function remember(setup: RemembranceSetup): Remembrance {
  const { config, log } = setup
  const { folder } = config.service.journal
  const terminationMessagePath =
    config.service.terminationMessagePath ?? (existsSync(KUBELETS_FILE) ? KUBELETS_FILE : undefined)
  const begun = setup.clock.date().getTime()
  const journal = folder === undefined ? undefined : journalIn(folder, setup)
  const previous = previousIn(journal?.pastRuns ?? [], setup.clock)
  const farewell = farewellOf(setup, { journal, previous, terminationMessagePath })
  const diagnosing = diagnosticsOf(setup, folder, (sentence) => farewell.note(sentence))
  if (journal) log({ event: 'previous-run', told: tellPreviousRun(previous) })
  return {
    previous,
    isFirstRun: journal !== undefined && previous === undefined,
    terminationMessagePath,
    lastWordsPath: journal?.lastWordsPath,
    listening: (decay) => farewell.listening(decay),
    changed(transition) {
      journal?.transition(transition)
      farewell.changed()
      if (transition.to === 'fail') diagnosing.diagnose()
    },
    note: ({ event, ...details }) => journal?.note({ entry: event, ...details }),
    lastWords: () => farewell.standing,
    journalTrouble: () => journal?.trouble,
    recoveredFrom: (why) => farewell.recoveredFrom(why),
    stopping(by, unhealthy, remarks) {
      const seen = remarks.map((remark) => remark.seen)
      journal?.stopping({ by, unhealthy, ...toldOf(remarks, setup, begun), ...farewell.stopping(unhealthy, seen) })
    },
    uncaught(error, origin) {
      farewell.uncaught(error, origin)
      journal?.uncaught(error, origin)
    },
    exited: (code) => journal?.exited(code),
    async end() {
      diagnosing.close()
      await journal?.end()
    },
  }
}

/** What to do about what stands when a run stops, and since when there has been something to note. */
function toldOf(
  remarks: readonly Remark[],
  { snapshot }: Pick<RemembranceSetup, 'snapshot'>,
  begun: number,
): Pick<Stop, 'advice' | 'checkAdvice' | 'late' | 'notedAfter'> {
  const standing = snapshot().checks.filter(({ status }) => status === 'fail' || status === 'warn')
  const since = Math.min(...remarks.flatMap((remark) => remark.since ?? []))
  return {
    ...(remarks.some(({ mayEnd }) => mayEnd) && { late: true }),
    advice: remarks.flatMap((remark) => remark.advice ?? []),
    checkAdvice: Object.fromEntries(
      standing.flatMap(({ name, advice }) => (advice === undefined ? [] : [[name, advice]])),
    ),
    ...(since < Number.POSITIVE_INFINITY && { notedAfter: Math.max(0, since - begun) / 1000 }),
  }
}

const HOUR_MS = 3_600_000

function previousIn(runs: readonly PastRun[], clock: Clock): LastRun | undefined {
  const since = clock.date().getTime() - HOUR_MS
  const bad = runs.filter(({ end, endedAt }) => end !== 'clean' && Date.parse(endedAt) >= since)
  const last = runs.at(-1)
  return last && { ...last, badEnds: bad.length }
}

function journalIn(folder: string, { config, clock, release, log }: RemembranceSetup): Journal {
  const { maxBytes } = config.service.journal
  return openJournal({ folder, clock, release, maxBytes, say: (told) => log({ event: 'journal', told }) })
}

interface Places {
  readonly journal: Journal | undefined
  readonly previous: PastRun | undefined
  readonly terminationMessagePath: string | undefined
}

function farewellOf(
  { clock, snapshot, asks, log }: RemembranceSetup,
  { journal, previous, terminationMessagePath }: Places,
): Farewell {
  const begun = clock.now()
  const paths = [terminationMessagePath, journal?.lastWordsPath].filter((path) => path !== undefined)
  const parting = () => ({
    snapshot: snapshot(),
    asks,
    uptimeSeconds: (clock.now() - begun) / 1000,
    ...(previous && { previous: tellPreviousRun(previous) }),
  })
  const unwritable = (path: string) =>
    log({ event: 'last-words', told: `${path} cannot be written: why this run ends will not be there` })
  return new Farewell({ clock, paths, parting, unwritable })
}

/** A report when something fails, where there is a folder for it and it was asked for. Nobody waits for it. */
function diagnosticsOf(
  { config, clock, log }: RemembranceSetup,
  folder: string | undefined,
  mention: (sentence: string) => void,
): { diagnose(): void; close(): void } {
  if (folder === undefined || !config.service.diagnostics.enabled) return { diagnose() {}, close() {} }
  const memory = watchMemory()
  const memoryRoomBytes = () => {
    const { heapCeilingBytes, oldBytes, kernel } = memory.look()
    return Math.min(heapCeilingBytes - oldBytes, kernel.limitBytes - kernel.usedBytes)
  }
  const diagnostics = createDiagnostics({ folder, clock, memoryRoomBytes })
  return {
    async diagnose() {
      const came = await diagnostics.diagnose()
      log({ event: 'diagnostics', ...came })
      if ('file' in came) mention(`diagnostic report: ${came.file}`)
    },
    close() {
      diagnostics.close()
      memory.close()
    },
  }
}
