import type { Clock } from '../core/clock.ts'
import { type CpuReading, type CpuWatch, type Throttling, watchCpu } from './cpu.ts'

export interface QuotaWatch {
  /** What the quota that held the process up most did in the last minute; undefined where the kernel tells of none. */
  look(): Throttling | undefined
  stop(): void
}

const WINDOW_MS = 60_000
/** Whoever looks more often has the minute to within this. */
const STEP_MS = 5_000

type Cgroups = CpuReading['cgroups']

/** Watches what CPU quotas did of late, for whoever wants to know why something took long. Nothing here throws. */
export function watchQuota(clock: Clock, cpu: CpuWatch = watchCpu()): QuotaWatch {
  let before = { at: clock.now(), cgroups: cgroupsIn(cpu) }
  let later: readonly (typeof before)[] = []
  return {
    look() {
      const now = { at: clock.now(), cgroups: cgroupsIn(cpu) }
      if (now.at - (later.at(-1) ?? before).at >= STEP_MS) later = [...later, now]
      const old = later.findLastIndex(({ at }) => at <= now.at - WINDOW_MS)
      before = later[old] ?? before
      later = later.slice(old + 1)
      return tightest(now.cgroups, before.cgroups)
    },
    stop: () => cpu.stop(),
  }
}

function cgroupsIn(cpu: CpuWatch): Cgroups {
  try {
    return cpu.look().cgroups
  } catch {
    return []
  }
}

function tightest(now: Cgroups, before: Cgroups): Throttling | undefined {
  const changes = now.map((group, depth) => since(group, before[depth] ?? group))
  return changes.toSorted((a, b) => b.throttledMs - a.throttledMs || b.periods - a.periods)[0]
}

function since(now: Throttling, before: Throttling): Throttling {
  return {
    periods: now.periods - before.periods,
    throttled: now.throttled - before.throttled,
    throttledMs: now.throttledMs - before.throttledMs,
  }
}
