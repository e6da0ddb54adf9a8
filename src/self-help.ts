import type { Config } from './config/config.ts'
import type { Clock } from './core/clock.ts'
import type { Attempt } from './core/remedy.ts'
import type { Snapshot } from './core/snapshot.ts'
import type { Surroundings } from './core/surroundings.ts'
import type { Temper } from './core/temper.ts'
import type { LogEvent } from './log-event.ts'
import { collectGarbage } from './remedies/collect-garbage.ts'
import { watchForDrain } from './remedies/drain-watch.ts'
import { laddersFrom } from './remedies/ladder-settings.ts'
import { purgeCache } from './remedies/purge-cache.ts'
import { createRemedies, type Remedies } from './remedies/remedies.ts'

/** What the service does about itself before it is killed: remedies before a verdict stands, and leaving in good order. */
export interface SelfHelp {
  /** What may be tried, and what was, by whomever. */
  readonly remedies: Remedies
  readonly temper: Temper
  /** A check has looked. */
  looked(): void
  stop(): void
}

export interface SelfHelpSetup {
  readonly config: Config
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly snapshot: () => Snapshot
  readonly isFirstRun: boolean
  readonly tell: (event: LogEvent) => void
  /** An attempt has ended: for the metrics. */
  readonly count: (remedy: string, result: Attempt['result']) => void
  /** A look of the check has judged it: likewise. */
  readonly judge: (check: string, remedy: string, helped: boolean) => void
  /** Begins the stop of the service. */
  readonly drain: (because: string) => void
}

/** @throws {SetupError} for a ladder of a check or with a remedy that there is not */
export function selfHelp({
  config,
  clock,
  surroundings,
  snapshot,
  isFirstRun,
  tell,
  count,
  judge,
  drain,
}: SelfHelpSetup): SelfHelp {
  const { remedies: settings, selfDrain } = config.service
  const known = [purgeCache(surroundings.caches), collectGarbage()].filter((remedy) => remedy !== undefined)
  const checks = config.checks.filter(({ options }) => options['enabled'] !== false).map(({ check }) => check.name)
  const remedies = createRemedies({
    clock,
    remedies: known,
    ladders: !settings.automatic
      ? []
      : laddersFrom(definedLadders(settings.ladders), { checks, remedies: known.map(({ name }) => name) }),
    dryRun: settings.dryRun,
    onAttempt(attempt) {
      tell({ event: 'remedy', ...attempt, at: undefined })
      // It is told of once more when it is judged.
      const { remedy, check, helped } = attempt
      if (helped === undefined) count(remedy, attempt.result)
      else if (check !== undefined) judge(check, remedy, helped)
    },
  })
  const { withinMs, jitterMs } = selfDrain
  const leave = (because: string) => {
    tell({ event: 'self-drain', because })
    drain(because)
  }
  const watch = selfDrain.enabled
    ? watchForDrain({ clock, snapshot, withinMs, jitterMs, firstRun: isFirstRun, drain: leave })
    : undefined
  return {
    remedies,
    temper: remedies.temper,
    looked: () => watch?.consider(),
    stop: () => watch?.stop(),
  }
}

type Ladders = Config['service']['remedies']['ladders']

/** Absent and undefined are not the same to those who have defaults. */
function definedLadders(ladders: Ladders): Parameters<typeof laddersFrom>[0] {
  const defined = (ladder: object) =>
    Object.fromEntries(Object.entries(ladder).filter(([, value]) => value !== undefined))
  return Object.fromEntries(Object.entries(ladders).map(([check, ladder]) => [check, defined(ladder)]))
}
