import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryGrowthCheck } from '../../checks/memory-growth.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Sample } from '../../src/core/check.ts'
import type { MemoryReading } from '../../src/host/memory.ts'
import { looks, MIB, MINUTE_MS, readingOf } from './memory-readings.ts'
import type { Recording } from './recording.ts'
import { defaultsOf, judgeAll } from './samples.ts'

const settings = defaultsOf(memoryGrowthCheck)
const judged = (samples: readonly Sample<MemoryReading>[]) => judgeAll(memoryGrowthCheck, samples, settings)
const last = (samples: readonly Sample<MemoryReading>[]) => judged(samples).at(-1)?.verdict ?? expect.unreachable()
const partOf = (samples: readonly Sample<MemoryReading>[], subject: string) =>
  last(samples).parts?.find((part) => part.subject === subject) ?? expect.unreachable()

describe('memory-growth', () => {
  test('before the first major collection it passes, and says that it is too early', () => {
    const part = partOf(
      looks(3, MINUTE_MS, () => readingOf({ oldBytes: 21 * MIB })),
      'heap',
    )
    expect(part.status).toBe('pass')
    expect(part.because).toMatch(
      /^too early to tell: a trend of the heap after collections takes 6 min to see; memory-headroom judges what is sooner$/,
    )
  })

  test('a flat heap passes for a day, and its sentence says how long that was watched', () => {
    const day = looks(24 * 60, MINUTE_MS, (nth) => readingOf({ floorMib: 60 + (nth % 3) }))
    const verdict = memoryGrowthCheck.judge(day as [Sample<MemoryReading>], settings)
    expect(verdict.status).toBe('pass')
    expect(verdict.parts?.map(({ subject }) => subject)).toEqual(['heap', 'external', 'native', 'working-set'])
    expect(verdict.parts?.[0]?.because).toMatch(/62 MiB of 207 MiB .*no steady growth towards it in 1 d/)
  })

  test('what has been watched too short says so, and who speaks meanwhile', () => {
    const part = partOf(
      looks(6, MINUTE_MS, (nth) => readingOf({ floorMib: 60 + nth })),
      'heap',
    )
    expect(part.because).toMatch(
      /^too early to tell: a trend of the heap after collections takes 6 min to see, watched for 5 min so far; /,
    )
  })

  test('a heap that grows 1 MiB a minute is WARN within an hour of its end and FAIL before it, with the time in the interval', () => {
    const growing = looks(140, MINUTE_MS, (nth) =>
      readingOf({ floorMib: 60 + nth, rssBytes: (130 + nth) * MIB, kernel: { usedBytes: (130 + nth) * MIB } }),
    )
    const heard = judged(growing)
    const warned = heard.find(({ said }) => said === 'warn') ?? expect.unreachable()
    const failed = heard.find(({ said }) => said === 'fail') ?? expect.unreachable()
    // 207 MiB are reached after 147 minutes, 97 % of them after 141.
    expect(warned.at / MINUTE_MS).toBeGreaterThan(30)
    expect(warned.at / MINUTE_MS).toBeLessThan(100)
    expect(failed.at / MINUTE_MS).toBeGreaterThan(120)
    const [soonest, likely, latest] = warned.verdict.forecast?.etaSeconds ?? expect.unreachable()
    const left = 147 * 60 - warned.at / 1000
    expect(soonest).toBeLessThan(left)
    expect(likely).toBeLessThan(1.5 * left)
    expect(latest).toBeGreaterThan(left)
    expect(warned.verdict.because).toMatch(
      /the heap after collections: \d+ MiB, growing 60 MiB\/h over 1.5 h: reaches 207 MiB \(V8's heap limit\) in/,
    )
  })

  test.each([
    [
      'external',
      (mib: number) => ({
        collected: { externalBytes: mib * MIB, newestExternalBytes: mib * MIB },
        externalBytes: mib * MIB,
      }),
    ],
    ['native', (mib: number) => ({ nativeBytes: (50 + mib) * MIB })],
    ['working-set', () => ({})],
  ])('a leak of %s is seen as such against the limit of the kernel, with the heap flat', (subject, leak) => {
    const leaking = looks(90, MINUTE_MS, (nth) =>
      readingOf({
        floorMib: 30,
        rssBytes: (100 + 4 * nth) * MIB,
        kernel: { usedBytes: (100 + 4 * nth) * MIB },
        ...leak(4 * nth),
      }),
    )
    const part = partOf(leaking, subject)
    expect(part.status).not.toBe('pass')
    expect(part.because).toContain('(cgroup memory.max)')
    expect(part.forecast?.limit).toBe('cgroup memory.max')
    expect(partOf(leaking, 'heap').status).toBe('pass')
    expect(last(leaking).status).not.toBe('pass')
  })

  test('garbage that fills the working set between two collections is no growth', () => {
    const sawtooth = looks(600, MINUTE_MS, (nth) => {
      const garbage = 4 * (nth % 40)
      return readingOf({
        ...(nth % 40 === 0 && { floorMib: 60 }),
        collected: {
          newestBytes: 60 * MIB,
          newestExternalBytes: 4 * MIB,
          ...(nth % 40 === 0 && { floorBytes: 60 * MIB }),
        },
        heapTotalBytes: (70 + garbage) * MIB,
        kernel: { usedBytes: (124 + garbage) * MIB, limitBytes: 320 * MIB },
      })
    })
    expect(judged(sawtooth).filter(({ sighting }) => sighting !== 'pass')).toEqual([])
  })

  test('in a small container the heap ends at the limit of the kernel, not where V8 gives up', () => {
    const kernel = { limitBytes: 160 * MIB, usedBytes: 124 * MIB }
    const part = partOf(
      looks(10, MINUTE_MS, () => readingOf({ floorMib: 60, kernel })),
      'heap',
    )
    expect(part.values['ceiling_bytes']).toBeLessThan(207 * MIB)
    expect(part.because).toContain('(cgroup memory.max)')
  })

  test('a heap that grows by steps fails once the largest burst of late no longer fits, and says how large that was', () => {
    // A burst of 60 MiB for twenty minutes in every two hours, of which 10 MiB stay.
    const floorOf = (nth: number) => 50 + 10 * Math.floor((nth + 20) / 120) + (nth % 120 >= 100 ? 60 : 0)
    const stepping = looks(19 * 60, MINUTE_MS, (nth) => readingOf({ floorMib: floorOf(nth) }))
    const heard = judged(stepping)
    const failed = heard.find(({ said }) => said === 'fail') ?? expect.unreachable()
    expect(heard.find(({ said }) => said === 'warn')?.at).toBeLessThan(failed.at)
    // 60 and the 10 that stay no longer fit under 97 % of 207 from 131 on; a burst that kills begins at 147.
    expect(floorOf(failed.at / MINUTE_MS)).toBeGreaterThan(120)
    expect(floorOf(failed.at / MINUTE_MS)).toBeLessThan(147)
    expect(failed.verdict.because).toMatch(
      /growing 5.* MiB\/h over .*: .*another surge like the largest of late \(70 MiB\) will not fit under 207 MiB \(V8's heap limit\)$/,
    )
    const warned = heard.find(({ said }) => said === 'warn')
    expect(warned?.verdict.because).toContain('with room for a surge of 70 MiB as seen of late, in')
  })

  test('three collections running that leave 94 % of the ceiling fail without any trend', () => {
    const full = looks(3, MINUTE_MS, () => readingOf({ floorMib: 198, collected: { lastThreeBytes: 196 * MIB } }))
    expect(judged(full).map(({ said }) => said)).toEqual(['unknown', 'fail', 'fail'])
    expect(partOf(full, 'heap').because).toMatch(
      /^three collections running left at least 94.7% of 207 MiB .*; fails at 94%$/,
    )
  })

  test('of three that left much, it says the share that it judges, though the newest has left little', () => {
    const full = looks(3, MINUTE_MS, () => readingOf({ floorMib: 100, collected: { lastThreeBytes: 196 * MIB } }))
    expect(partOf(full, 'heap').because).toContain('left at least 94.7% of')
  })

  test('what is counted against one limit is no growth against another', () => {
    const own = { limit: 'cgroup memory.max', limitBytes: 512 * MIB, usedBytes: 300 * MIB }
    const above = { limit: 'cgroup memory.max 1 level up', limitBytes: 2_048 * MIB, usedBytes: 1_850 * MIB }
    const moving = looks(60, MINUTE_MS, (nth) => readingOf({ floorMib: 60, kernel: nth < 40 ? own : above }))
    expect(judged(moving).filter(({ sighting }) => sighting !== 'pass')).toEqual([])
    expect(partOf(moving, 'working-set').because).toMatch(/in 19 min$/)
  })

  test('where no room is left at all, it is all used, and never unknown', () => {
    const kernel = { limitBytes: 80 * MIB, usedBytes: 80 * MIB }
    for (const over of [{ nativeBytes: 0 }, { heapTotalBytes: 900 * MIB }]) {
      const full = looks(60, MINUTE_MS, () => readingOf({ floorMib: 60, kernel, ...over }))
      const { parts = [] } = judged(full).at(-1)?.verdict ?? {}
      for (const { values } of parts) expect(values['used_ratio']).toBeLessThanOrEqual(1)
      expect(parts).toHaveLength(4)
    }
  })

  test('a death within six minutes is not for it to foresee', () => {
    const quick = looks(6, MINUTE_MS, (nth) => readingOf({ floorMib: 30 + 28 * nth }))
    expect(judged(quick).filter(({ sighting }) => sighting !== 'pass')).toEqual([])
  })

  test('timeScale shortens windows and horizons alike: the same shape at a tenth of the time is judged the same', () => {
    const shape = (everyMs: number) => looks(130, everyMs, (nth) => readingOf({ floorMib: 60 + nth }))
    const statuses = (samples: readonly Sample<MemoryReading>[], scale: number) =>
      judgeAll(memoryGrowthCheck, samples, { ...settings, timeScale: scale }).map(({ said }) => said)
    expect(statuses(shape(6_000), 0.1)).toEqual(statuses(shape(60_000), 1))
  })

  test('law: it judges by differences in time only, and the same samples twice the same', () => {
    const growing = looks(60, MINUTE_MS, (nth) => readingOf({ floorMib: 100 + nth }))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (shift) => {
        const moved = growing.map((sample) => ({ ...sample, at: sample.at + shift }))
        const [a, b] = [growing, moved].map((samples) =>
          memoryGrowthCheck.judge(samples as [Sample<MemoryReading>], settings),
        )
        expect(b?.status).toBe(a?.status)
        expect(b?.because).toBe(a?.because)
      }),
      { numRuns: 20 },
    )
  })

  test('a wrong setting is told by its name', () => {
    expect(() => assign([{ check: memoryGrowthCheck, options: { timeScale: 2, windows: 1 } }])).toThrow(/timeScale/)
  })
})

test('replay: what a real leaking process was told is told again, word for word', () => {
  const { settings, steps } = JSON.parse(
    readFileSync(new URL('memory-growth.recorded.json', import.meta.url), 'utf8'),
  ) as Recording
  const samples = steps.map(({ sample }) => sample)
  expect(steps.map(({ verdict }) => verdict.status)).toContain('fail')
  for (const [nth, { said, verdict }] of steps.entries()) {
    const kept = samples.slice(0, nth + 1) as [Sample<MemoryReading>]
    expect(memoryGrowthCheck.judge(kept, settings as typeof memoryGrowthCheck.settings & never, said)).toEqual(verdict)
  }
})
