import { foretoldBy } from '../core/foretold.ts'
import { shelfLifeMs } from '../core/rhythm.ts'
import type { CheckState, Snapshot } from '../core/snapshot.ts'
import { inWords } from '../core/wording.ts'

/**
 * The shortest life after which a run may end itself when there was one before it: 10 minutes, and 10 s more.
 *
 * A kubelet waits before it restarts a container that has exited: 10 s, doubled at each exit up to 300 s (CrashLoopBackOff), and
 * forgets that once a container has lived for more than twice the longest wait, which is 10 minutes. Runs that live for 10 minutes at
 * the least are therefore restarted at once, each time. The 10 s are for times that it keeps in whole seconds. In a shorter life
 * the way out is the liveness probe: the restart after its kill is immediate until the wait has grown past such a life.
 * The first run of a pod may go at any time: its first restart is free.
 */
export const SHORTEST_LIFE_MS = 610_000

/** Where nothing foretells when it dies, this is how long at most it waits for its turn. */
const BLIND_JITTER_MS = 10_000

export interface SelfDrainSettings {
  /** Death is near when it comes within this time at the latest. Default 5 min. */
  readonly withinMs?: number
  /** Replicas that fail together go at different moments, spread over so long at most. Default 30 s. */
  readonly jitterMs?: number
}

export interface DrainQuestion extends SelfDrainSettings {
  readonly snapshot: Snapshot
  /** Milliseconds since 1970, as in the snapshot. */
  readonly now: number
  /** For how long this run has lived, in milliseconds. */
  readonly livedMs: number
  /** Whether it is known, from what survives a restart, that there was no run before. Not knowing is `false`. */
  readonly firstRun: boolean
  /** Uniform in [0, 1); the same for the whole run. */
  readonly luck: number
}

export type DrainDecision =
  | { readonly drain: false; readonly because: string }
  | { readonly drain: true; readonly afterMs: number; readonly because: string }

/**
 * Whether to leave in good order now, rather than to be killed in the middle of requests: when a check that only a restart
 * cures stands at fail, and its forecast says that the end is near even at the latest, or memory has no headroom left. Pure.
 */
export function decideDrain(question: DrainQuestion): DrainDecision {
  const { livedMs, firstRun, luck, jitterMs = 30_000 } = question
  const [death] = deathsIn(question).toSorted((a, b) => a.latestMs - b.latestMs)
  if (!death) return { drain: false, because: 'nothing says that this run will surely die soon' }
  if (!firstRun && livedMs < SHORTEST_LIFE_MS) {
    const early = `this run is ${inWords(livedMs)} old, and ending before ${inWords(SHORTEST_LIFE_MS)} leads to CrashLoopBackOff`
    return { drain: false, because: `${death.because}; yet ${early}` }
  }
  return { drain: true, afterMs: luck * Math.min(jitterMs, death.soonestMs / 2), because: death.because }
}

interface Death {
  readonly soonestMs: number
  readonly latestMs: number
  readonly because: string
}

function deathsIn({ snapshot, now, withinMs = 300_000 }: DrainQuestion): readonly Death[] {
  const failing = snapshot.checks.filter(({ cure, status }) => cure === 'restart' && status === 'fail')
  return failing.flatMap((check) => deathOf(check, now) ?? []).filter(({ latestMs }) => latestMs <= withinMs)
}

/** By what it foretells. Memory without headroom is death at hand also where there was no time to foretell anything. */
function deathOf(check: CheckState, now: number): Death | undefined {
  const { name, because, lookedAt, rhythm } = check
  const end = foretoldBy(check)
  // Times of day: one that is set forward in between makes no death come nearer than the next looks do.
  const passedMs = Math.min(now - (lookedAt ?? now), shelfLifeMs(rhythm))
  const left = (ms: number) => Math.max(0, ms - Math.max(0, passedMs))
  const told = { because: `${name}: ${because}`, soonestMs: end ? left(end.soonestMs) : 2 * BLIND_JITTER_MS }
  if (name === 'memory-headroom') return { ...told, latestMs: 0 }
  return end && { ...told, latestMs: left(end.latestMs) }
}
