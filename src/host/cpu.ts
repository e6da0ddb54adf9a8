import { join } from 'node:path'
import pidusage from 'pidusage'
import { findCgroup } from './cgroup-path.ts'
import { keepOpen } from './kernel-file.ts'

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
  look(): Promise<CpuReading>
  stop(): void
}

/**
 * Watches the quota of the process's cgroup and of each one above it: any of them may throttle.
 * @param root where the file system begins: `/`, or a folder that plays it
 */
export function watchCpu(root = '/'): CpuWatch {
  const files = (findCgroup(root, 'cpu')?.folders ?? []).flatMap((folder) => keepOpen(join(folder, 'cpu.stat')) ?? [])
  return {
    async look() {
      const cgroups = files.flatMap((file) => parseThrottling(file.read()) ?? [])
      return { cgroups, usedMs: await usedMs() }
    },
    stop() {
      for (const file of files) file.close()
    },
  }
}

/** `pidusage` sees the process as anyone outside does; without a descriptor left it cannot, and the process must tell of itself. */
async function usedMs(): Promise<number> {
  try {
    return (await pidusage(process.pid)).ctime
  } catch {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
}

/** `nr_periods 12\nnr_throttled 3\n…`. v2 gives `throttled_usec`, v1 `throttled_time` in nanoseconds. No quota: no periods. */
export function parseThrottling(text: string): Throttling | undefined {
  const numbers = new Map(text.split('\n').map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]))
  const [periods, throttled] = [numbers.get('nr_periods'), numbers.get('nr_throttled')]
  if (periods === undefined || throttled === undefined) return undefined
  const micros = numbers.get('throttled_usec') ?? (numbers.get('throttled_time') ?? 0) / 1000
  return { periods, throttled, throttledMs: micros / 1000 }
}
