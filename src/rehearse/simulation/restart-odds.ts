import type { Odds } from '../../stats/odds.ts'
import { BACK_OFF } from '../kubelet/back-off.ts'

/** How a liveness probe's rhythm turns probes into seconds. */
export interface Pace {
  /** Whole seconds, from 1. */
  readonly periodSeconds: number
  readonly initialDelaySeconds: number
  /** What a container takes to end once it is told to. */
  readonly stopSeconds: number
}

/** What a time of kills and restarts comes to, on average. */
export interface RestartOdds {
  /** The mean number of restarts within the time. */
  readonly restarts: number
  /** The chance of CrashLoopBackOff within the time. */
  readonly crashLoop: number
  /** Mean seconds until the first, of those that come to it; undefined where none does. */
  readonly crashLoopAfterSeconds: number | undefined
}

/** Seconds and how likely each is. */
type Chances = readonly (readonly [seconds: number, chance: number])[]

const BASE = BACK_OFF.baseMs / 1000
const MAX = BACK_OFF.maxMs / 1000

/** The waits that may hold, in the order in which they follow one another; before them no end is seen, then no wait counted yet. */
const LADDER: readonly number[] = [0, 0, BASE, BASE * 2, BASE * 4, BASE * 8, BASE * 16, MAX]
const TOP = LADDER.length - 1

/** What is less likely than this is left out: it would change no digit that is shown. */
const LEAST_CHANCE = 1e-10

/** A kubelet in back-off looks again every 10 to 15 s. */
const RETRIES: Chances = [
  [10, 0.1],
  [11, 0.2],
  [12, 0.2],
  [13, 0.2],
  [14, 0.2],
  [15, 0.1],
]

/** For each rung of the ladder: how long a restart is really held back, until the first look after the wait. */
const WAITS: readonly Chances[] = LADDER.map(waitsOf)

/**
 * Restarts after liveness kills within `forSeconds`, computed over all courses in steps of a second: the restart is at once while the
 * life before lasted longer than the wait that holds, else it comes at the first look after the wait.
 */
export function restartOdds(odds: Odds, pace: Pace, forSeconds: number): RestartOdds {
  const courses = new Courses(secondsOf(odds, pace), forSeconds)
  for (let at = 0; at <= forSeconds; at++) courses.pass(at)
  const { restarts, crashLoop, crashLoopSeconds } = courses
  return { restarts, crashLoop, crashLoopAfterSeconds: crashLoop > 0 ? crashLoopSeconds / crashLoop : undefined }
}

/** A life about to begin: which rung holds, how long it was held back (which counts towards the next wait), and whether any was. */
interface Beginning {
  readonly rung: number
  readonly waited: number
  readonly hasWaited: boolean
}

/** All courses at once, second by second, each with its chance. */
class Courses {
  restarts = 0
  crashLoop = 0
  crashLoopSeconds = 0
  readonly #lives: Chances
  readonly #beginnings: Map<number, [Beginning, number]>[]
  /** By second and rung: the chance that a life ends then, and its restart is held back. */
  readonly #held: number[][]

  constructor(lives: Chances, forSeconds: number) {
    this.#lives = lives
    this.#beginnings = Array.from({ length: forSeconds + 1 }, () => new Map())
    this.#held = Array.from({ length: forSeconds + 1 }, () => [])
    this.#begin(0, { rung: 0, waited: 0, hasWaited: false }, 1)
  }

  pass(at: number): void {
    for (const [rung, chance] of this.#held[at]?.entries() ?? []) this.#spread(at, rung, chance ?? 0)
    for (const [beginning, chance] of this.#beginnings[at]?.values() ?? []) {
      if (at > 0) this.restarts += chance
      if (chance >= LEAST_CHANCE) this.#live(at, beginning, chance)
    }
    this.#beginnings[at]?.clear()
  }

  /** Restarts what was held back, at each of the looks that may be the first after the wait. */
  #spread(at: number, rung: number, chance: number): void {
    for (const [waited, likely] of WAITS[rung] ?? []) {
      this.#begin(at + waited, { rung: Math.min(rung + 1, TOP), waited, hasWaited: true }, chance * likely)
    }
  }

  #live(at: number, { rung, waited, hasWaited }: Beginning, chance: number): void {
    const wait = LADDER[rung] ?? 0
    const next = { rung: Math.min(rung + 1, TOP), waited: 0, hasWaited }
    for (const [seconds, share] of this.#lives) {
      const end = at + seconds
      if (end >= this.#held.length) return
      if (waited + seconds >= wait) this.#begin(end, next, chance * share)
      else this.#hold(end, rung, chance * share, hasWaited)
    }
  }

  #hold(end: number, rung: number, chance: number, hasWaited: boolean): void {
    const held = this.#held[end]
    if (held) held[rung] = (held[rung] ?? 0) + chance
    if (hasWaited) return
    this.crashLoop += chance
    this.crashLoopSeconds += chance * end
  }

  #begin(at: number, beginning: Beginning, chance: number): void {
    const second = this.#beginnings[at]
    if (!second || chance === 0) return
    const key = (beginning.rung * 1000 + beginning.waited) * 2 + (beginning.hasWaited ? 1 : 0)
    const known = second.get(key)
    if (known) known[1] += chance
    else second.set(key, [beginning, chance])
  }
}

/** Seconds from one kill to the next, soonest first: ticks go on through a restart, and the first after the delay is the first probe. */
function secondsOf(odds: Odds, { periodSeconds, initialDelaySeconds, stopSeconds }: Pace): Chances {
  const idle = Math.max(1, Math.ceil((initialDelaySeconds + stopSeconds) / periodSeconds))
  return odds.chances.flatMap((chance, probes) =>
    chance > LEAST_CHANCE ? [[Math.round((idle + probes - 1) * periodSeconds), chance] as const] : [],
  )
}

function waitsOf(held: number): Chances {
  const chances: number[] = [1]
  for (let at = 0; at < held; at++) {
    for (const [seconds, chance] of RETRIES) {
      chances[at + seconds] = (chances[at + seconds] ?? 0) + (chances[at] ?? 0) * chance
    }
  }
  return chances.flatMap((chance, at) => (at >= held && chance > 0 ? [[at, chance] as const] : []))
}
