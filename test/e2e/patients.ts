import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeLoopDisk, whyNoLoopDisk } from './loop-disk.ts'
import type { Pod, PodSetup } from './pod.ts'

/** A pod, what goes wrong with it, which alerts are to tell of it, and what ends it. */
export interface Patient extends Pick<PodSetup, 'name' | 'args' | 'under' | 'program'> {
  /** `''` before the name: of the service, not of the pod. */
  readonly alerts: readonly string[]
  /** What may fire as well, for a reason of its own. */
  readonly tolerated?: readonly string[]
  fall(pod: Pod): Promise<void> | void
  recover(pod: Pod): Promise<void> | void
  /** What is left to tidy up. */
  end?(): void
}

const FEW_ENTRIES = ['--checks.cache-size.entries.warnAt', '50', '--checks.cache-size.entries.failAt', '100']
const growing = { entriesPerSecond: 2_000, maxEntries: 150, ttlSeconds: 300 }

async function growCache({ now }: Pod): Promise<void> {
  await now.put('cache-growth', growing)
}

async function purgeCache({ now }: Pod): Promise<void> {
  await now.ask('/faults', { method: 'DELETE' })
  await now.ask('/remedies/purge-cache', { method: 'POST' })
}

/** Those that take their time first, next to one another. */
export function patients(): readonly Patient[] {
  const folder = join(mkdtempSync(join(tmpdir(), 'failweb-patients-')), 'volume')
  mkdirSync(folder)
  return [
    {
      name: 'fills-its-memory',
      alerts: ['FailwebLimitNear'],
      args: Object.entries({
        timeScale: 0.01,
        everyMs: 250,
        failWithinMs: 1,
        fullRatio: 1,
        ceilingBytes: 300e6,
      }).flatMap(([key, value]) => [`--checks.memory-growth.${key}`, `${value}`]),
      fall: ({ now }) => now.put('buffer-leak', { bytesPerSecond: '5MiB', maxBytes: '150MiB', ttlSeconds: 300 }),
      recover: (pod) => pod.restart(),
    },
    {
      name: 'ends-again-and-again',
      alerts: ['FailwebRestartsRising'],
      async fall(pod) {
        for (let life = 0; life < 2; life++) {
          await pod.now.put('exit', { code: 1 })
          await pod.restart()
          // So long that a scrape sees each life.
          await new Promise((resolve) => setTimeout(resolve, 7_000))
        }
      },
      recover() {},
    },
    {
      name: 'misses-heartbeats',
      alerts: ['/FailwebHeartbeatBudgetBurnsFast', '/FailwebHeartbeatBudgetBurnsSlowly'],
      fall: ({ now }) => now.put('heartbeat', { ttlSeconds: 300 }),
      recover: ({ now }) => void now.ask('/faults', { method: 'DELETE' }),
    },
    {
      name: 'wants-time',
      alerts: ['FailwebCheckFailingWait'],
      args: [...FEW_ENTRIES, '--checks.cache-size.cure', 'wait'],
      fall: growCache,
      recover: purgeCache,
    },
    {
      name: 'leaks-descriptors',
      alerts: ['FailwebCheckFailingRestart'],
      under: ['sh', '-c', 'ulimit -n 400; exec "$@"', 'sh'],
      args: ['--checks.descriptors.warnAt', '0.4', '--checks.descriptors.failAt', '0.5'],
      fall: ({ now }) => now.put('descriptor-leak', { perSecond: 200, leaveFree: 100, ttlSeconds: 300 }),
      recover: ({ now }) => void now.ask('/faults', { method: 'DELETE' }),
    },
    {
      name: 'wants-a-person',
      alerts: ['FailwebCheckFailingPerson'],
      args: FEW_ENTRIES,
      fall: growCache,
      recover: purgeCache,
    },
    {
      name: 'has-tried-all',
      alerts: ['FailwebCheckFailingPerson', 'FailwebRemediesExhausted'],
      args: [...FEW_ENTRIES, '--remedies.automatic', 'true'],
      fall: growCache,
      recover: purgeCache,
    },
    {
      name: 'cannot-look',
      alerts: ['FailwebCheckUnknown'],
      args: ['--checks.disk-usage.paths', folder],
      fall: () => rmdirSync(folder),
      recover: () => void mkdirSync(folder),
      end: () => rmSync(join(folder, '..'), { recursive: true, force: true }),
    },
    {
      name: 'stopped-looking',
      alerts: ['FailwebCheckStopped'],
      program: 'still-host.mjs',
      fall: ({ now }) => now.kill('SIGUSR2'),
      recover: (pod) => pod.restart(),
    },
    {
      name: 'stands-still',
      alerts: ['FailwebMainThreadStopped'],
      args: ['--guard.silenceMs', '1500'],
      fall: ({ now }) => now.put('block', { how: 'wait', ttlSeconds: 25 }),
      recover() {},
    },
    {
      name: 'lost-its-guard',
      alerts: ['FailwebGuardSilent'],
      // It is restarted to lose its guard, and again to get it back: two restarts they are.
      tolerated: ['FailwebRestartsRising'],
      fall: (pod) => pod.restart('--guard.enabled', 'false'),
      recover: (pod) => pod.restart(),
    },
    { name: 'is-gone', alerts: ['FailwebDown'], fall: ({ now }) => now.kill('SIGKILL'), recover: (pod) => pod.start() },
    ...(whyNoLoopDisk() === undefined ? [withoutJournal()] : []),
  ]
}

function withoutJournal(): Patient {
  const disk = makeLoopDisk({ mebibytes: 8, inodes: 64 })
  const filler = join(disk.path, 'filler')
  return {
    name: 'forgets',
    alerts: ['FailwebJournalNotWritten'],
    args: ['--journal.folder', join(disk.path, 'state')],
    async fall({ now }) {
      for (const bytes of [4e6, 1e6, 1e5, 1e4, 4096]) fillBy(filler, bytes)
      // Something to write down, until the journal has used up the room in its last block, which is 1 KiB here.
      for (let note = 0; note < 8; note++) await now.put('latency', { share: 0, ttlSeconds: 300 })
    },
    recover: () => rmSync(filler),
    end: () => disk.remove(),
  }
}

function fillBy(path: string, bytes: number): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
