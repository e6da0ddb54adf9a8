import { SetupError, shown } from '../core/setup-error.ts'
import type { Ladder } from './ladder.ts'

/** What an operator may say of one check's ladder. Not yet validated against the checks and remedies that there are. */
export interface LadderSettings {
  /** Remedies in the order in which they are tried; none turns the ladder off. */
  readonly try?: readonly string[]
  readonly from?: 'warn' | 'fail'
  readonly waitMs?: number
  readonly cooldownMs?: number
  readonly perHour?: number
  readonly holdMs?: number
}

/** For a ladder that is not told otherwise. Two remedies and two looks of `memory-growth`, a minute apart, fit into the hold. */
export const LADDER_DEFAULTS = { from: 'fail', waitMs: 0, cooldownMs: 60_000, perHour: 6, holdMs: 150_000 } as const

/** Memory is seen to be free only at the next major collection: the look that judges waits for one. */
const FOR_MEMORY: LadderSettings = { try: ['purge-cache', 'gc'], from: 'warn', waitMs: 10_000 }

/** The checks for which something is tried unless told otherwise. */
export const DEFAULT_LADDERS: Readonly<Record<string, LadderSettings>> = {
  'cache-size': { try: ['purge-cache'] },
  'memory-growth': FOR_MEMORY,
  // It looks every 5 s, and fails when there is little time left: two remedies and their looks fit into this.
  'memory-headroom': { ...FOR_MEMORY, holdMs: 30_000 },
}

interface Known {
  readonly checks: readonly string[]
  readonly remedies: readonly string[]
}

/**
 * The ladders of the checks that there are. Defaults leave out what there is not (`gc` where Node does not expose it);
 * what somebody has asked for has to be there.
 * @throws {SetupError} with every mistake
 */
export function laddersFrom(settings: Readonly<Record<string, LadderSettings>>, known: Known): readonly Ladder[] {
  const mistakes = Object.entries(settings).flatMap(([check, told]) => mistakesIn(check, told, known))
  if (mistakes.length > 0) throw new SetupError(mistakes)
  return known.checks.flatMap((check) => {
    const [otherwise, told] = [DEFAULT_LADDERS[check], settings[check]]
    const { try: remedies = [], ...rest } = { ...LADDER_DEFAULTS, ...otherwise, ...told }
    const there = remedies.filter((remedy) => known.remedies.includes(remedy))
    return there.length === 0 ? [] : [{ ...rest, check, remedies: there }]
  })
}

function mistakesIn(check: string, { try: remedies = [] }: LadderSettings, known: Known): readonly string[] {
  if (!known.checks.includes(check)) {
    return [`remedies.ladders.${check}: expected one of ${known.checks.join(', ')}; got ${shown(check)}`]
  }
  const missing = remedies.filter((remedy) => !known.remedies.includes(remedy))
  return missing.map((remedy) => {
    const hint = remedy === 'gc' ? ' (gc is there with node --expose-gc)' : ''
    return `remedies.ladders.${check}.try: expected any of ${known.remedies.join(', ')}; got ${shown(remedy)}${hint}`
  })
}
