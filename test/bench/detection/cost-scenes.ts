import { builtInChecks } from '../../../checks/index.ts'
import type { Said, Sample } from '../../../src/core/check.ts'
import type { Followed } from '../../../src/host/disks.ts'
import type { MemoryReading } from '../../../src/host/memory.ts'
import type { MountSpace } from '../../../src/host/mounts.ts'
import { TRAIL_WINDOWS } from '../../../src/stats/filling.ts'
import { TrailKeeper } from '../../../src/stats/trail.ts'
import { type Dice, diceOf } from './dice.ts'
import { type DiskPattern, FILLING, LOOK_HOURS, HEALTHY as STEADY, traceOf as traceOfDisk } from './disk-traces.ts'
import { looksOf } from './latency-looks.ts'
import { DEGRADED, HEALTHY as QUIET, type TrafficPattern } from './latency-traces.ts'
import { HEALTHY, LEAKING, type Pattern, traceOf } from './memory-traces.ts'

/** What a judge is given at one moment. */
export interface Scene {
  readonly samples: readonly [Sample<unknown>, ...Sample<unknown>[]]
  readonly said: Said
}

/** A service to which nothing happens, and one that leaks, fills up, is slow and throws: the dearest moment of each. */
export type Health = 'healthy' | 'ailing'

/** What each built-in check is shown, with as many samples as it keeps: the most there is to judge. */
export function scenesOf(name: string, health: Health, seeds: readonly number[]): readonly Scene[] {
  const look = LOOKS[name]
  const check = builtInChecks.find((check) => check.name === name)
  if (!look || !check) throw new Error(`nobody has thought of what ${name} sees`)
  const { keep = 1, rhythm } = check
  const said = SAID[health]
  return seeds.map((seed) => {
    const [first, ...rest] = look(health === 'ailing', seed, keep).slice(-keep)
    if (!first) throw new Error(`${name} has seen nothing`)
    const samples = [first, ...rest].map((reading, nth) => ({ at: nth * (rhythm?.everyMs ?? 0), tookMs: 0, reading }))
    return { samples: samples as unknown as Scene['samples'], said }
  })
}

const SAID: Readonly<Record<Health, Said>> = {
  healthy: { status: 'pass', parts: {} },
  ailing: { status: 'fail', parts: { all: 'fail', 'GET /': 'fail', heap: 'warn', '/': 'warn' } },
}

type Look = (ailing: boolean, seed: number, keep: number) => readonly unknown[]

const LOOKS: Readonly<Record<string, Look>> = {
  latency: (ailing, seed) => tallies(only(ailing ? DEGRADED : QUIET), seed),
  'memory-growth': (ailing, seed) => memory(only(ailing ? LEAKING : HEALTHY), seed),
  'memory-headroom': (ailing, seed) => memory(only(ailing ? LEAKING : HEALTHY), seed),
  'disk-usage': (ailing, seed) => [disk(only(ailing ? FILLING : STEADY), seed)],
  'cache-size': (ailing, seed, keep) => readings(keep, seed, (nth, dice) => cachesAt(ailing, nth, dice)),
  'event-loop': (ailing, seed, keep) => readings(keep, seed, (nth, dice) => loopAt(ailing, nth, dice)),
  errors: (ailing, seed, keep) => readings(keep, seed, (nth) => errorsAt(ailing ? nth : 0)),
  numbers: (ailing, seed, keep) => readings(keep, seed, (nth) => numbersAt(ailing, nth)),
  descriptors: (ailing, seed, keep) => readings(keep, seed, (nth, dice) => descriptorsAt(ailing ? nth : 0, dice)),
  cpu: (ailing, seed, keep) => readings(keep, seed, (nth, dice) => cpuAt(ailing, nth, dice)),
}

function only<T>([first]: readonly T[]): T {
  if (!first) throw new Error('the pattern is gone')
  return first
}

function readings(count: number, seed: number, at: (nth: number, dice: Dice) => unknown): readonly unknown[] {
  const dice = diceOf(seed)
  return Array.from({ length: count }, (_, nth) => at(nth, dice))
}

function tallies(pattern: TrafficPattern, seed: number): readonly unknown[] {
  const selfProbe = { answered: 12, newestMs: 3, p50Ms: 3, p99Ms: 5 }
  return Array.from(looksOf({ ...pattern, hours: 1.5 }, 2, seed), ({ tally }) => ({ tally, selfProbe }))
}

/** A leak is followed to its end. */
function memory(pattern: Pattern, seed: number): readonly MemoryReading[] {
  return traceOf(pattern, seed).samples.map(({ reading }) => reading)
}

const [HOUR_MS, GB] = [3_600_000, 1e9]

/** Three days of looks, or until it is four fifths full: from there on a limit speaks, too. */
function disk(pattern: DiskPattern, seed: number): unknown {
  const keeper = new TrailKeeper(TRAIL_WINDOWS)
  const { used } = traceOfDisk(pattern, seed)
  const shown = used.filter((level) => level < 80)
  for (const [look, level] of shown.entries()) keeper.add(look * LOOK_HOURS * HOUR_MS, level * GB)
  const usedBytes = (shown.at(-1) ?? 0) * GB
  const bytes = { sizeBytes: 100 * GB, usedBytes, availableBytes: 100 * GB - usedBytes }
  const inodes = { inodes: 6_000_000, freeInodes: 5_000_000 }
  const mount: Followed<MountSpace> = { path: '/', device: 1, ...bytes, ...inodes, by: 'df', trail: keeper.trail() }
  return { mounts: [mount], folders: [] }
}

function cachesAt(ailing: boolean, nth: number, dice: Dice): unknown {
  const entries = Math.round(ailing ? 12_000 + 500 * nth : 800 + dice.between(0, 20))
  return [
    { name: 'greetings', entries },
    { name: 'lru-cache-1', entries: 500, max: 500, hits: 70 * nth, misses: 30 * nth },
  ]
}

function loopAt(ailing: boolean, nth: number, dice: Dice): unknown {
  const stalls = ailing ? { stalledMs: 15_000, longestMs: 2_000 } : { stalledMs: 40, longestMs: dice.between(10, 20) }
  return { ...stalls, watchedMs: 60_000, activeMs: 50 * nth, idleMs: 4_950 * nth }
}

function errorsAt(nth: number): unknown {
  const [exhausted, warnings] = nth > 0 ? [{ EMFILE: nth }, { MaxListenersExceededWarning: nth }] : [{}, {}]
  return { uncaught: nth, unhandled: nth, exhausted, warnings, ...(nth > 0 && { newest: 'Error EMFILE' }) }
}

function numbersAt(ailing: boolean, nth: number): unknown {
  const tallies = ['price', 'rate', 'share'].map((name) => ({
    name,
    numbers: 100 * nth,
    notFinite: ailing ? 20 * nth : 0,
  }))
  return { tallies }
}

function descriptorsAt(nth: number, dice: Dice): unknown {
  return { open: Math.round(40 + dice.between(0, 8) + 4 * nth), limit: 1_024, exhausted: false }
}

function cpuAt(ailing: boolean, nth: number, dice: Dice): unknown {
  const throttled = ailing ? 60 * nth : 0
  const cgroup = { periods: 100 * nth, throttled, throttledMs: 40 * throttled }
  return { cgroups: [cgroup], usedMs: nth * dice.between(100, 200) }
}
