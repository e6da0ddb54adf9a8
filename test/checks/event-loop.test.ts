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

  const kept = (ms: string) =>
    `3 s of the last 1 min in all: the process was kept from running for ${ms} of these 3 s, as a CPU quota or a crowded node does; `
  const blocked = 'blocked by work that does not let go, or suspended from outside, which look alike; warns'
  test.each([
    { queuedMs: 2_900, says: `${kept('2.9 s')}warns`, advice: /^give the container more CPU[^;]*$/ },
    {
      queuedMs: 1_500,
      says: `${kept('1.5 s')}for the rest, by work that does not let go, or a suspension; warns`,
      advice: /^give the container more CPU.*; for the rest, find the code/,
    },
    { queuedMs: 700, says: `in all: ${blocked}`, advice: /^find the code/ },
  ])('of 3 s the thread waited $queuedMs ms for a processor', ({ queuedMs, says, advice }) => {
    const reading = { ...calm, longestMs: 2_000, stalledMs: 3_000, queuedMs }
    const verdict = judgeOnce(eventLoopCheck, [reading], settings)
    const { because, values } = verdict
    expect(because).toContain(says)
    expect(verdict.advice).toMatch(advice)
    expect(values['starved_ratio']).toBe(queuedMs / 60_000)
  })

  test('neither its longest sentence nor its longest advice is cut', () => {
    const reading = { ...calm, longestMs: 1_234_567, longestAgoMs: 59_000, stalledMs: 58_765, queuedMs: 34_567 }
    const { because, advice = '' } = judgeOnce(eventLoopCheck, [reading], settings)
    expect(inOneLine(because)).toBe(because)
    expect(adviceInOneLine(advice)).toBe(advice)
    expect(advice).toMatch(/for the rest, find the code/)
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
