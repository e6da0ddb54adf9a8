import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCgroup } from '../../src/host/cgroup-path.ts'

/** A cgroup with a CPU quota of its own, as a container with `resources.limits.cpu` is in. */
export interface CpuQuota {
  /** For a shell: moves it, and what it will start, into the group. */
  readonly enter: string
  /** Where the quota is set, and what to write there for so many milliseconds of each 100. */
  readonly file: string
  textFor(milliseconds: number): string
  /** Once nobody is in it. */
  remove(): void
}

/** Why no quota can be set here; undefined where it can. */
export function whyNoCpuQuota(): string | undefined {
  const own = findCgroup('/', 'cpu')
  if (!own) return 'needs cgroups'
  try {
    accessSync(own.folders[0] ?? '', constants.W_OK)
    // Version 2 gives its children only what is switched on for them, and not where processes are.
    const switchedOn = own.version === 1 || /\bcpu\b/.test(textOf(join(own.folders[0] ?? '', 'cgroup.subtree_control')))
    return switchedOn ? undefined : 'needs a cgroup that may give its children a quota'
  } catch {
    return 'needs a cgroup that this user may write to'
  }
}

/** @throws where no quota can be set */
export function makeCpuQuota(): CpuQuota {
  const own = findCgroup('/', 'cpu')
  const folder = join(own?.folders[0] ?? '', `failweb-test-${process.pid}`)
  mkdirSync(folder)
  const period = join(folder, 'cpu.cfs_period_us')
  if (existsSync(period)) writeFileSync(period, '100000')
  return {
    enter: `echo $$ >'${join(folder, 'cgroup.procs')}'`,
    ...(own?.version === 1
      ? { file: join(folder, 'cpu.cfs_quota_us'), textFor: (ms: number) => `${ms * 1_000}` }
      : { file: join(folder, 'cpu.max'), textFor: (ms: number) => `${ms * 1_000} 100000` }),
    remove: () => rmdirSync(folder),
  }
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8')
}
