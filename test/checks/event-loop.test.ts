import { describe, expect, test } from 'vitest'
import { eventLoopCheck } from '../../checks/event-loop.ts'
import type { LoopReading } from '../../src/core/surroundings.ts'
import { adviceInOneLine, inOneLine } from '../../src/core/wording.ts'
import { defaultsOf, judgeOnce } from './samples.ts'

const settings = defaultsOf(eventLoopCheck)
const calm: LoopReading = { stalledMs: 40, longestMs: 12, watchedMs: 60_000, activeMs: 0, idleMs: 0 }

describe('event-loop', () => {
  test.each([
    { of: 'nothing', reading: {}, status: 'pass', says: 'ran on' },
    {
      of: 'a stall of 300 ms',
      reading: { longestMs: 300, stalledMs: 300 },
      status: 'pass',
      says: 'which was felt then',
    },
    {
      of: 'a stall of exactly a second',
      reading: { longestMs: 1_000, stalledMs: 1_000 },
      status: 'pass',
      says: '1 s at once',
    },
    { of: 'a stall of 1.5 s', reading: { longestMs: 1_500, stalledMs: 1_500 }, status: 'warn', says: '1.5 s at once' },
    {
      of: 'a stall that is long over',
      reading: { longestMs: 1_500, longestAgoMs: 17_000, stalledMs: 1_500 },
      status: 'warn',
      says: '1.5 s at once (17 s ago), 1.5 s of the last 1 min in all: blocked by work that does not let go, or suspended from outside, which look alike; it passes once the last minute is free of that, and comes again when its cause does; ',
    },
    {
      of: 'many of 200 ms',
      reading: { longestMs: 200, stalledMs: 13_000 },
      status: 'warn',
      says: '13 s of the last 1 min',
    },
  ] as const)('$of in the last minute: $status', ({ reading, status, says }) => {
    const verdict = judgeOnce(eventLoopCheck, [{ ...calm, ...reading }], settings)
    expect(verdict.status).toBe(status)
    expect(verdict.because).toContain(says)
    expect(verdict.because).toContain('warns over 1 s at once or 12 s in all')
  })

  test('it never fails: who is blocked cannot say so', () => {
    const dead = { ...calm, longestMs: 600_000, stalledMs: 60_000 }
    expect(judgeOnce(eventLoopCheck, [dead], settings).status).toBe('warn')
  })

  const STARVED = 'the process was kept from running for'
  const QUOTA = ', as a CPU quota or a crowded node does'
  const SUSPENDED = ', or was suspended from outside, which look alike'
  const [GIVE, FIND, UNBLOCK] = ['give the container more CPU', 'find the code that keeps', 'find the call that waits']
  test.each([
    { queuedMs: 2_900, ranMs: 50, says: `${STARVED} 2.9 s of these 3 s${QUOTA}`, advice: [GIVE] },
    { queuedMs: 100, ranMs: 2_850, says: 'the thread computed for 2.9 s of these 3 s', advice: [FIND] },
    {
      queuedMs: 100,
      ranMs: 100,
      says: `the thread waited for 2.8 s of these 3 s in a call that does not return (execSync, readFileSync, a lock)${SUSPENDED}`,
      advice: [UNBLOCK],
    },
    {
      queuedMs: 1_500,
      ranMs: 1_400,
      says: `${STARVED} 1.5 s of these 3 s${QUOTA}; it computed for 1.4 s`,
      advice: [GIVE, FIND],
    },
    {
      queuedMs: 1_500,
      ranMs: 50,
      says: `${STARVED} 1.5 s of these 3 s${QUOTA}; for 1.4 s it waited in a call, or was suspended`,
      advice: [GIVE, UNBLOCK],
    },
    {
      queuedMs: 50,
      ranMs: 1_500,
      says: 'the thread computed for 1.5 s of these 3 s; for 1.4 s it waited in a call, or was suspended',
      advice: [FIND, UNBLOCK],
    },
    {
      queuedMs: 1_000,
      ranMs: 1_000,
      says: `${STARVED} 1 s of these 3 s${QUOTA}; it computed for 1 s; for 1 s it waited in a call, or was suspended`,
      advice: [GIVE, FIND, UNBLOCK],
    },
  ])('of 3 s the thread ran $ranMs ms and waited $queuedMs ms for a processor', ({ queuedMs, ranMs, says, advice }) => {
    const reading = { ...calm, longestMs: 2_000, stalledMs: 3_000, ranMs, queuedMs }
    const verdict = judgeOnce(eventLoopCheck, [reading], settings)
    expect(verdict.because).toContain(`3 s of the last 1 min in all: ${says}; warns`)
    const given = verdict.advice?.split('; for the rest, ') ?? []
    expect(given.map((one, nth) => one.startsWith(`${advice[nth]}`))).toEqual(advice.map(() => true))
    expect(verdict.values).toMatchObject({ starved_ratio: queuedMs / 60_000, computing_ratio: ranMs / 60_000 })
  })

  test('the largest share comes first, in the sentence and in the advice, and is told as the main one', () => {
    const reading = { ...calm, longestMs: 2_000, stalledMs: 13_000, ranMs: 9_700, queuedMs: 3_300 }
    const { because, advice } = judgeOnce(eventLoopCheck, [reading], settings)
    expect(because).toContain(
      `in all: mainly the thread computed for 9.7 s of these 13 s; ${STARVED} 3.3 s${QUOTA}; warns`,
    )
    expect(advice).toMatch(new RegExp(`^${FIND}.*; for the rest, ${GIVE}`))
  })

  describe('that it was kept from running it tells by what, where the kernel tells what the CPU quota did', () => {
    test.each([
      {
        of: 'a quota that ran out',
        quota: { periods: 100, throttled: 28, throttledMs: 2_900 },
        says: 'as its CPU quota ran out in 28 of 100 periods',
        advice: /^raise resources\.limits\.cpu, or take it away$/,
      },
      {
        of: 'a quota that did not',
        quota: { periods: 600, throttled: 0, throttledMs: 0 },
        says: 'as a crowded node does (not by its CPU quota)',
        advice: /resources\.requests\.cpu/,
      },
      {
        of: 'a quota that ran out for less than half of it',
        quota: { periods: 600, throttled: 5, throttledMs: 400 },
        says: 'as a crowded node does (hardly by its CPU quota)',
        advice: /resources\.requests\.cpu/,
      },
      {
        of: 'none',
        quota: { periods: 0, throttled: 0, throttledMs: 0 },
        says: 'as a crowded node does (no CPU quota is seen here)',
        advice: /resources\.requests\.cpu/,
      },
      {
        of: 'what is not told',
        quota: undefined,
        says: 'as a CPU quota or a crowded node does',
        advice: /limits\.cpu where nr_throttled rises \(kubectl exec POD -- cat \/sys\/fs\/cgroup\/cpu\.stat/,
      },
    ])('of $of', ({ quota, says, advice }) => {
      const reading = {
        ...calm,
        longestMs: 2_000,
        stalledMs: 3_000,
        ranMs: 100,
        queuedMs: 2_900,
        ...(quota && { quota }),
      }
      const verdict = judgeOnce(eventLoopCheck, [reading], settings)
      expect(verdict.because).toContain(`${STARVED} 2.9 s of these 3 s, ${says}; warns`)
      expect(verdict.advice).toMatch(advice)
    })
  })

  test.each([
    {
      of: 'that it computed and waited',
      ranMs: 29_000,
      queuedMs: 100,
      throttledMs: 0,
      longest: /thread waited .* look alike; it computed/,
    },
    { of: 'that it waited', ranMs: 100, queuedMs: 100, throttledMs: 0, longest: /the thread waited .* look alike/ },
    {
      of: 'all three, by its quota',
      ranMs: 17_345,
      queuedMs: 22_345,
      throttledMs: 22_345,
      longest: /kept from running .* waited .* computed/,
    },
    {
      of: 'all three',
      ranMs: 17_345,
      queuedMs: 22_345,
      throttledMs: 1_000,
      longest: /kept from running .* waited .* computed/,
    },
  ])(
    'neither its longest sentence nor its longest advice is cut: it tells $of',
    ({ ranMs, queuedMs, throttledMs, longest }) => {
      const reading = {
        ...calm,
        longestMs: 1_234_567,
        longestAgoMs: 59_000,
        stalledMs: 58_765,
        ranMs,
        queuedMs,
        quota: { periods: 3_000, throttled: 1_234, throttledMs },
      }
      const { because, advice = '' } = judgeOnce(eventLoopCheck, [reading], settings)
      expect(because).toMatch(longest)
      expect(inOneLine(because)).toBe(because)
      expect(adviceInOneLine(advice)).toBe(advice)
    },
  )

  describe('where the kernel does not tell', () => {
    const reading = { ...calm, longestMs: 2_000, stalledMs: 3_000 }
    const blocked = 'blocked by work that does not let go, or suspended from outside, which look alike; warns'

    test('a suspend and a block look alike: the sentence does not pretend otherwise, and its standing advice has all', () => {
      const { because, advice, values } = judgeOnce(eventLoopCheck, [reading], settings)
      expect(because).toContain(`in all: ${blocked}`)
      expect(advice).toBeUndefined()
      expect(eventLoopCheck.advice).toMatch(
        new RegExp(`^where it computed, ${FIND}.*; where it waited, ${UNBLOCK}.*; where its CPU quota .*, ${GIVE}`),
      )
      expect(adviceInOneLine(`${eventLoopCheck.advice}`)).toBe(eventLoopCheck.advice)
      expect(Object.keys(values)).toEqual(['longest_stall_seconds', 'stalled_ratio'])
    })

    test.each([
      { queuedMs: 700, says: blocked, advice: undefined },
      {
        queuedMs: 1_500,
        says: `${STARVED} 1.5 s of these 3 s${QUOTA}; for the rest, by work that does not let go, or a suspension; warns`,
        advice: undefined,
      },
      { queuedMs: 2_900, says: `${STARVED} 2.9 s of these 3 s${QUOTA}; warns`, advice: expect.stringMatching(GIVE) },
    ])(
      'for how much of it the thread ran, it says what is known: $queuedMs ms of 3 s',
      ({ queuedMs, says, advice }) => {
        const verdict = judgeOnce(eventLoopCheck, [{ ...reading, queuedMs }], settings)
        expect(verdict.because).toContain(`in all: ${says}`)
        expect(verdict.advice).toEqual(advice)
        expect(verdict.values).not.toHaveProperty('computing_ratio')
      },
    )
  })

  test('utilisation is that of the last interval, whatever came before', () => {
    const idleForHours = { ...calm, activeMs: 1_000, idleMs: 9_000_000 }
    const thenBusy = { ...calm, activeMs: 6_000, idleMs: 9_000_000 }
    expect(judgeOnce(eventLoopCheck, [idleForHours, thenBusy], settings).values['utilization_ratio']).toBe(1)
    expect(judgeOnce(eventLoopCheck, [idleForHours, thenBusy], settings).because).toMatch(
      /^the event loop ran on, busy 100% of the time in short pieces: /,
    )
    expect(judgeOnce(eventLoopCheck, [thenBusy], settings).values).not.toHaveProperty('utilization_ratio')
  })

  test('limits may be set', () => {
    const strict = { ...settings, stallMs: 100 }
    expect(judgeOnce(eventLoopCheck, [{ ...calm, longestMs: 150 }], strict).status).toBe('warn')
  })
})
