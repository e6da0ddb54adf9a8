import { expect, test } from 'vitest'
import { cpuCheck } from '../../checks/cpu.ts'
import { descriptorsCheck } from '../../checks/descriptors.ts'
import { diskUsageCheck } from '../../checks/disk-usage.ts'
import { eventLoopCheck } from '../../checks/event-loop.ts'
import { levelOf } from '../../src/host/memory-level.ts'
import { seriesOf } from '../../src/stats/series.ts'
import { defaultsOf, judgeOnce } from '../checks/samples.ts'

const LIMITS = { warnAt: 0.85, failAt: 0.94 }
const GIB = 2 ** 30

/** A share of 93.97 % was shown as 94 %, beside a limit of 94 % that it was below. */
test('memory that rises and is said to fail early is shown to be below the limit', () => {
  const rising = Array.from({ length: 13 }, (_, nth) => ({ t: nth * 5_000, v: 0.9397 - (12 - nth) * 0.005 }))
  const levels = () => seriesOf(rising)
  const ceiling = { limit: 'the limit', bytes: 1, endBytes: 1 }
  const { because } = levelOf({ usedBytes: 0.9397, ceiling, words: '(the limit)', at: 60_000, levels }, LIMITS)
  expect(because).toMatch(/^93\.97% of .*, so it fails already, though below 94%$/)
})

test('descriptors', () => {
  const settings = { ...(defaultsOf(descriptorsCheck) as object), ...LIMITS }
  const { status, because } = judgeOnce(
    descriptorsCheck,
    [{ open: 93_997, limit: 100_000 }] as never,
    settings as never,
  )
  expect([status, because]).toEqual(['warn', expect.stringContaining('(93.997%); warns at 85%, fails at 94%')])
})

test('a CPU quota', () => {
  const at = (periods: number, throttled: number) => ({
    cgroups: [{ periods, throttled, throttledMs: throttled }],
    usedMs: periods,
  })
  const readings = [at(0, 0), at(10_000, 2_499)] as never
  expect(judgeOnce(cpuCheck, readings, defaultsOf(cpuCheck)).because).toMatch(
    /\(24\.99%\).*; warns at 25%, fails at 50%$/,
  )
})

test('a folder, by its size and by its share', () => {
  const watch = [{ path: '/logs', warnAt: 0.4 * GIB, failAt: GIB }]
  const folders = [{ path: '/logs', bytes: GIB - 100_000, entries: 1, device: 1, ageMs: 0, trail: [] }]
  const settings = { ...(defaultsOf(diskUsageCheck) as object), paths: [], watch }
  const { because } = judgeOnce(diskUsageCheck, [{ mounts: [], folders }] as never, settings as never)
  expect(because).toBe('/logs holds 1023.9 MiB (99.99% of the limit set for it); warns at 409.6 MiB, fails at 1 GiB')
})

test('a stall that is just over its limit is not shown to be at it', () => {
  const reading = { longestMs: 1_004, stalledMs: 1_004, watchedMs: 60_000, activeMs: 0, idleMs: 1 }
  const { status, because } = judgeOnce(eventLoopCheck, [reading] as never, defaultsOf(eventLoopCheck))
  expect([status, because]).toEqual([
    'warn',
    expect.stringMatching(/for 1\.004 s at once \(just now\), .* warns over 1 s at once/),
  ])
})
