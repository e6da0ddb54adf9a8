import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parseThrottling, watchCpu } from '../../src/host/cpu.ts'
import { holds } from '../needs.ts'
import { runChild } from './children/child.ts'
import { makeCpuQuota, whyNoCpuQuota } from './cpu-quota.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** A folder that plays the root of the file system. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'failweb-cpu-'))
  roots.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const V2 =
  'usage_usec 100\nuser_usec 60\nsystem_usec 40\nnr_periods 40\nnr_throttled 10\nthrottled_usec 2500000\nnr_bursts 0\n'
const V1 = 'nr_periods 40\nnr_throttled 10\nthrottled_time 2500000000\n'
const THROTTLED = { periods: 40, throttled: 10, throttledMs: 2_500 }

describe('cpu.stat', () => {
  test.each([
    ['version 2, in microseconds', V2, THROTTLED],
    ['version 1, in nanoseconds', V1, THROTTLED],
    ['the root of version 2, which has no quota', 'usage_usec 100\nuser_usec 60\nsystem_usec 40\n', undefined],
    ['nothing', '', undefined],
  ])('of %s', (_, text, expected) => {
    expect(parseThrottling(text)).toEqual(expected)
  })
})

describe('the watch on the CPU', () => {
  test('version 2: its own group and the pod around it', () => {
    const root = rootWith({
      'proc/self/cgroup': '0::/pod/app\n',
      'proc/self/mountinfo': '30 20 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup rw\n',
      'sys/fs/cgroup/cpu.stat': 'usage_usec 100\n',
      'sys/fs/cgroup/pod/cpu.stat': V2.replace('nr_throttled 10', 'nr_throttled 20'),
      'sys/fs/cgroup/pod/app/cpu.stat': V2,
    })
    const watch = watchCpu(root)
    expect(watch.look().cgroups).toEqual([THROTTLED, { ...THROTTLED, throttled: 20 }])
    watch.stop()
  })

  test('version 1: the hierarchy that has the cpu controller', () => {
    const root = rootWith({
      'proc/self/cgroup': '5:cpu,cpuacct:/app\n4:memory:/elsewhere\n',
      'proc/self/mountinfo':
        '31 20 0:27 / /cg/memory rw - cgroup cgroup rw,memory\n32 20 0:28 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n',
      'cg/cpu/app/cpu.stat': V1,
    })
    const watch = watchCpu(root)
    expect(watch.look().cgroups).toEqual([THROTTLED])
    watch.stop()
  })

  test('no cgroups: none is seen; what the process used is known all the same', () => {
    const watch = watchCpu(rootWith({}))
    const { cgroups, usedMs } = watch.look()
    expect(cgroups).toEqual([])
    expect(usedMs).toBeGreaterThan(0)
    watch.stop()
  })

  test('a file that changes is read anew at each look', () => {
    const root = rootWith({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': '30 20 0:26 / /cg rw - cgroup2 cgroup rw\n',
      'cg/cpu.stat': V2,
    })
    const watch = watchCpu(root)
    watch.look()
    writeFileSync(join(root, 'cg/cpu.stat'), V2.replace('nr_periods 40', 'nr_periods 50'))
    expect(watch.look().cgroups).toEqual([{ ...THROTTLED, periods: 50 }])
    watch.stop()
  })

  test('two watches look on their own: neither takes CPU time from what the other sees', () => {
    const [one, other] = [watchCpu(), watchCpu()]
    const first = one.look()
    const second = other.look()
    expect(second.usedMs).toBeGreaterThanOrEqual(first.usedMs)
    one.stop()
    expect(other.look().usedMs).toBeGreaterThanOrEqual(second.usedMs)
    other.stop()
  })
})

const whyNot = whyNoCpuQuota()

describe('a real quota', () => {
  test.skipIf(!holds(!whyNot, `a CPU quota can be set (${whyNot})`))(
    'is seen to run out, and the stalls of the loop are told from those of its own code',
    async () => {
      const quota = makeCpuQuota()
      try {
        const { out, err } = await runChild('throttled.ts', [quota.file, quota.textFor(10)], quota.enter)
        expect(err).toBe('')
        const { cpu, eventLoop } = JSON.parse(out)
        expect(cpu.because).toMatch(/^the CPU quota ran out in \d+ of \d+ periods/)
        expect(['warn', 'fail']).toContain(cpu.status)
        expect(cpu.values.used_cores).toBeLessThan(0.5)
        expect(eventLoop.because).toMatch(
          /the process was kept from running for \d.* of these \d.*, as its CPU quota ran out in \d+ of \d+ periods/,
        )
        expect(eventLoop.values.starved_ratio / eventLoop.values.stalled_ratio).toBeGreaterThan(0.5)
      } finally {
        quota.remove()
      }
    },
  )
})
