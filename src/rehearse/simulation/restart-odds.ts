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

/** One way to a rung: by a restart that was held back on another. */
interface Arrival {
  readonly from: number
  /** How long it was held back: until the first look after the wait. */
  readonly waited: number
  readonly chance: number
}

/** For each rung the ways to it, the longest waits first. */
const ARRIVALS: readonly (readonly Arrival[])[] = LADDER.map((_, rung) => {
  const arrivals = LADDER.flatMap((held, from) =>
    above(from) === rung ? waitsOf(held).map(([waited, chance]) => ({ from, waited, chance })) : [],
  )
  return arrivals.sort((a, b) => b.waited - a.waited)
})

/**
 * Restarts after liveness kills within `forSeconds`, computed over all courses in steps of a second: the restart is at once while the
 * life before lasted longer than the wait that holds, else it comes at the first look after the wait.
 */
export function restartOdds(odds: Odds, pace: Pace, forSeconds: number): RestartOdds {
  const courses = new Courses(livesOf(odds, pace, forSeconds), forSeconds)
  for (let at = 0; at <= forSeconds; at++) courses.pass(at)
  const { restarts, crashLoop, crashLoopSeconds } = courses
  return { restarts, crashLoop, crashLoopAfterSeconds: crashLoop > 0 ? crashLoopSeconds / crashLoop : undefined }
}

/** The chances of one rung, by second. */
class Rung {
  readonly wait: number
  /** A life begins at once, and no restart was ever held back. */
  readonly fresh: Float64Array
  /** A life begins at once, and some restart before was held back. */
  readonly again: Float64Array
  /** A life ends, and its restart is held back. */
  readonly held: Float64Array

  constructor(wait: number, seconds: number) {
    this.wait = wait
    this.fresh = new Float64Array(seconds)
    this.again = new Float64Array(seconds)
    this.held = new Float64Array(seconds)
  }
}

/** All courses at once, second by second, each with its chance. */
class Courses {
  restarts = 0
  crashLoop = 0
  crashLoopSeconds = 0
  /** By its seconds: how likely a life is. */
  readonly #lives: Float64Array
  readonly #rungs: readonly Rung[]

  constructor(lives: Float64Array, forSeconds: number) {
    this.#lives = lives
    this.#rungs = LADDER.map((wait) => new Rung(wait, forSeconds + 1))
    this.#rungs[0]?.fresh.fill(1, 0, 1)
  }

  pass(at: number): void {
    for (const [index, rung] of this.#rungs.entries()) {
      const next = this.#rungs[above(index)] ?? rung
      const waited = this.#heldUntil(at, index)
      const fresh = rung.fresh[at] ?? 0
      const again = waited.reduce((sum, [, chance]) => sum + chance, rung.again[at] ?? 0)
      if (at > 0) this.restarts += fresh + again
      if (fresh + again < LEAST_CHANCE) continue
      this.#holdBack(at, rung, next, { fresh, again, waited })
      this.#restartAtOnce(at, rung.wait, next.fresh, fresh)
      this.#restartAtOnce(at, rung.wait, next.again, again)
    }
  }

  #heldUntil(at: number, index: number): Chances {
    return (ARRIVALS[index] ?? []).flatMap(({ from, waited, chance }) => {
      const held = this.#rungs[from]?.held[at - waited] ?? 0
      return held > 0 ? [[waited, held * chance] as const] : []
    })
  }

  /** Lives that are shorter than the wait: held back, unless what their beginning was held back makes up for it. */
  #holdBack(at: number, rung: Rung, next: Rung, begun: { fresh: number; again: number; waited: Chances }): void {
    const { fresh, again, waited } = begun
    const most = Math.min(this.#lives.length, rung.held.length - at, rung.wait)
    let [atOnce, index] = [0, 0]
    for (let seconds = 0; seconds < most; seconds++) {
      for (let one = waited[index]; one && one[0] + seconds >= rung.wait; one = waited[++index]) atOnce += one[1]
      const chance = this.#lives[seconds] ?? 0
      const end = at + seconds
      next.again[end] = (next.again[end] ?? 0) + atOnce * chance
      rung.held[end] = (rung.held[end] ?? 0) + (fresh + again - atOnce) * chance
      this.crashLoop += fresh * chance
      this.crashLoopSeconds += fresh * chance * end
    }
  }

  /** Lives that are no shorter. All the time goes into this loop, so it makes nothing and calls nothing. */
  #restartAtOnce(at: number, wait: number, begin: Float64Array, chance: number): void {
    if (chance < LEAST_CHANCE) return
    const lives = this.#lives
    const most = Math.min(lives.length, begin.length - at)
    for (let seconds = wait, end = at + wait; seconds < most; seconds++, end++) {
      begin[end] = (begin[end] as number) + chance * (lives[seconds] as number)
    }
  }
}

/** From one kill to the next: ticks go on through a restart, and the first after the delay is the first probe. */
function livesOf({ chances }: Odds, pace: Pace, forSeconds: number): Float64Array {
  const { periodSeconds, initialDelaySeconds, stopSeconds } = pace
  const idle = Math.max(1, Math.ceil((initialDelaySeconds + stopSeconds) / periodSeconds))
  const lives = new Float64Array(forSeconds + 1)
  let length = 0
  for (const [probes, chance] of chances.entries()) {
    const seconds = Math.round((idle + probes - 1) * periodSeconds)
    if (seconds > forSeconds) break
    if (chance <= LEAST_CHANCE) continue
    lives[seconds] = (lives[seconds] ?? 0) + chance
    length = seconds + 1
  }
  return lives.subarray(0, length)
}

/** The rung after this one: from the last there is no other. */
function above(rung: number): number {
  return Math.min(rung + 1, TOP)
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
