import { describe, expect, test } from 'vitest'
import { errorsCheck } from '../../checks/errors.ts'
import type { ErrorReading } from '../../src/host/errors.ts'
import { defaultsOf, judgeAll, judgeOnce, mistakesIn } from './samples.ts'

const settings = defaultsOf(errorsCheck)
const none: ErrorReading = { uncaught: 0, unhandled: 0, exhausted: {}, warnings: {} }
const EVERY_MS = 5_000

describe('errors', () => {
  test.each([
    {
      reading: {},
      status: 'pass',
      because: 'nothing went uncaught so far (this run only); warns from 1, fails from 10',
    },
    {
      reading: { uncaught: 1, newest: 'TypeError' },
      status: 'warn',
      because: '1 uncaught exception so far, the newest TypeError; warns from 1, fails from 10; the log has the stack',
    },
    {
      reading: { uncaught: 4, unhandled: 6, newest: 'Error EMFILE', exhausted: { EMFILE: 3 } },
      status: 'fail',
      because:
        '4 uncaught exceptions, 6 unhandled rejections so far, the newest Error EMFILE; the process is out of descriptors (EMFILE); warns from 1, fails from 10; the log has the stack',
    },
    {
      reading: { warnings: { MaxListenersExceededWarning: 2 } },
      status: 'warn',
      because: '2 × MaxListenersExceededWarning so far; warns from 1, fails from 10; the log has the stack',
    },
    {
      reading: { warnings: { DeprecationWarning: 40, ExperimentalWarning: 1 } },
      status: 'pass',
      because: 'nothing went uncaught so far (this run only); warns from 1, fails from 10',
    },
  ] as const)('$because', ({ reading, status, because }) => {
    expect(judgeOnce(errorsCheck, [{ ...none, ...reading }], settings)).toMatchObject({ status, because })
  })

  test('one error warns for five minutes, and then is forgotten', () => {
    const samples = Array.from({ length: 80 }, (_, nth) => ({
      at: nth * EVERY_MS,
      tookMs: 0,
      reading: nth < 3 ? none : { ...none, uncaught: 1 },
    }))
    const warned = judgeAll(errorsCheck, samples, settings).filter(({ sighting }) => sighting === 'warn')
    expect(warned[0]?.at).toBe(3 * EVERY_MS)
    expect(warned.at(-1)?.at).toBe(3 * EVERY_MS + 300_000 - EVERY_MS)
  })

  test.each([
    [
      900,
      'nothing went uncaught of late (900 ms, and this run only)',
      '1 uncaught exception in 900 ms, the newest Error;',
    ],
    [
      299_999,
      'nothing went uncaught of late (5 min, and this run only)',
      '1 uncaught exception in 5 min, the newest Error;',
    ],
    [
      900_000,
      'nothing went uncaught of late (5 min, and this run only)',
      '1 uncaught exception in 5 min, the newest Error;',
    ],
  ])('no time is told that is longer than it has watched: %d ms', (ms, ofNone, ofOne) => {
    const told = (newest: ErrorReading) =>
      errorsCheck.judge(
        [
          { at: 1_000, tookMs: 0, reading: none },
          { at: 1_000 + ms, tookMs: 0, reading: newest },
        ],
        settings,
      ).because
    expect(told(none).startsWith(ofNone)).toBe(true)
    expect(told({ ...none, uncaught: 1, newest: 'Error' }).startsWith(ofOne)).toBe(true)
  })

  test('who looks so often that five minutes are not kept tells of as many as are', () => {
    const samples = Array.from({ length: 400 }, (_, nth) => ({
      at: nth * 200,
      tookMs: 0,
      reading: { ...none, uncaught: nth < 390 ? 5 : 6 },
    }))
    expect(judgeAll(errorsCheck, samples, settings).at(-1)?.verdict.because).toMatch(
      /^1 uncaught exception in 1 min \(no more is kept\);/,
    )
  })

  test('limits in the wrong order are a mistake', () => {
    expect(mistakesIn(errorsCheck, { warnAt: 5, failAt: 2 })).toEqual(['expected at most failAt (2); got 5'])
  })
})
