import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { memoryHeadroomCheck } from '../../checks/memory-headroom.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Sample } from '../../src/core/check.ts'
import type { MemoryReading } from '../../src/host/memory.ts'
import { looks, MIB, readingOf } from './memory-readings.ts'
import type { Recording } from './recording.ts'
import { defaultsOf, judgeAll, judgeOnce } from './samples.ts'

const settings = defaultsOf(memoryHeadroomCheck)
const EVERY_MS = 5_000
const judged = (samples: readonly Sample<MemoryReading>[]) => judgeAll(memoryHeadroomCheck, samples, settings)
const judge = (reading: MemoryReading, own: Partial<typeof settings> = {}) =>
  judgeOnce(memoryHeadroomCheck, [reading], { ...settings, ...own })

describe('memory-headroom', () => {
  test('before the first major collection the heap passes, however full it looks', () => {
    const { parts } = judge(readingOf({ oldBytes: 200 * MIB }))
    expect(parts?.[0]).toMatchObject({
      subject: 'heap',
      status: 'pass',
      because: 'no major collection yet: 200 MiB in use of 207 MiB at which V8 gives up',
    })
  })

  test.each([
    [100, 'pass'],
    [175, 'pass'],
    [176, 'warn'],
    [194, 'warn'],
    [195, 'fail'],
    [230, 'fail'],
  ] as const)('collections that leave %d of 207 MiB: %s', (floorMib, status) => {
    const verdict = judge(readingOf({ floorMib }))
    expect(verdict.status).toBe(status)
    expect(verdict.parts?.[0]?.because).toContain(`collections leave ${floorMib} MiB in the heap`)
  })

  test.each([
    [430, 'pass'],
    [436, 'warn'],
    [482, 'fail'],
  ] as const)('a working set of %d of 512 MiB: %s', (mib, status) => {
    const verdict = judge(readingOf({ floorMib: 20, kernel: { usedBytes: mib * MIB } }))
    expect(verdict.status).toBe(status)
    expect(verdict.because).toMatch(new RegExp(`^${mib} MiB of memory in use.*, .* of 512 MiB \\(cgroup memory.max\\)`))
  })

  test('at the edge of a limit it does not flap: cleared two points lower', () => {
    const floors = [178, 178, 178, 175, 174, 175, 171, 171, 171]
    const said = judged(looks(floors.length, EVERY_MS, (nth) => readingOf({ floorMib: floors[nth] ?? 0 }))).map(
      (one) => one.said,
    )
    expect(said.slice(2)).toEqual(['warn', 'warn', 'warn', 'warn', 'warn', 'warn', 'pass'])
  })

  test('a heap that fills within 75 seconds is WARN, then FAIL, before it is full', () => {
    const filling = looks(16, EVERY_MS, (nth) => readingOf({ floorMib: Math.round((207 * nth) / 15) || 1 }))
    const heard = judged(filling)
    const secondsLeft = (level: string) => 75 - (heard.find(({ said }) => said === level)?.at ?? 75_000) / 1000
    expect(secondsLeft('warn')).toBeGreaterThanOrEqual(15)
    expect(secondsLeft('fail')).toBeGreaterThanOrEqual(5)
    expect(heard.find(({ sighting }) => sighting === 'fail')?.verdict.because).toMatch(
      /rising by .*\/s: full in \d+ s, so it (warns|fails) already, though below (85%; fails at 94%|94%)$/,
    )
  })

  test('what rises fast foretells when it is full: at its fastest, likely, and at its slowest where it surely ends', () => {
    const filling = looks(6, EVERY_MS, (nth) => readingOf({ floorMib: 60 + 23 * nth }))
    const heap = judged(filling).at(-1)?.verdict.parts?.[0]
    expect(heap?.because).toBe(
      'collections leave 175 MiB in the heap, 84.5% of 207 MiB at which V8 gives up, rising by 4.6 MiB/s: full in 7 s, so it fails already, though below 94%',
    )
    expect(heap?.status).toBe('fail')
    expect(heap?.forecast?.limit).toBe("V8's heap limit")
    // 32 MiB to where V8 may give up and 84 MiB to where it surely does, at 4.6 MiB/s.
    expect(heap?.forecast?.etaSeconds.map((seconds) => Number(seconds?.toFixed(1)))).toEqual([7, 7, 18.3])
  })

  test('what was last collected a while ago has risen on since', () => {
    const filling = looks(7, EVERY_MS, (nth) => readingOf({ floorMib: 60 + 16 * Math.min(nth, 5) }))
    const unseenWith = (oldMib: number) => {
      const collected = { floorBytes: undefined as never }
      const reading = readingOf({ floorMib: 140, collected, oldBytes: oldMib * MIB })
      return filling.with(6, { at: 6 * EVERY_MS, tookMs: 0, reading })
    }
    const likely = (samples: typeof filling) => judged(samples).at(-1)?.verdict.parts?.[0]?.forecast?.etaSeconds[1]
    // 67 MiB are left at 3.2 MiB/s, of which 5 s are over.
    expect(likely(filling.slice(0, 6))).toBeCloseTo(20.9, 1)
    expect(likely(unseenWith(170))).toBeCloseTo(15.9, 1)
    const because = judged(unseenWith(170)).at(-1)?.verdict.parts?.[0]?.because
    expect(because).toContain(
      'collections leave 140 MiB in the heap, 67.6% of 207 MiB at which V8 gives up, rising by 3.2 MiB/s, to some 156 MiB by now: full in 16 s',
    )
    // One that stopped rising has no more in use.
    expect(likely(unseenWith(140))).toBeCloseTo(20.9, 1)
  })

  test('what is over a limit already may have begun to rise too late for the whole minute to agree', () => {
    const late = looks(13, EVERY_MS, (nth) =>
      readingOf({ floorMib: 60 + 25 * Math.max(0, nth - 8) + 36 * Number(nth > 8) }),
    )
    const { status, parts } = judged(late).at(-1)?.verdict ?? {}
    expect([status, parts?.[0]?.forecast?.etaSeconds[1]]).toEqual(['fail', expect.closeTo(2.2, 0)])
    expect(judgeOnce(memoryHeadroomCheck, [readingOf({ floorMib: 196 })], settings).parts?.[0]).not.toHaveProperty(
      'forecast',
    )
  })

  test('a start that fills half of the heap in half a minute and stays there passes', () => {
    const start = looks(30, EVERY_MS, (nth) => readingOf({ floorMib: Math.min(100, 20 + 14 * nth) }))
    expect(judged(start).filter(({ said }) => said === 'fail' || said === 'warn')).toEqual([])
  })

  test('V8 that does nothing but collect in a nearly full heap fails, and says so', () => {
    const busy = readingOf({ floorMib: 180, collected: { majors: 40, majorMs: 4_000 } })
    const verdict = judgeOnce(memoryHeadroomCheck, [readingOf({ floorMib: 178 }), busy], settings)
    expect(verdict.status).toBe('fail')
    expect(verdict.because).toContain('V8 spends 80% of its time collecting')
    const roomy = readingOf({ floorMib: 60, collected: { majors: 40, majorMs: 4_000 } })
    expect(judgeOnce(memoryHeadroomCheck, [roomy, roomy], settings).status).toBe('pass')
  })

  test('over a threshold measured before production it warns, each signal for itself', () => {
    const baseline = { heapBytes: 50 * MIB, externalBytes: 3 * MIB, nativeBytes: 60 * MIB, workingSetBytes: 90 * MIB }
    const { status, parts } = judge(readingOf({ floorMib: 55 }), { baseline })
    expect(status).toBe('warn')
    expect(parts?.map(({ subject, status }) => [subject, status])).toEqual([
      ['heap', 'warn'],
      ['working-set', 'pass'],
      ['external', 'warn'],
      ['native', 'pass'],
    ])
    expect(parts?.[0]?.because).toContain('over the 50 MiB measured before production')
  })

  test('garbage counts for no threshold, as it counted for none when they were measured', () => {
    const baseline = { externalBytes: 5 * MIB, workingSetBytes: 90 * MIB }
    const garbage = { externalBytes: 60 * MIB, heapTotalBytes: 90 * MIB, kernel: { usedBytes: 170 * MIB } }
    const { status, parts } = judge(readingOf({ floorMib: 55, ...garbage }), { baseline })
    expect(status).toBe('pass')
    expect(parts?.[1]?.because).toMatch(/; without garbage under the 90 MiB measured before production$/)
    expect(parts?.[2]?.because).toBe('4 MiB outside the heap (buffers); under the 5 MiB measured before production')
    const uncollected = judge(readingOf(garbage), { baseline })
    expect(uncollected.status).toBe('pass')
    expect(uncollected.parts?.[2]?.because).toMatch(
      /^60 MiB .*; the 5 MiB measured before production count from the first collection on$/,
    )
    expect(judge(readingOf({ floorMib: 55, kernel: { usedBytes: 105 * MIB } }), { baseline }).parts?.[1]?.status).toBe(
      'warn',
    )
  })

  test('within its band it says what it waits for', () => {
    const floors = [196, 196, 196, 192]
    const heard = judged(looks(floors.length, EVERY_MS, (nth) => readingOf({ floorMib: floors[nth] ?? 0 })))
    expect(heard.at(-1)?.verdict.because).toMatch(/92.8% of .*; fails until it is below 92%$/)
  })

  test.each([
    ['heap', { heapTotalBytes: 300 * MIB }, 'heap 300 MiB, buffers 4 MiB, native memory 46 MiB', undefined],
    [
      'buffers',
      { externalBytes: 290 * MIB },
      'heap 26 MiB, buffers 290 MiB, native memory 34 MiB',
      /^find what keeps Buffers/,
    ],
    ['native', { nativeBytes: 330 * MIB }, 'heap 26 MiB, buffers 4 MiB, native memory 320 MiB', /^look outside V8/],
    [
      'others',
      { nativeBytes: 50 * MIB },
      'heap 26 MiB, buffers 4 MiB, native memory 50 MiB, outside this process 270 MiB',
      /^look beside this process/,
    ],
    [
      'Buffers that were never written to',
      { externalBytes: 900 * MIB },
      'heap 26 MiB, buffers 900 MiB, not all of it touched yet',
      /^find what keeps Buffers/,
    ],
  ] as const)('a working set too large says what holds it, and advises on that: %s', (_, held, words, advice) => {
    const kernel = { limit: 'cgroup memory.max', limitBytes: 360 * MIB, usedBytes: 350 * MIB }
    const verdict = judge(readingOf({ nativeBytes: 50 * MIB, ...held, kernel }))
    expect(verdict.because).toBe(
      `350 MiB of memory in use (${words}), 97.2% of 360 MiB (cgroup memory.max); fails at 94%`,
    )
    // Without one of the verdict's own the check's is told, which is on heaps.
    expect(verdict.advice ?? '').toMatch(advice ?? /^$/)
  })

  test('what is well says no more than before, beside a part that is not', () => {
    const { status, advice, parts } = judge(readingOf({ floorMib: 200 }))
    expect([status, advice]).toEqual(['fail', undefined])
    expect(parts?.[1]?.because).toMatch(/^80 MiB of memory in use, 15.6% of 512 MiB/)
  })

  test('a threshold of Buffers or of native memory is advised on as such', () => {
    const advised = (baseline: object) => judge(readingOf({ floorMib: 20 }), { baseline }).advice
    expect(advised({ externalBytes: 3 * MIB })).toMatch(/^find what keeps Buffers/)
    expect(advised({ nativeBytes: 3 * MIB })).toMatch(/^look outside V8/)
    expect(advised({ heapBytes: 3 * MIB })).toBeUndefined()
  })

  test('a ceiling that only a setting tells of is passed without an end, and says so from there on', () => {
    const at = (usedMib: number, limit = 'configured ceiling') =>
      judge(readingOf({ kernel: { limit, limitBytes: 200 * MIB, usedBytes: usedMib * MIB } })).because
    const passed = 'passed: set by ceilingBytes, and nothing has enforced it'
    expect(at(350)).toMatch(new RegExp(`, 175% of 200 MiB \\(configured ceiling, ${passed}\\); fails at 94%$`))
    expect(at(200)).toMatch(/, 100% of 200 MiB \(configured ceiling\); fails at 94%$/)
    expect(at(201, 'cgroup memory.high')).toMatch(/, 100.5% of 200 MiB \(cgroup memory.high\); fails at 94%$/)
  })

  test('a ceiling that only a setting tells of is foretold until it is passed: nothing is known to end the process there', () => {
    const foretold = (limit: string) => {
      const looks = [150, 160, 170, 180, 190, 199, 210].map((usedMib, nth) => ({
        at: nth * EVERY_MS,
        tookMs: 0,
        reading: readingOf({ kernel: { limit, limitBytes: 200 * MIB, usedBytes: usedMib * MIB } }),
      }))
      return judged(looks)
        .slice(-2)
        .map(({ verdict }) => [verdict.status, verdict.parts?.[1]?.forecast?.limit])
    }
    expect(foretold('configured ceiling')).toEqual([
      ['fail', 'configured ceiling'],
      ['fail', undefined],
    ])
    expect(foretold('cgroup memory.high')).toEqual([
      ['fail', 'cgroup memory.high'],
      ['fail', 'cgroup memory.high'],
    ])
  })

  test('kills and pressure are among the values where the kernel tells them', () => {
    const { parts } = judge(readingOf({ oomKills: 2, pressureRatio: 0.12 }))
    expect(parts?.[1]?.values).toMatchObject({ oom_kills: 2, pressure_ratio: 0.12 })
  })

  test('limits in the wrong order stop the start', () => {
    expect(() => assign([{ check: memoryHeadroomCheck, options: { warnAt: 0.95, failAt: 0.9 } }])).toThrow(/warnAt/)
  })
})

test('replay: what a real leaking process was told is told again, word for word', () => {
  const { settings, steps } = JSON.parse(
    readFileSync(new URL('memory-headroom.recorded.json', import.meta.url), 'utf8'),
  ) as Recording
  expect(steps.map(({ verdict }) => verdict.status)).toContain('fail')
  for (const [nth, { said, verdict }] of steps.entries()) {
    const kept = steps.slice(Math.max(0, nth - 12), nth + 1).map(({ sample }) => sample) as [Sample<MemoryReading>]
    expect(memoryHeadroomCheck.judge(kept, settings as typeof memoryHeadroomCheck.settings & never, said)).toEqual(
      verdict,
    )
  }
})
