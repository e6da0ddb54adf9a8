import type { Hang } from '../core/previous-run.ts'
import type { Tried } from '../core/remedy.ts'

/** The words about how the run before this one ended. */
export interface RunBeforeWords {
  /** In the first lines, while it may be why somebody looks: before how the run before this one ended. */
  readonly runBefore: Readonly<Record<'alive' | 'warned' | 'failing' | 'dying' | 'left', string>>
  /** How many runs have ended badly within an hour. */
  badEnds(count: number): string
  /** What is added of a run that left by itself before it would have died. */
  readonly selfDrained: string
  /**
   * When a run ended, and after how long.
   * @param begun of one that was killed: when this run began, by which it was dead, and who was last heard of; undefined where that is the same second
   */
  endedAt(
    time: string,
    lived: string,
    end: 'killed' | 'left' | 'ended' | 'told',
    exit: string,
    begun?: { readonly at: string; readonly isGuards: boolean },
  ): string
  /** What ended a run that ended otherwise than by order: the error that is quoted, or its own exit. */
  readonly endedBy: Readonly<Record<'uncaught' | 'exit', string>>
  /**
   * What is added of a run that was told to stop while all was well, something warned, it answered its liveness probes too late, something
   * failed that no restart cures, liveness failed, or only failed draws stood against it.
   */
  readonly toldBy: Readonly<
    Record<'alive' | 'warned' | 'late' | 'failing' | 'dying' | 'drawn', (instance: string) => string>
  >
  /** Whether a run that was told to stop came to the end of that. */
  readonly stopped: Readonly<Record<'whole' | 'short', string>>
  /** What is added where failed draws are why. */
  readonly byCounter: string
  /** What is added of an end whose cause is known and that this run has not outlived. */
  mayComeAgain(lived: string): string
  /** The same where it is known how long after its start that run had come to fail. */
  mayFailAgain(after: string): string
  /** The same where this run is past that. */
  isPast(after: string): string
  /** The same of a run that was stopped for what nobody here knows: its trouble may come again, and that alone. */
  mayStandAgain(after: string | undefined, isPast: boolean): string
  /** The same where it has. */
  readonly outlived: string
  /** What is added of an end that nothing explains. */
  readonly unforetold: string
  /** Which faults were set on purpose when the run before ended. */
  faultsThen(names: string): string
  /** Before the advice of a check that stood then, and whether nothing of it was seen in this run; and what is said of a thread that hung. */
  forCause(name: string, isUnseen: boolean): string
  /** After an advice that sends to other checks, of which nothing is known of that run. */
  ofThisRun(checks: readonly string[]): string
  hungCode(hang: Hang, isPlaced: boolean): string
  /** What came of a remedy in the run before. */
  /** @param at when it was, or was last */
  triedThen(tried: Tried, at?: string): string
  /** Where no check that is quoted advises anything, and before what helps against what was noted while it lasts. */
  readonly beginWith: Readonly<Record<'killed' | 'ended' | 'placed' | 'counter' | 'alive', string>> & {
    noted(instance: string): string
    fault(instance: string): string
  }
  readonly ifAgain: string
  /** A moment of the run before, how long after its start that was, and when what was then seen had come to fail, where that was later. */
  sinceStart(time: string, after: string, failing?: string): string
  /** In place of how it ended, where that stands at the top. */
  readonly above: string
  /** What is added where a run was killed, and where it ended otherwise than by order. */
  killed(instance: string, isHung: boolean): string
  crashed(instance: string): string
}
