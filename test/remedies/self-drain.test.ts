import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Forecast } from '../../src/core/check.ts'
import type { CheckState, Snapshot } from '../../src/core/snapshot.ts'
import { watchForDrain } from '../../src/remedies/drain-watch.ts'
import { decideDrain, SHORTEST_LIFE_MS } from '../../src/remedies/self-drain.ts'
import { FakeClock } from '../fake-clock.ts'

const NOW = Date.UTC(2026, 0, 1)

function stateOf(state: Partial<CheckState>): CheckState {
  return {
    name: 'memory-growth',
    about: '',
    cure: 'restart',
    rhythm: { everyMs: 60_000, timeoutMs: 1_000, toWorsen: 2, toRecover: 2 },
    status: 'fail',
    since: NOW,
    because: 'the heap is full in 4 min at the latest',
    sighting: 'fail',
    looked: true,
    lookedAt: NOW,
    tookMs: 1,
    values: {},
    parts: [],
    ...state,
  }
}

function snapshotOf(...states: readonly Partial<CheckState>[]): Snapshot {
  const checks = states.map(stateOf)
  return { at: NOW, checks, byName: new Map(checks.map((check) => [check.name, check])) }
}

const inSeconds = (...etaSeconds: Forecast['etaSeconds']) => ({ forecast: { limit: 'the heap', etaSeconds } })
const part = (status: 'pass' | 'warn' | 'fail', ...eta: Forecast['etaSeconds']) => ({
  subject: `${status} ${eta}`,
  status,
  because: '',
  values: {},
  ...inSeconds(...eta),
})
const QUESTION = { now: NOW, livedMs: SHORTEST_LIFE_MS, firstRun: false, luck: 0.5 }

describe('whether to leave', () => {
  test.each<[string, Partial<CheckState>, boolean]>([
    ['it fails, and the end comes within five minutes at the latest', inSeconds(60, 120, 299), true],
    ['the end may come later', inSeconds(60, 120, 301), false],
    ['the end may never come', inSeconds(60, 120, null), false],
    ['nothing is foretold', {}, false],
    ['it only warns', { status: 'warn', ...inSeconds(60, 120, 240) }, false],
    ['a restart would not cure it', { cure: 'person', ...inSeconds(60, 120, 240) }, false],
    ['memory has no headroom left', { name: 'memory-headroom' }, true],
    ['memory has little headroom', { name: 'memory-headroom', status: 'warn' }, false],
    ['a failing part foretells it', { parts: [part('pass', 1, 2, 9_999), part('fail', 60, 120, 240)] }, true],
    [
      'only a part that does not fail foretells it',
      { parts: [part('fail', 9, 9, null), part('warn', 1, 2, 3)] },
      false,
    ],
    ['time has passed since it looked', { lookedAt: NOW - 30_000, ...inSeconds(60, 120, 320) }, true],
  ])('%s: %s', (_story, state, drains) => {
    expect(decideDrain({ ...QUESTION, snapshot: snapshotOf(state) }).drain).toBe(drains)
  })

  test('how near is near may be set', () => {
    const snapshot = snapshotOf(inSeconds(60, 120, 240))
    expect(decideDrain({ ...QUESTION, snapshot, withinMs: 200_000 }).drain).toBe(false)
  })

  test('it says why, with the nearest death', () => {
    const far = { name: 'descriptors', because: 'all are taken soon', ...inSeconds(200, 250, 290) }
    const snapshot = snapshotOf(far, inSeconds(60, 120, 240))
    expect(decideDrain({ ...QUESTION, snapshot })).toEqual({
      drain: true,
      afterMs: 15_000,
      because: 'memory-growth: the heap is full in 4 min at the latest',
    })
  })

  test('a clock that is set forward brings no death nearer than three rounds of looks do', () => {
    const nextDay = NOW + 24 * 3_600_000
    const ask = (check: Partial<CheckState>) => decideDrain({ ...QUESTION, now: nextDay, snapshot: snapshotOf(check) })
    expect(ask(inSeconds(60, 3_600, 7_200)).drain).toBe(false)
    expect(ask(inSeconds(60, 120, 480)).drain).toBe(true)
  })

  test('a young run with one before it is left to its probes', () => {
    const snapshot = snapshotOf(inSeconds(60, 120, 240))
    const young = { ...QUESTION, livedMs: SHORTEST_LIFE_MS - 1, snapshot }
    expect(decideDrain(young)).toEqual({
      drain: false,
      because: expect.stringMatching(/^memory-growth: .*; yet this run is 10 min old, .* leads to CrashLoopBackOff$/),
    })
    expect(decideDrain({ ...young, firstRun: true }).drain).toBe(true)
  })

  test('replicas that fail together go at different moments, before the soonest death is half way', () => {
    const spread = (eta: Forecast['etaSeconds'], luck: number) => {
      const decision = decideDrain({ ...QUESTION, luck, snapshot: snapshotOf(inSeconds(...eta)) })
      return decision.drain ? decision.afterMs : undefined
    }
    expect([0, 0.5, 0.9].map((luck) => spread([100, 120, 240], luck))).toEqual([0, 15_000, 27_000])
    expect([0, 0.5, 0.9].map((luck) => spread([10, 120, 240], luck))).toEqual([0, 2_500, 4_500])
  })

  test('memory without headroom leaves for any forecast, within half of its soonest end; within 10 s where there is none', () => {
    const spread = (check: Partial<CheckState>) => {
      const decision = decideDrain({ ...QUESTION, snapshot: snapshotOf({ name: 'memory-headroom', ...check }) })
      return decision.drain ? decision.afterMs : undefined
    }
    expect(spread({ parts: [part('fail', 4, 6, null)] })).toBe(1_000)
    expect(spread({})).toBe(5_000)
  })
})

/**
 * A kubelet's waits for a container that exits, from KEP-4603 and the constants of the kubelet: the first restart is free, then 10 s,
 * doubled up to 300 s, forgotten once a container has lived for more than 600 s.
 */
function waitsOf(lives: readonly number[]): readonly number[] {
  let wait = 0
  return lives.map((livedMs) => {
    const entry = livedMs > 600_000 ? 0 : wait
    wait = entry === 0 ? 10_000 : Math.min(300_000, entry * 2)
    return entry
  })
}

describe('laws of leaving', () => {
  const lives = fc.array(fc.integer({ min: 1_000, max: 2_000_000 }), { minLength: 1, maxLength: 30 })

  test('a pod whose runs end only by themselves is never kept waiting', () => {
    fc.assert(
      fc.property(lives, (ripe) => {
        // Each run is doomed from some moment on, and goes as soon as it may.
        const ends = ripe.map((doomedMs, index) => {
          const ask = (livedMs: number) =>
            decideDrain({ ...QUESTION, snapshot: snapshotOf(inSeconds(0, 1, 2)), livedMs, firstRun: index === 0 }).drain
          return ask(doomedMs) ? doomedMs : Math.max(doomedMs, SHORTEST_LIFE_MS)
        })
        expect(waitsOf(ends)).toEqual(ends.map(() => 0))
      }),
    )
  })

  test('going whenever one is doomed would end in CrashLoopBackOff', () => {
    expect(waitsOf([5_000, 5_000, 5_000, 5_000])).toEqual([0, 10_000, 20_000, 40_000])
  })
})

describe('watching', () => {
  function createWatch(doomed: { snapshot: Snapshot }, firstRun = true) {
    const clock = new FakeClock()
    const drained: string[] = []
    const watch = watchForDrain({
      clock,
      firstRun,
      snapshot: () => doomed.snapshot,
      drain: (because) => void drained.push(because),
      random: () => 0.5,
    })
    return { clock, drained, watch }
  }
  /** Looked at long after the forecasts were made, death would be at hand: these say nothing of time. */
  const DOOMED = snapshotOf({ name: 'memory-headroom', because: 'full' })
  const WELL = snapshotOf({ status: 'pass' })

  test('it drains once, after the jitter', async () => {
    const { clock, drained, watch } = createWatch({ snapshot: DOOMED })
    for (let look = 0; look < 3; look++) watch.consider()
    await clock.advance(4_999)
    expect(drained).toEqual([])
    await clock.advance(1)
    watch.consider()
    await clock.advance(60_000)
    expect(drained).toEqual(['memory-headroom: full'])
  })

  test('what has recovered meanwhile stays, and is watched on', async () => {
    const world = { snapshot: DOOMED }
    const { clock, drained, watch } = createWatch(world)
    watch.consider()
    world.snapshot = WELL
    await clock.advance(10_000)
    expect(drained).toEqual([])
    world.snapshot = DOOMED
    watch.consider()
    await clock.advance(10_000)
    expect(drained).toHaveLength(1)
  })

  test('a later run waits until it is old enough', async () => {
    const { clock, drained, watch } = createWatch({ snapshot: DOOMED }, false)
    watch.consider()
    await clock.advance(SHORTEST_LIFE_MS)
    expect(drained).toEqual([])
    watch.consider()
    await clock.advance(10_000)
    expect(drained).toHaveLength(1)
  })

  test('stopped, it drains no more', async () => {
    const { clock, drained, watch } = createWatch({ snapshot: DOOMED })
    watch.consider()
    watch.stop()
    await clock.advance(60_000)
    expect([drained, clock.sleepers]).toEqual([[], 0])
  })
})
