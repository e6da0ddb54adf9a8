import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CheckState } from '../../src/core/snapshot.ts'
import { lastWords, type Parting, standingOf, whyOf } from '../../src/journal/last-words.ts'
import { snapshotOf, state } from './states.ts'

const MEMORY = state('memory-growth', {
  status: 'fail',
  since: 8_000,
  because: 'the heap grows by 3.1 MiB a minute and fills its 64 MiB in 20 s',
  values: { heap_bytes: 52 * 1024 ** 2, used_ratio: 0.813, gc_seconds: 0.0121, collections: 412 },
  forecast: { limit: "V8's heap limit", etaSeconds: [15, 20, 42] },
})
const DISK = state('disk-usage', {
  status: 'fail',
  cure: 'person',
  since: 10_000,
  because: '93% of / is used; fails at 90%',
})
const CACHE = state('cache-size', {
  status: 'warn',
  cure: 'person',
  because: 'greetings holds 12000 entries; warns at 10000',
})
const LATENCY = state('latency', { status: 'unknown', cure: 'wait', because: 'timed out after 1 s' })

function parting(checks: readonly CheckState[], told: Partial<Parting> = {}): Parting {
  return { snapshot: snapshotOf(checks, 20_000), asks: ['restart', 'wait', 'person'], uptimeSeconds: 41, ...told }
}

describe('last words', () => {
  test('are cut at the end of a clause', () => {
    const stood = `the event loop stood still: ${'x'.repeat(400)}`
    const because = `${stood}; it passes once the last minute is free of that, and comes again when its cause does`
    const one = parting([state('event-loop', { status: 'warn', because })])
    expect(standingOf(one)).toBe(`warned: event-loop: ${stood}; …; no check was failing`)
    const endless = parting([state('cpu', { status: 'fail', because: 'x'.repeat(600) })])
    expect(whyOf(endless)).toBe(`cpu: ${'x'.repeat(494)}…`)
  })

  test('say of nothing that it is tried again: who reads them reads of a run that is over', () => {
    const because =
      '45 MiB in the heap; purge-cache and gc ran less than 1 min ago, and are tried again once that time is over'
    const one = parting([state('memory-headroom', { status: 'fail', because })])
    const told = 'memory-headroom: 45 MiB in the heap; purge-cache and gc ran less than 1 min ago'
    expect(lastWords(one).split('\n')[0]).toBe(told)
    expect(standingOf(one)).toBe(told)
  })

  test('begin with the worst, give values and forecasts, and end with the age of the run and the one before', () => {
    const words = lastWords(
      parting([CACHE, DISK, state('cpu'), LATENCY, MEMORY], {
        draws: { last: { percent: 62, failed: true }, failedInARow: 3 },
        notes: ['diagnostic report: /state/report.json'],
        previous: 'previous run lived 39 s: memory-growth: the same',
      }),
    )
    expect(words.split('\n')).toEqual([
      'memory-growth: the heap grows by 3.1 MiB a minute and fills its 64 MiB in 20 s',
      'heartbeat failed 3 times: decay 62%',
      'disk-usage: 93% of / is used; fails at 90%',
      'disk-usage has failed for 10 s',
      'memory-growth has failed for 12 s, with heap_bytes 52 MiB, used_ratio 81.3%, gc_seconds 12 ms, collections 412',
      "memory-growth reaches V8's heap limit in 20 s (15 s at the soonest, at the latest 42 s)",
      'warns: cache-size: greetings holds 12000 entries; warns at 10000',
      'unknown: latency: timed out after 1 s',
      'diagnostic report: /state/report.json',
      'up for 41 s',
      'previous run lived 39 s: memory-growth: the same',
    ])
  })

  test('of a run that nothing ends tell what stood when it was stopped: what fails, else what warns', () => {
    expect(standingOf(parting([CACHE, DISK]))).toBe('disk-usage: 93% of / is used; fails at 90%')
    const warned = 'warned: cache-size: greetings holds 12000 entries; warns at 10000'
    const both = `${warned}; warned: cpu: all is well; no check was failing`
    expect(standingOf(parting([CACHE]))).toBe(`${warned}; no check was failing`)
    expect(standingOf(parting([CACHE, state('cpu', { status: 'warn' })]))).toBe(both)
    expect(standingOf(parting([state('cpu'), LATENCY]))).toBeUndefined()
  })

  test.each<[string, Parting, string | undefined]>([
    [
      'an uncaught error before all else',
      parting([MEMORY], { uncaught: 'uncaught TypeError: x' }),
      'uncaught TypeError: x; and 1 more',
    ],
    [
      'the draws alone',
      parting([CACHE], { draws: { last: { percent: 4, failed: true }, failedInARow: 1 } }),
      'heartbeat failed 1 time: decay 4%',
    ],
    [
      'a heartbeat that was made to fail',
      parting([CACHE], { draws: { last: { percent: 4, failed: true, onPurpose: true }, failedInARow: 3 } }),
      'heartbeat failed 3 times: made to fail on purpose, by a fault that somebody set',
    ],
    ['a check that only the heartbeat asks', parting([DISK]), 'disk-usage: 93% of / is used; fails at 90%'],
    ['none, for a failing check that nothing asks', parting([DISK], { asks: ['restart'] }), undefined],
    [
      'none, for warnings and what cannot be seen',
      parting([CACHE, LATENCY], { draws: { last: { percent: 40, failed: false }, failedInARow: 0 } }),
      undefined,
    ],
  ])('name as the reason %s', (_what, given, why) => {
    expect(whyOf(given)).toBe(why)
    expect(lastWords(given).split('\n')[0]).toBe(
      why === undefined ? 'nothing is failing' : why.replace('; and 1 more', ''),
    )
  })

  test('tell each forecast of the parts that fail, and a latest that may never come', () => {
    const part = {
      subject: 'heap',
      because: '',
      values: {},
      forecast: { limit: 'memory.max', etaSeconds: [900, 1500, null] },
    } as const
    const words = lastWords(
      parting([
        {
          ...MEMORY,
          parts: [
            { ...part, status: 'fail' },
            { ...part, subject: 'rss', status: 'pass' },
          ],
        },
      ]),
    )
    expect(words).toContain('memory-growth reaches memory.max in 25 min (15 min at the soonest, or never)')
    expect(words.match(/reaches/g)).toHaveLength(2)
  })

  test('keep the first and the closing lines where not all fits, and count the others', () => {
    const many = Array.from({ length: 100 }, (_, n) =>
      state(`check-${n}`, { status: 'fail', because: 'あ'.repeat(200) }),
    )
    const words = lastWords(parting(many))
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(4096)
    expect(words).toMatch(/^check-0: あ+\ncheck-1: あ+\n(.+\n)+… and \d+ lines more\nup for 41 s$/)
  })

  test('keep the age and the previous run where even the notes are too long', () => {
    const long = '長'.repeat(900)
    const words = lastWords(
      parting([MEMORY], { uncaught: `uncaught ${long}`, notes: [long, long, long], previous: long }),
    )
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(4096)
    expect(words).toMatch(/^uncaught 長+…\n… and 3 lines more\nup for 41 s\n長+…$/)
  })

  test('are one line per reason, whatever it holds', () => {
    const words = lastWords(parting([{ ...MEMORY, because: 'a\nb\r\n\u001b[31mred\0' }]))
    expect(words).toMatch(/^memory-growth: a b \[31mred \n/)
  })

  test('never exceed 4 KiB, and always say why', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 900 })
    const status = fc.constantFrom('pass', 'warn', 'unknown', 'fail')
    const check = fc.record({ because: text, status }).map((told) => state('check', told as Partial<CheckState>))
    fc.assert(
      fc.property(
        fc.array(check, { maxLength: 20 }),
        fc.array(text, { maxLength: 5 }),
        text,
        (checks, notes, uncaught) => {
          const words = lastWords(parting(checks, { notes, uncaught: `uncaught ${uncaught}`, previous: uncaught }))
          expect(Buffer.byteLength(words)).toBeLessThanOrEqual(4096)
          expect(words.startsWith('uncaught ')).toBe(true)
        },
      ),
    )
  })
})
