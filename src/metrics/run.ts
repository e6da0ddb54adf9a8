import type { Decay } from '../core/draw.ts'
import { type Family, gauge, sample } from './family.ts'

export interface RunSetup {
  /** Release of the service, as `failweb_build_info{version}`; undefined where nobody has told it. */
  readonly releaseId?: string | undefined
  /** The run before: `clean`, `unhealthy`, `uncaught` or `killed`. Absent where runs are not remembered, undefined for the first. */
  readonly previous?: { readonly end: string } | undefined
  /** Faults on purpose, where they are enabled. */
  readonly faults?: { list(): readonly { readonly name: string; readonly active: boolean }[] }
  /** Why the journal cannot be written now; undefined while it can. Absent where none is kept. */
  readonly journalTrouble?: () => string | undefined
  /** The counter behind `failweb_decay_ratio`; absent for a service without one. */
  readonly decay?: Decay
}

/** The service itself. What it is without has no metric. */
export function readRun(setup: RunSetup): readonly Family[] {
  const { releaseId, previous, faults, journalTrouble, decay } = setup
  return [
    gauge('failweb_build_info', 'The release that runs, and the Node it runs on. Always 1.', () => [
      sample({ version: releaseId ?? 'unknown', node: process.version }, 1),
    ]),
    'previous' in setup &&
      gauge('failweb_run_info', 'How the run before this one ended. Always 1.', () => [
        sample({ previous_end: previous?.end ?? 'none' }, 1),
      ]),
    faults &&
      gauge('failweb_fault_active', 'Whether a fault on purpose is active.', () =>
        faults.list().map(({ name, active }) => sample({ name }, active ? 1 : 0)),
      ),
    journalTrouble &&
      gauge(
        'failweb_journal_writable',
        'Whether what happens is being written down: 0 while the journal cannot be written.',
        () => [sample({}, journalTrouble() === undefined ? 1 : 0)],
      ),
    decay &&
      gauge('failweb_decay_ratio', 'The probability with which the last draw of the heartbeat failed, 0 to 1.', () => [
        sample({}, decay.last.percent / 100),
      ]),
  ].filter((family) => family !== undefined && family !== false)
}
