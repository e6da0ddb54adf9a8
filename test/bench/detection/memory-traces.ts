import type { Sample } from '../../../src/core/check.ts'
import type { MemoryReading } from '../../../src/host/memory.ts'
import { type Dice, diceOf } from './dice.ts'

/** Megabytes held at a minute of the run. */
type Live = (minute: number) => number

export interface Pattern {
  readonly name: string
  readonly leaks: boolean
  /** The live set, made anew for each run, and the minute from which it leaks. */
  begin(dice: Dice): { readonly live: Live; readonly leaksFrom?: number; readonly churn?: number }
}

export const MINUTES = 48 * 60
/** Where the simulated V8 gives up: the level of death, and the ceiling that every rule is told. */
export const HEAP_LIMIT_MB = 512
/** The container holds the heap, and nearly half of it more. */
export const CONTAINER_MB = 748

export const MB = 1e6

const HOUR = 60
const DAY = 24 * HOUR

/** Promoted megabytes a minute: how fast garbage fills the old generation. */
const CHURN = 12

/** A live set as it breathes anyway: around a base, with noise that remembers. */
function breathing(dice: Dice, base: number): Live {
  let drift = 0
  return () => {
    drift = 0.98 * drift + 0.4 * dice.normal()
    return base + drift
  }
}

/** What is held during bursts of traffic, and how many minutes of burst there have been. */
function bursting(dice: Dice, everyMinutes: number) {
  let until = 0
  let next = dice.wait(everyMinutes)
  let height = 0
  let minutes = 0
  return {
    at(minute: number): number {
      if (minute >= next) {
        until = minute + dice.between(5, 30)
        next = until + dice.wait(everyMinutes)
        height = dice.between(30, 130)
      }
      if (minute >= until) return 0
      minutes++
      return height
    },
    get minutes() {
      return minutes
    },
  }
}

function wave(dice: Dice, height: number): Live {
  const shift = dice.between(0, DAY)
  return (minute) => (height / 2) * (1 - Math.cos((2 * Math.PI * (minute + shift)) / DAY))
}

const sum =
  (...parts: readonly Live[]): Live =>
  (minute) =>
    parts.reduce((total, part) => total + part(minute), 0)

const basic = (dice: Dice) => breathing(dice, dice.between(60, 120))

export const HEALTHY: readonly Pattern[] = [
  { name: 'steady sawtooth', leaks: false, begin: (dice) => ({ live: basic(dice) }) },
  {
    name: 'warm-up plateau',
    leaks: false,
    begin(dice) {
      const [height, pace] = [dice.between(60, 150), dice.between(15, 60)]
      return { live: sum(basic(dice), (minute) => height * (1 - Math.exp(-minute / pace))) }
    },
  },
  {
    name: 'bursts',
    leaks: false,
    begin(dice) {
      const bursts = bursting(dice, 3 * HOUR)
      return { live: sum(basic(dice), (minute) => bursts.at(minute)) }
    },
  },
  { name: "a day's wave of 100 MB", leaks: false, begin: (dice) => ({ live: sum(basic(dice), wave(dice, 100)) }) },
  {
    name: 'cache filling 40 MB/h for 4 h',
    leaks: false,
    begin(dice) {
      const from = dice.between(0, 12 * HOUR)
      const filled: Live = (minute) => (40 / HOUR) * Math.min(4 * HOUR, Math.max(0, minute - from))
      return { live: sum(basic(dice), filled) }
    },
  },
  // So little garbage that the old generation needs collecting eleven times or so in 48 h.
  { name: 'idle, eleven collections', leaks: false, begin: (dice) => ({ live: basic(dice), churn: 0.09 }) },
  { name: 'big flat live set of 375 MB', leaks: false, begin: (dice) => ({ live: breathing(dice, 375) }) },
  {
    name: 'log-like cache',
    leaks: false,
    begin(dice) {
      const [height, pace] = [dice.between(20, 35), dice.between(10, 40)]
      return { live: sum(basic(dice), (minute) => height * Math.log(1 + minute / pace)) }
    },
  },
]

const leakOf =
  (perMinute: number, from: number): Live =>
  (minute) =>
    perMinute * Math.max(0, minute - from)

export const LEAKING: readonly Pattern[] = [
  {
    name: 'slow 10 MB/h',
    leaks: true,
    begin: (dice) => ({ live: sum(basic(dice), leakOf(10 / HOUR, 0)), leaksFrom: 0 }),
  },
  {
    name: 'fast 4 MB/min',
    leaks: true,
    begin(dice) {
      const leaksFrom = dice.between(3 * HOUR, 20 * HOUR)
      return { live: sum(basic(dice), leakOf(4, leaksFrom)), leaksFrom }
    },
  },
  {
    name: 'late 30 MB/h',
    leaks: true,
    begin(dice) {
      const leaksFrom = dice.between(20 * HOUR, 30 * HOUR)
      return { live: sum(basic(dice), leakOf(30 / HOUR, leaksFrom)), leaksFrom }
    },
  },
  {
    name: 'diurnal + 10 MB/h',
    leaks: true,
    begin: (dice) => ({ live: sum(basic(dice), wave(dice, 100), leakOf(10 / HOUR, 0)), leaksFrom: 0 }),
  },
  {
    name: 'bursts only',
    leaks: true,
    begin(dice) {
      const bursts = bursting(dice, 2 * HOUR)
      // Every minute of a burst leaves two and a half megabytes behind for ever.
      return { live: sum(basic(dice), (minute) => bursts.at(minute) + 2.5 * bursts.minutes), leaksFrom: 0 }
    },
  },
]

/** One minute of a run, in megabytes. */
export interface Minute {
  readonly minute: number
  readonly raw: number
  /** What V8 has taken for the heap: it gives back slowly. */
  readonly total: number
  readonly rss: number
  /** What each major collection of this minute has left. */
  readonly floors: readonly number[]
}

export interface Trace {
  readonly pattern: Pattern
  readonly minutes: readonly Minute[]
  readonly samples: readonly Sample<MemoryReading>[]
  readonly leaksFrom: number
  /** The minute of death; absent for a run that lived. */
  readonly diesAt?: number
}

/** Plays a pattern through a collector like V8's: it collects when the old generation has grown by a factor since the last time. */
export function traceOf(pattern: Pattern, seed: number): Trace {
  const dice = diceOf(seed)
  const { live, leaksFrom = 0, churn = CHURN } = pattern.begin(dice)
  const collector = collectorOf(dice, churn)
  const [minutes, samples]: [Minute[], Sample<MemoryReading>[]] = [[], []]
  const lastFloors: number[] = []
  for (let minute = 0; minute < MINUTES; minute++) {
    const held = live(minute)
    if (held >= HEAP_LIMIT_MB) return { pattern, minutes, samples, leaksFrom, diesAt: minute }
    const seen = collector(minute, held)
    lastFloors.push(...seen.floors)
    lastFloors.splice(0, lastFloors.length - 3)
    minutes.push(seen)
    samples.push({ at: minute * 60_000, tookMs: 0, reading: readingOf(seen, lastFloors, dice) })
  }
  return { pattern, minutes, samples, leaksFrom }
}

function collectorOf(dice: Dice, churn: number): (minute: number, held: number) => Minute {
  let garbage = 0
  let trigger = 60 + dice.between(0, 60)
  let total = 0
  let resident = 0
  return (minute, held) => {
    const floors: number[] = []
    // Ten steps a minute, so that a busy heap collects more than once in it.
    for (let step = 0; step < 10; step++) {
      garbage += (churn / 10) * Math.exp(0.3 * dice.normal())
      const limit = Math.min(HEAP_LIMIT_MB, trigger)
      if (held + garbage < limit) continue
      // What has just been promoted survives until the next time.
      garbage = dice.between(0, Math.min(2, 0.05 * churn))
      floors.push(held + garbage)
      trigger = Math.max(held * dice.between(1.2, 1.33), held + 16)
    }
    const raw = Math.min(HEAP_LIMIT_MB, held + garbage)
    total = Math.max(raw, total - 0.05 * (total - raw))
    resident = 0.95 * resident + 0.5 * dice.normal()
    return { minute, raw, total: total + 16, rss: total + 16 + 75 + resident, floors }
  }
}

function readingOf({ raw, total, rss, floors }: Minute, lastThree: readonly number[], dice: Dice): MemoryReading {
  const external = (18 + 0.5 * dice.normal()) * MB
  const newest = lastThree.at(-1)
  return {
    collected: {
      majors: floors.length,
      majorMs: 30 * floors.length,
      ...(floors.length > 0 && { floorBytes: Math.min(...floors) * MB, externalBytes: external }),
      ...(newest !== undefined && { newestBytes: newest * MB, newestExternalBytes: external }),
      ...(lastThree.length === 3 && { lastThreeBytes: Math.min(...lastThree) * MB }),
    },
    oldBytes: raw * MB,
    heapTotalBytes: total * MB,
    externalBytes: external,
    rssBytes: rss * MB,
    nativeBytes: (57 + 0.8 * dice.normal()) * MB,
    heapCeilingBytes: HEAP_LIMIT_MB * MB,
    oldLimitBytes: HEAP_LIMIT_MB * MB,
    kernel: { limit: 'cgroup memory.max', limitBytes: CONTAINER_MB * MB, usedBytes: rss * MB },
  }
}
