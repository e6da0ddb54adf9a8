import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstPulse, LATE_MS, LOOK_MS, observe, type Pulse } from '../../src/guard/pulse.ts'

const SILENCE_MS = 10_000

/** Looks at `[milliseconds since the last look, beats since then]`, one after another. */
function pulseAfter(...looks: readonly (readonly [ms: number, beats: number])[]): Pulse {
  return looks.reduce(
    (pulse, [ms, beats]) => observe(pulse, pulse.at + ms, pulse.beats + beats, SILENCE_MS),
    firstPulse(0, 0),
  )
}

const turning = (looks: number) => Array.from({ length: looks }, () => [LOOK_MS, 2] as const)
const silent = (ms: number) => Array.from({ length: ms / LOOK_MS }, () => [LOOK_MS, 0] as const)

describe('the pulse of the main thread', () => {
  test('it turns as long as it beats', () => {
    expect(pulseAfter(...turning(1000))).toMatchObject({ state: 'turning', silentMs: 0, stalls: 0, longestMs: 0 })
  })

  test('it is late from a second of silence on, and stopped from the configured silence on, not before', () => {
    expect(pulseAfter(...silent(750)).state).toBe('turning')
    expect(pulseAfter(...silent(1_000))).toMatchObject({ state: 'late', stalls: 1 })
    expect(pulseAfter(...silent(9_750)).state).toBe('late')
    expect(pulseAfter(...silent(10_000))).toMatchObject({ state: 'stopped', stalls: 1, longestMs: 10_000 })
  })

  test('one beat and it turns again; the stall is remembered', () => {
    const pulse = pulseAfter(...silent(12_000), [LOOK_MS, 1])
    expect(pulse).toMatchObject({ state: 'turning', silentMs: 0, stalls: 1, longestMs: 12_000 })
  })

  test('a main thread that is busy in slices, however many, is never more than late', () => {
    const slice = [...silent(2_000), [LOOK_MS, 1] as const]
    expect(pulseAfter(...Array.from({ length: 30 }, () => slice).flat())).toMatchObject({
      state: 'turning',
      stalls: 30,
    })
  })

  test('what the guard itself did not run counts against nobody', () => {
    const pulse = pulseAfter(...turning(4), [60_000, 0], [LOOK_MS, 1])
    expect(pulse).toMatchObject({ state: 'turning', stalls: 0, creditedMs: 60_000 - 2 * LOOK_MS })
  })

  test('a stop in the middle of a stall neither ends it nor makes it longer', () => {
    expect(pulseAfter(...silent(8_000), [30_000, 0])).toMatchObject({ state: 'late', silentMs: 8_500 })
    expect(pulseAfter(...silent(8_000), [30_000, 0], ...silent(1_500)).state).toBe('stopped')
  })

  test('law: silence is never longer than the time since the last beat, and stopped means as silent as configured', () => {
    const look = fc.tuple(fc.double({ min: 0, max: 5_000, noNaN: true }), fc.constantFrom(0, 0, 0, 1, 3))
    const settings = fc.tuple(fc.array(look, { maxLength: 60 }), fc.integer({ min: LATE_MS, max: 20_000 }))
    fc.assert(
      fc.property(settings, ([looks, silenceMs]) => {
        let pulse = firstPulse(0, 0)
        let sinceBeat = 0
        for (const [ms, beats] of looks) {
          pulse = observe(pulse, pulse.at + ms, pulse.beats + beats, silenceMs)
          sinceBeat = beats > 0 ? 0 : sinceBeat + ms
          expect(pulse.silentMs).toBeLessThanOrEqual(sinceBeat + 1e-6)
          expect(pulse.state === 'stopped').toBe(pulse.silentMs >= silenceMs)
          expect(pulse.longestMs).toBeGreaterThanOrEqual(pulse.state === 'turning' ? 0 : pulse.silentMs)
        }
      }),
    )
  })

  test('law: looking more often, as requests do, changes no verdict', () => {
    const parts = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(parts, (shares) => {
        const total = shares.reduce((sum, share) => sum + share, 0)
        const looks = silent(11_000).flatMap(() => shares.map((share) => [(LOOK_MS * share) / total, 0] as const))
        expect(pulseAfter(...looks).silentMs).toBeCloseTo(11_000, 3)
      }),
      { numRuns: 20 },
    )
  })
})
