import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { HeapFloor } from '../../src/host/heap-floor.ts'
import { watchMemory } from '../../src/host/memory.ts'
import { heldBytes, MEMORY_SIGNALS, memorySeries, momentOf } from '../../src/host/memory-signals.ts'
import { readingOf } from '../checks/memory-readings.ts'
import { runChild } from './children/child.ts'

const MIB = 2 ** 20

describe('the watch on memory', () => {
  test('on any machine: everything is positive, and nothing is larger than what holds it', () => {
    const watch = watchMemory()
    const { collected: _, kernel, ...reading } = watch.look()
    watch.close()
    expect(reading.rssBytes).toBeGreaterThan(20 * MIB)
    expect(reading.oldBytes).toBeGreaterThan(0)
    expect(reading.oldBytes).toBeLessThan(reading.heapTotalBytes)
    expect(reading.heapTouchedBytes).toBeLessThanOrEqual(reading.heapTotalBytes)
    expect(reading.heapTouchedBytes).toBeGreaterThan(MIB)
    expect(reading.heapCeilingBytes).toBeCloseTo(0.8 * reading.oldLimitBytes, 0)
    expect(kernel.usedBytes).toBeGreaterThan(0)
    expect(kernel.limitBytes).toBeLessThan(2 ** 53)
  })

  test('a configured ceiling counts when it is the nearest', () => {
    const watch = watchMemory({ ceilingBytes: 2_000 * MIB })
    const { kernel } = watch.look()
    watch.close()
    expect(kernel.limitBytes).toBeLessThanOrEqual(2_000 * MIB)
  })

  test('where nobody tells what is available, the limit is all that the machine has', () => {
    const watch = watchMemory({ root: join(tmpdir(), 'no-such-root') })
    const { kernel, rssBytes } = watch.look()
    watch.close()
    expect(kernel).toEqual({ limit: 'memory of this machine', limitBytes: totalmem(), usedBytes: rssBytes })
  })

  test('a Buffer is outside of the heap, and counted once', () => {
    const watch = watchMemory()
    const before = watch.look()
    const buffer = Buffer.alloc(50 * MIB, 1)
    const after = watch.look()
    watch.close()
    expect((after.externalBytes - before.externalBytes) / buffer.length).toBeCloseTo(1, 1)
  })

  test('what a collection leaves is seen at the next look, and only there; the newest is remembered', async () => {
    const { out, code } = await runChild('memory.ts', ['floor'])
    expect(code).toBe(0)
    const [before, after, later] = JSON.parse(out)
    expect(before.majors).toBe(0)
    expect(before.floorBytes).toBeUndefined()
    expect(after.majors).toBeGreaterThanOrEqual(3)
    expect(after.floorBytes).toBeGreaterThan(10 * MIB)
    expect(after.lastThreeBytes).toBeGreaterThan(10 * MIB)
    expect(later).toMatchObject({ majors: 0, newestBytes: after.newestBytes })
    expect(later.floorBytes).toBeUndefined()
  })

  test('how long collections take is known where what they leave is near the ceiling, and only there', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const millisecondsOf = async (ceilingBytes: number) => {
      const floor = new HeapFloor(ceilingBytes)
      for (let majors = 0; majors < 3; majors += floor.look().majors) {
        collect()
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      collect()
      await new Promise((resolve) => setTimeout(resolve, 20))
      const { majorMs } = floor.look()
      floor.close()
      return majorMs
    }
    expect(await millisecondsOf(MIB)).toBeGreaterThan(0)
    expect(await millisecondsOf(Number.MAX_SAFE_INTEGER)).toBe(0)
  })

  test('with no descriptor left, Node cannot say its memory, and the checks go on', async () => {
    const { out, code } = await runChild('memory.ts', ['exhausted'], 'ulimit -n 128')
    expect(code).toBe(0)
    const { node, growth, headroom, rssBytes } = JSON.parse(out)
    expect(node).toBe('EMFILE')
    expect(rssBytes).toBeGreaterThan(20 * MIB)
    expect([growth, headroom]).toEqual(['pass', 'pass'])
  })
})

describe('the signals of memory', () => {
  const signal = (subject: string) => MEMORY_SIGNALS.find((one) => one.subject === subject) ?? expect.unreachable()
  const sample = (reading = readingOf({ floorMib: 60 })) => ({ at: 0, tookMs: 0, reading })

  test('held is the working set without what a collection would free', () => {
    const reading = readingOf({ floorMib: 60, heapTotalBytes: 100 * MIB, kernel: { usedBytes: 150 * MIB } })
    const seen = memorySeries([sample(readingOf()), { ...sample(reading), at: 5_000 }])
    expect(seen['working-set']).toEqual({ times: Float64Array.of(5_000), values: Float64Array.of(110 * MIB) })
  })

  test('room that V8 has taken and not touched is no garbage', () => {
    const seen = (extra: object) =>
      heldBytes(readingOf({ floorMib: 60, heapTotalBytes: 100 * MIB, kernel: { usedBytes: 150 * MIB }, ...extra }))
    expect(seen({ heapTouchedBytes: 100 * MIB })).toBe(110 * MIB)
    // V8 makes the young generation larger.
    expect(seen({ heapTotalBytes: 132 * MIB, heapTouchedBytes: 100 * MIB })).toBe(110 * MIB)
    expect(seen({ heapTotalBytes: 132 * MIB, heapTouchedBytes: 132 * MIB })).toBe(78 * MIB)
  })

  test('where the largest heap fits beside all else, V8 is the ceiling of the heap; else what the kernel leaves', () => {
    expect(signal('heap').ceiling(momentOf([sample()]), 60 * MIB)).toEqual({
      limit: "V8's heap limit",
      bytes: 207 * MIB,
      endBytes: 259 * MIB,
    })
    const small = readingOf({ floorMib: 60, kernel: { limitBytes: 150 * MIB, usedBytes: 120 * MIB } })
    // 110 MiB are held, 10 are garbage: 40 of room, or 30 under the usual garbage.
    expect(signal('heap').ceiling(momentOf([sample(small)]), 60 * MIB)).toEqual({
      limit: 'cgroup memory.max',
      bytes: 90 * MIB,
      endBytes: 100 * MIB,
    })
  })
})
