import { describe, expect, test } from 'vitest'
import type { HistoryPoint } from '../../src/core/history.ts'
import { remarkText } from '../../src/core/remark.ts'
import type { CheckState, Snapshot } from '../../src/core/snapshot.ts'
import { createMishaps, type Mishaps } from '../../src/http/mishaps.ts'
import { remarksOf } from '../../src/http/remarks.ts'
import { FakeClock } from '../fake-clock.ts'
import { state } from '../journal/states.ts'

function busySnapshot(ratio: number): Snapshot {
  return { at: 0, checks: [state('event-loop', { values: { utilization_ratio: ratio } })], byName: new Map() }
}

const requests = (lately: number, ever = () => lately) => ({ lately: () => lately, ever, probes: () => 0 })
const noHistory = () => undefined
const sentencesOf = (mishaps: Mishaps) => mishaps.remarks().map(remarkText)

describe('what went wrong for those who asked', () => {
  test('is told for five minutes, half a minute more or less, the most frequent first', () => {
    const clock = new FakeClock()
    let asked = 40
    const mishaps = createMishaps(
      clock,
      requests(40, () => asked),
    )
    mishaps.failed('GET /', 503)
    clock.block(60_000)
    for (let nth = 0; nth < 3; nth++) mishaps.failed('POST /orders', 500)
    expect(mishaps.remarks().map(({ since }) => since)).toEqual([Date.UTC(2026, 0, 1, 0, 0, 1)])
    expect(sentencesOf(mishaps)).toEqual([
      'users got server errors 4 times in 5 min, of 40 requests (POST /orders with 500: 3, GET / with 503: 1; the first at 2026-01-01T00:00:01Z, the newest at 2026-01-01T00:01:01Z); it may go on; the service’s log says why (kubectl logs POD); of itself it ends nothing: no probe asks for it',
    ])
    clock.block(240_000)
    const told =
      '3 times in 5 min, of 40 requests (POST /orders with 500: 3; the first at 2026-01-01T00:00:01Z, the newest at 2026-01-01T00:01:01Z)'
    expect(sentencesOf(mishaps)).toEqual([
      expect.stringContaining(`${told}; nobody has asked since then, so that nothing shows whether it is over; `),
    ])
    asked += 7
    expect(sentencesOf(mishaps)).toEqual([expect.stringContaining(`${told}; 7 requests since then, none of them so; `)])
    clock.block(60_000)
    expect(sentencesOf(mishaps)).toEqual([])
    mishaps.failed('GET /', 500)
    expect(sentencesOf(mishaps)).toEqual([
      expect.stringContaining('GET / with 500: 1; at 2026-01-01T00:06:01Z); it may go on'),
    ])
  })

  test('goes on, where it has only just come; else whether anybody has asked since tells', () => {
    const clock = new FakeClock()
    let probes = 1
    const mishaps = createMishaps(clock, { ...requests(0), probes: () => probes })
    mishaps.late('/livez', 'kube-probe')
    const lately = () => mishaps.remarks().map((remark) => remark.lately)
    expect(lately()).toEqual(['it may go on'])
    clock.block(3_000)
    expect(lately()).toEqual(['nobody has asked since then, so that nothing shows whether it is over'])
    probes = 2
    expect(lately()).toEqual(['1 request since then, which was not so'])
    probes = 3
    expect(lately()).toEqual(['2 requests since then, none of them so'])
  })

  test('is told apart as far as a person reads, and counted in bounded space', () => {
    const mishaps = createMishaps(new FakeClock(), requests(1_000))
    for (let route = 0; route < 1_000; route++) mishaps.failed(`GET /${route}`, 500)
    const [sentence = ''] = sentencesOf(mishaps)
    expect(sentence).toMatch(
      /1000 times in 5 min, of 1000 requests \(others: 980, GET \/0 with 500: 1, GET \/1 with 500: 1, 18 more; /,
    )
  })

  test('and a busy main thread are remarks; where all goes well there are none', () => {
    const mishaps = createMishaps(new FakeClock(), requests(1_000))
    expect(remarksOf(busySnapshot(0.89), mishaps, 10_000, noHistory)).toEqual([])
    mishaps.late('/livez', 'other')
    mishaps.left('/livez', 'kube-probe')
    expect(remarksOf(busySnapshot(0.97), mishaps, 9_999, noHistory)).toHaveLength(1)
    expect(remarksOf(busySnapshot(0.97), mishaps, 10_000, noHistory).map(remarkText)).toEqual([
      expect.stringMatching(
        /^probes were answered too late 2 times in 5 min \(\/livez: 1, \/livez of kube-probe, whose asker had hung up: 1; at .*\); it may go on; where event-loop stood still at that time, that held them up; .*; one alone does nothing; after failureThreshold \(3\) in a row/,
      ),
      expect.stringMatching(/^the main thread has been busy 97% of the time/),
    ])
    const stalled = {
      ...busySnapshot(0.97),
      checks: [{ ...busySnapshot(0.97).checks[0], status: 'warn' } as CheckState],
    }
    expect(remarksOf(stalled, createMishaps(new FakeClock(), requests(0)), 10_000, noHistory)).toEqual([])
    const { at, checks, byName } = busySnapshot(0.97)
    const failing = { at, byName, checks: [...checks, state('memory-headroom', { status: 'fail' })] }
    expect(remarksOf(failing, createMishaps(new FakeClock(), requests(0)), 10_000, noHistory)).toEqual([])
  })

  test.each([
    ['three of a kubelet’s liveness', ['late /livez', 'left /livez', 'left /v1/livez'], true],
    ['two', ['late /livez', 'left /livez'], undefined],
    ['of readiness', Array.from({ length: 9 }, () => 'late /readyz'), undefined],
  ])('of late probes it is known whether a kubelet may end the run for them: %s', (_what, all, mayEnd) => {
    const mishaps = createMishaps(new FakeClock(), requests(0))
    for (const one of all) {
      const [how, path = ''] = one.split(' ')
      mishaps[how as 'late' | 'left'](path, 'kube-probe')
    }
    for (let nth = 0; nth < 9; nth++) mishaps.late('/livez', 'other')
    expect(mishaps.remarks().map((remark) => remark.mayEnd)).toEqual([mayEnd])
  })

  test('a busy thread is told since when, as far as its check remembers', () => {
    const point = (second: number, value?: number) => ({
      at: Date.UTC(2026, 0, 1, 0, 0, second),
      said: 'pass' as const,
      ...(value !== undefined && { value }),
    })
    const seen = (...fine: readonly HistoryPoint[]) =>
      remarksOf(busySnapshot(0.97), createMishaps(new FakeClock(), requests(0)), 10_000, () => ({
        looks: [],
        coarse: [],
        spells: [],
        fine,
      }))[0]?.seen
    const nineTenths = 'nine tenths of the time and more since 2026-01-01T00:00:10Z (97% at the newest look)'
    const told = `the main thread has been busy ${nineTenths}, and every request waits for it`
    expect(seen(point(5, 0.2), point(10, 0.95), point(15, 0.97))).toBe(told)
    expect(seen(point(10, 0.95), point(15, 0.97))).toBe(told)
    expect(seen(point(5), point(10, 0.97), point(15, 0.97))).toBe(told)
    expect(seen(point(5, 0.97), point(10, 0.2), point(15, 0.97))).toMatch(/busy 97% of the time of late, /)
  })
})
