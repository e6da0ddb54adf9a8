import type { Foretold } from './foretold.ts'
import { isWorse, mildest, type Status, worst } from './status.ts'

/** How many looks it takes to change what is said. */
export interface Patience {
  /** This many sightings running, all at least that bad, before something worse is said. */
  readonly toWorsen: number
  /** This many sightings running, all at least that good, before something better is said. */
  readonly toRecover: number
}

/** What is said of a check, given what was seen of it. */
export interface Standing {
  readonly said: Status
  /** False until a pass or warn has been seen, or a fail been said: until then a first good sighting needs no patience. */
  readonly settled: boolean
  /** The latest sightings, oldest first: as many as patience needs. */
  readonly seen: readonly Status[]
}

/** Nothing seen yet. */
export const UNSEEN: Standing = { said: 'unknown', settled: false, seen: [] }

/**
 * Rise and fall. Worse is said when the last `toWorsen` sightings were all worse than what is said, and then as bad as the mildest
 * of them; better likewise with `toRecover` and the worst of them. Counting *equal* results instead, as the kubelet
 * does with its two, fails with four: alternating warn and fail would stay pass for ever.
 *
 * Not being able to look is never a recovery: from `fail`, an `unknown` among the last `toRecover` leaves it at `fail`.
 */
export function advance(standing: Standing, sighting: Status, patience: Patience): Standing {
  const seen = [...standing.seen, sighting].slice(-Math.max(patience.toWorsen, patience.toRecover))
  const said = sayNow(standing, seen, patience)
  const settled = standing.settled || said !== 'unknown'
  return { said, settled, seen }
}

/**
 * The patience for one sighting. None where a `fail` foretells an end that is sure to come, and likely before its patience is through: it
 * would be told to nobody.
 */
export function patienceFor(
  rhythm: Patience & { readonly everyMs: number },
  sighting: Status,
  end?: Foretold,
): Patience {
  const isSure = sighting === 'fail' && end !== undefined && Number.isFinite(end.latestMs)
  return isSure && end.likelyMs <= (rhythm.toWorsen - 1) * rhythm.everyMs ? { ...rhythm, toWorsen: 1 } : rhythm
}

function sayNow({ said, settled }: Standing, seen: readonly Status[], patience: Patience): Status {
  const latest = seen.at(-1)
  if (!settled && (latest === 'pass' || latest === 'warn')) return latest
  const bad = lastOf(seen, patience.toWorsen)
  if (bad && isWorse(mildest(bad), said)) return mildest(bad)
  const good = lastOf(seen, patience.toRecover)
  if (good && isWorse(said, worst(good)) && !(said === 'fail' && good.includes('unknown'))) return worst(good)
  return said
}

function lastOf(seen: readonly Status[], count: number): readonly Status[] | undefined {
  return seen.length < count ? undefined : seen.slice(-count)
}
