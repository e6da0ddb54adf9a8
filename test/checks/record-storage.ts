import { writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LRUCache } from 'lru-cache'
import { cacheSizeCheck } from '../../checks/cache-size.ts'
import { diskUsageCheck } from '../../checks/disk-usage.ts'
import type { Check } from '../../src/core/check.ts'
import { newest } from '../../src/core/samples.ts'
import { Monitor } from '../../src/engine/monitor.ts'
import { createCaches } from '../../src/host/caches.ts'
import { assignment, surroundings } from '../assignments.ts'
import { makeLoopDisk } from '../e2e/loop-disk.ts'
import { FakeClock } from '../fake-clock.ts'
import type { Step } from './recording.ts'

/**
 * Records what the checks of disks and caches see and say of a real disk that is filled and emptied, and of real caches that grow
 * and are purged, for the replay test: `npx tsx test/checks/record-storage.ts`, as root. Run it again only when a reading or a rule
 * is meant to change.
 */
const MEBIBYTE = 1024 ** 2

const caches = createCaches()

const disk = makeLoopDisk({ mebibytes: 64, inodes: 256 })
const log = await open(join(disk.path, 'log'), 'w')
const watch = [{ path: disk.path, warnAt: '30MiB', failAt: '50MiB' }]
await record(diskUsageCheck as Check, { paths: [disk.path], watch }, 30, async (look) => {
  if (look === 25) await log.truncate(0)
  // The last of them do not fit.
  else await log.write(Buffer.alloc(2.5 * MEBIBYTE)).catch(() => undefined)
  await log.sync()
})
await log.close()
disk.remove()

const greetings = new Map<string, string>()
caches.register({ name: 'greetings', size: () => greetings.size, purge: () => greetings.clear() })
const pages = new LRUCache<number, string>({ max: 500 })
await record(cacheSizeCheck as Check, {}, 30, async (look) => {
  for (let nth = 0; nth < 5_000 && look < 25; nth++) greetings.set(`${look} ${nth}`, 'Hello')
  for (let nth = 0; nth < 200; nth++) {
    const page = Math.floor(nth * 7.3 + look * 50) % 900
    if (!pages.get(page)) pages.set(page, 'page')
  }
  if (look === 25) for (const cache of caches.all()) await cache.purge()
})

/** Looks so many times through the engine's own monitor, and does something to the subject after each. */
async function record(check: Check, options: object, looks: number, treat: (look: number) => Promise<void>) {
  const steps: Step[] = []
  const judge: Check['judge'] = (samples, settings, said) => {
    const verdict = check.judge(samples, settings, said)
    steps.push({ sample: newest(samples), ...(said && { said }), verdict })
    return verdict
  }
  const clock = new FakeClock()
  const assigned = assignment({ ...check, judge }, { ...options })
  const watcher = {}
  const monitor = new Monitor(assigned, {
    clock,
    random: () => 0,
    watcher,
    surroundings: { ...surroundings(clock), caches },
  })
  for (let look = 0; look < looks; look++) {
    await monitor.tick(new AbortController().signal)
    await treat(look)
    clock.block(assigned.rhythm.everyMs)
  }
  write(check.name, assigned.settings, steps)
}

function write(name: string, settings: unknown, steps: readonly Step[]): void {
  const lines = steps.map((step) => JSON.stringify(step)).join(',\n')
  const text = `{ "settings": ${JSON.stringify(settings)}, "steps": [\n${lines}\n] }\n`.replaceAll(disk.path, '/data')
  writeFileSync(fileURLToPath(new URL(`${name}.recorded.json`, import.meta.url)), text)
}
