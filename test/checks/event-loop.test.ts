import { describe, expect, test } from 'vitest'
import { eventLoopCheck } from '../../checks/event-loop.ts'
import type { LoopReading } from '../../src/core/surroundings.ts'
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

  test.each([
    {
      longestQueuedMs: 2_900,
      says: 'the process was kept from running for 2.9 s of that, as a CPU quota (cpu) or a crowded node does; warns',
    },
    {
      longestQueuedMs: 1_500,
      says: 'the process was kept from running for 1.5 s of that, as a CPU quota (cpu) or a crowded node does; for the rest it was blocked by work that',
    },
    {
      longestQueuedMs: 40,
      says: 'in all: blocked by work that does not let go, or suspended from outside, which look alike; warns',
    },
  ])('of 3 s the thread waited $longestQueuedMs ms for a processor', ({ longestQueuedMs, says }) => {
    const reading = { ...calm, longestMs: 3_000, stalledMs: 3_000, longestQueuedMs, queuedMs: longestQueuedMs }
    const { because, values } = judgeOnce(eventLoopCheck, [reading], settings)
    expect(because).toContain(says)
    expect(values['starved_ratio']).toBe(longestQueuedMs / 60_000)
  })

  test('of many short stalls, what all of them waited', () => {
    const reading = { ...calm, longestMs: 400, longestQueuedMs: 0, stalledMs: 14_000, queuedMs: 13_500 }
    const { because } = judgeOnce(eventLoopCheck, [reading], settings)
    expect(because).toContain('in all: the process was kept from running for 14 s of that, as a CPU quota')
  })

  test('a suspend and a block look alike, and the sentence does not pretend otherwise', () => {
    const { because } = judgeOnce(eventLoopCheck, [{ ...calm, longestMs: 3_000, stalledMs: 3_000 }], settings)
    expect(because).toContain('blocked by work that does not let go, or suspended from outside, which look alike')
  })

  test('utilisation is that of the last interval, whatever came before', () => {
    const idleForHours = { ...calm, activeMs: 1_000, idleMs: 9_000_000 }
    const thenBusy = { ...calm, activeMs: 6_000, idleMs: 9_000_000 }
    expect(judgeOnce(eventLoopCheck, [idleForHours, thenBusy], settings).values['utilization_ratio']).toBe(1)
    expect(judgeOnce(eventLoopCheck, [idleForHours, thenBusy], settings).because).toMatch(
      /^the event loop ran on, busy 100% of the time: /,
    )
    expect(judgeOnce(eventLoopCheck, [thenBusy], settings).values).not.toHaveProperty('utilization_ratio')
  })

  test('limits may be set', () => {
    const strict = { ...settings, stallMs: 100 }
    expect(judgeOnce(eventLoopCheck, [{ ...calm, longestMs: 150 }], strict).status).toBe('warn')
  })
})
