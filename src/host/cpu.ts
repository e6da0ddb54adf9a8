import { join } from 'node:path'
import { findCgroup } from './cgroup-path.ts'
import { fieldOf, keepOpen } from './kernel-file.ts'

/** What one cgroup's quota did, since that cgroup was made. */
export interface Throttling {
  /** Periods, of 100 ms as a rule, in which the group ran at all. */
  readonly periods: number
  /** Those of them in which it used up its quota and had to wait. */
  readonly throttled: number
  /** Milliseconds that its threads waited together. */
  readonly throttledMs: number
}

export interface CpuReading {
  /** The process's own cgroup first, then those it lies in, as far as they can be seen. Empty where none can. */
  readonly cgroups: readonly Throttling[]
  /** Milliseconds of CPU time that the process has used, in user and system mode. */
  readonly usedMs: number
}

export interface CpuWatch {
  look(): CpuReading
  stop(): void
}

/**
 * Watches the quota of the process's cgroup and of each one above it: any of them may throttle.
 * @param root where the file system begins: `/`, or a folder that plays it
 */
export function watchCpu(root = '/'): CpuWatch {
  const files = (findCgroup(root, 'cpu')?.folders ?? []).flatMap((folder) => keepOpen(join(folder, 'cpu.stat')) ?? [])
  return {
    look() {
      // From within, in microseconds: /proc/PID/stat, where anyone outside would read it, counts in hundredths of a second.
      const { user, system } = process.cpuUsage()
      return { cgroups: files.flatMap((file) => parseThrottling(file.read()) ?? []), usedMs: (user + system) / 1000 }
    },
    stop() {
      for (const file of files) file.close()
    },
  }
}

/** `nr_periods 12\nnr_throttled 3\n…`. v2 gives `throttled_usec`, v1 `throttled_time` in nanoseconds. No quota: no periods. */
export function parseThrottling(text: string): Throttling | undefined {
  const [periods, throttled] = [fieldOf(text, 'nr_periods '), fieldOf(text, 'nr_throttled ')]
  if (periods === undefined || throttled === undefined) return undefined
  const micros = fieldOf(text, 'throttled_usec ') ?? (fieldOf(text, 'throttled_time ') ?? 0) / 1000
  return { periods, throttled, throttledMs: micros / 1000 }
}
