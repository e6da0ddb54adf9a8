import { describe, expect, test } from 'vitest'
import { descriptorsCheck } from '../../checks/descriptors.ts'
import { CannotTell } from '../../src/core/check.ts'
import type { DescriptorReading } from '../../src/host/descriptors.ts'
import { defaultsOf, judgeOnce } from './samples.ts'

const settings = defaultsOf(descriptorsCheck)
const reading = (open: number, limit = 1_000): DescriptorReading => ({ open, limit, exhausted: false })

/** What was open at each look, oldest first. */
function judge(...open: readonly [number, ...number[]]) {
  const [first, ...later] = open.map((count) => reading(count))
  if (!first) throw new Error('nothing was open')
  return judgeOnce(descriptorsCheck, [first, ...later], settings)
}

const rising = (from: number, by: number, looks: number) =>
  Array.from({ length: looks }, (_, nth) => from + by * nth) as unknown as readonly [number, ...number[]]

describe('descriptors', () => {
  test.each([
    [799, 'pass', '799 of 1000 descriptors are open (79.9%); warns at 80%'],
    [
      800,
      'warn',
      '800 of 1000 descriptors are open (80%); warns at 80%, fails at 95%; look for sockets or files that are not closed',
    ],
    [
      950,
      'fail',
      '950 of 1000 descriptors are open (95%); fails at 95%; look for sockets or files that are not closed',
    ],
  ] as const)('%i of 1000 open: %s', (open, status, because) => {
    expect(judge(open)).toMatchObject({ status, because })
  })

  test('what was opened at once, and none since, says for how long none has come', () => {
    expect(judge(100, 500, 900, 900, 900).because).toContain(
      ', 800 of them in the last 1 min, none in the last 30 s); ',
    )
    expect(judge(100, 500, 900).because).toContain(', 800 of them in the last 30 s, 400 in the last 15 s); ')
  })

  test('a limit once reached is left only 2 points below it', () => {
    const said = { status: 'warn', parts: {} } as const
    expect(judgeOnce(descriptorsCheck, [reading(790)], settings, said).status).toBe('warn')
    expect(judgeOnce(descriptorsCheck, [reading(779)], settings, said).status).toBe('pass')
  })

  test('who cannot look for want of a descriptor has seen enough', () => {
    const { status, because, values } = judgeOnce(descriptorsCheck, [{ exhausted: true, limit: 64 }], settings)
    expect(status).toBe('fail')
    expect(because).toContain('every descriptor is taken (EMFILE)')
    expect(values).toEqual({ used_ratio: 1 })
  })

  test('more open than may be, as with one inherited from before the limit, is all of them', () => {
    expect(judgeOnce(descriptorsCheck, [reading(65, 64)], settings).values['used_ratio']).toBe(1)
  })

  test('without a limit there is nothing to judge, and without a number nothing to say', () => {
    expect(judgeOnce(descriptorsCheck, [{ open: 20, exhausted: false }], settings).status).toBe('pass')
    expect(() => judgeOnce(descriptorsCheck, [{ exhausted: false }], settings)).toThrow(CannotTell)
  })

  // 4 a look is 16 a minute: 100 + 40 × 4 = 260 after 10 minutes, 740 more take 46 minutes.
  test('a leak is not forecast further ahead than it was watched', () => {
    expect(judge(...rising(100, 4, 41))).not.toHaveProperty('forecast')
  })

  test('a leak that will be fatal soon says when, and stays what its limits make of it', () => {
    const { status, because, forecast } = judge(...rising(100, 10, 61))
    expect(status).toBe('pass')
    expect(forecast?.limit).toBe('soft limit of open descriptors')
    expect(forecast?.etaSeconds.map((eta) => Math.round(eta ?? 0))).toEqual([450, 450, 450])
    expect(because).toMatch(/; at this rate none is left in 7\.5 min$/)
  })

  test('connections that come and go are no leak', () => {
    const busy = Array.from({ length: 121 }, (_, nth) => 300 + ((nth * 137) % 400))
    expect(judge(300, ...busy)).not.toHaveProperty('forecast')
  })
})
