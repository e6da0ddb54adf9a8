import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OWN_CACHE } from '../../src/faults/cache-growth.ts'
import { NUMBER_NAME } from '../../src/faults/not-a-number.ts'
import { createScene, progressOf, type Scene, until } from './bench.ts'

const MIB = 2 ** 20

let scene: Scene
beforeEach(() => {
  scene = createScene()
})
afterEach(() => scene.end())

const progress = (name: string) => progressOf(scene.faults, name)

/** What is still in use after a full collection. */
function memory(): { readonly heap: number; readonly buffers: number } {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, buffers: arrayBuffers }
}

describe('memory', () => {
  test.each([
    ['heap-leak', 'heap'],
    ['buffer-leak', 'buffers'],
  ] as const)('%s really keeps what it says, at its rate, and gives it back', async (name, where) => {
    const before = memory()[where]
    scene.faults.set(name, { bytesPerSecond: '4MiB' }, 20)
    await scene.clock.advance(5_000)
    expect(progress(name)['kept_bytes']).toBe(20 * MIB)
    expect(memory()[where] - before).toBeGreaterThan(19 * MIB)
    await scene.clock.advance(15_000)
    // V8 frees Buffers on a thread of its own, after the collection.
    await until(() => memory()[where] - before < 4 * MIB)
  })

  test.each(['heap-leak', 'buffer-leak'])('%s stops at its maximum, and holds that', async (name) => {
    scene.faults.set(name, { bytesPerSecond: '8MiB', maxBytes: '2MiB' })
    await scene.clock.advance(3_000)
    expect(progress(name)).toEqual({ kept_bytes: 2 * MIB })
  })

  test('a gap is no reason to leak all at once', async () => {
    scene.faults.set('buffer-leak', { bytesPerSecond: '1MiB' }, 600)
    scene.clock.block(300_000)
    await scene.clock.advance(100)
    expect(progress('buffer-leak')['kept_bytes']).toBeLessThanOrEqual(1.2 * MIB)
  })
})

describe('caches', () => {
  test('the cache of the service grows, by keys that are new each time, and keeps them when the fault ends', async () => {
    scene.faults.set('cache-growth', { entriesPerSecond: 100 }, 5)
    await scene.clock.advance(5_000)
    expect(scene.kept.size).toBeGreaterThan(480)
    const first = scene.kept.size
    scene.faults.set('cache-growth', { entriesPerSecond: 100 }, 5)
    await scene.clock.advance(5_000)
    expect(scene.kept.size).toBeGreaterThan(first + 480)
    expect(Math.max(...[...scene.kept].map(({ length }) => length))).toBeLessThanOrEqual(64)
    expect(scene.caches.all()).toEqual([])
  })

  test('it grows again after a purge, to its maximum and no further', async () => {
    scene.faults.set('cache-growth', { entriesPerSecond: 1_000, maxEntries: 500 })
    await scene.clock.advance(2_000)
    expect(scene.kept.size).toBe(500)
    scene.kept.clear()
    await scene.clock.advance(2_000)
    expect(scene.kept.size).toBe(500)
    expect(progress('cache-growth')).toEqual({ put_entries: 1_000, entries: 500 })
  })

  test('a cache of its own is known while it lasts, can be purged, and goes with it', async () => {
    scene.faults.set('cache-growth', { entriesPerSecond: 100, own: true }, 5)
    await scene.clock.advance(1_000)
    const [cache] = scene.caches.all()
    expect([cache?.name, cache?.size(), scene.kept.size]).toEqual([OWN_CACHE, 100, 0])
    await cache?.purge()
    expect(cache?.size()).toBe(0)
    scene.faults.set('cache-growth', { own: true }, 5)
    await scene.clock.advance(5_000)
    expect(scene.caches.all()).toEqual([])
  })
})

describe('the disk', () => {
  const files = () => readdirSync(scene.folder).flatMap((name) => [name, ...filesOf(name)])
  /** A folder may go while one looks. */
  const filesOf = (name: string) => {
    try {
      return readdirSync(join(scene.folder, name)).map((file) => join(name, file))
    } catch {
      return []
    }
  }
  const written = () => {
    const file = files().find((name) => name.endsWith('filler'))
    return file === undefined ? 0 : statSync(join(scene.folder, file)).size
  }
  /** Writing takes real turns of the loop, after each tick of the clock. */
  const pass = async (ticks: number) => {
    for (let tick = 0; tick < ticks; tick++) {
      // One waits for the fault's end, one for its next turn: no tick is to pass it by while it still writes.
      await until(() => scene.clock.sleepers === 2)
      const before = progress('disk-fill')['written_bytes'] ?? 0
      await scene.clock.advance(100)
      if (before < MIB) await until(() => (progress('disk-fill')['written_bytes'] ?? 0) > before)
    }
  }

  test('fills at its rate up to its quota, and is empty again at the end', async () => {
    scene.faults.set('disk-fill', { bytesPerSecond: '2MiB', maxBytes: '1MiB' })
    await until(() => files().length === 2)
    await pass(3)
    expect(written()).toBeGreaterThan(0.2 * MIB)
    await pass(10)
    expect(written()).toBe(MIB)
    await scene.faults.clear('disk-fill')
    expect(files()).toEqual([])
  })

  test('replaced, it begins anew in a folder of its own', async () => {
    scene.faults.set('disk-fill')
    scene.faults.set('disk-fill')
    await until(() => files().length === 2)
    await scene.faults.clear()
    expect(files()).toEqual([])
  })

  test('what a killed run has left is removed at the next start; what is not its own never is', async () => {
    const left = {
      own: `disk-fill-${process.pid}-Abc123`,
      dead: 'disk-fill-4194304-Abc123',
      alive: 'disk-fill-1-Abc123',
    }
    for (const folder of [...Object.values(left), 'journal']) {
      mkdirSync(join(scene.folder, folder))
      writeFileSync(join(scene.folder, folder, 'filler'), 'x')
    }
    const again = createScene({ folder: scene.folder })
    expect(readdirSync(scene.folder).sort()).toEqual([left.alive, 'journal'])
    await again.end()
    expect(existsSync(join(scene.folder, 'journal', 'filler'))).toBe(true)
  })
})

describe('the rest', () => {
  test('log-flood writes so many lines of such a length, until its cap', async () => {
    await scene.end()
    scene = createScene({ caps: { logBytes: 10_000 } })
    scene.faults.set('log-flood', { linesPerSecond: 50, lineBytes: 100 })
    await scene.clock.advance(1_000)
    expect(scene.logged).toHaveLength(50)
    expect(scene.logged.at(-1)).toEqual({ event: 'log-flood', line: 50, filler: 'x'.repeat(100) })
    await scene.clock.advance(9_000)
    expect(scene.logged).toHaveLength(100)
  })

  test('not-a-number gives NaN where numbers are asked for, in its share', async () => {
    await scene.end()
    let thrown = 0
    scene = createScene({ random: () => (thrown++ % 4) / 4 })
    scene.faults.set('not-a-number', { perSecond: 40, share: 0.5 }, 10)
    await scene.clock.advance(1_000)
    expect(scene.numbers.tally()).toEqual([{ name: NUMBER_NAME, numbers: 40, notFinite: 20 }])
    await scene.clock.advance(30_000)
    expect(scene.numbers.tally()[0]?.numbers).toBeLessThanOrEqual(400)
  })
})
