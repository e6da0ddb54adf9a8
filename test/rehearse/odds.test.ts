import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDecay } from '../../src/failweb/decay.ts'
import { restartOdds } from '../../src/rehearse/simulation/restart-odds.ts'
import { meanAtRate, type OddsSettings, oddsOf } from '../../src/stats/odds.ts'

describe('probes until a restart', () => {
  test('the chapter’s settings: on average 27 probes, seldom under 14 or over 43, never over 52', () => {
    const odds = oddsOf({ step: 2, failureThreshold: 3 })
    expect(odds.mean).toBeCloseTo(27.1232, 4)
    expect(odds.sd).toBeCloseTo(7.5975, 4)
    expect([0.05, 0.1, 0.5, 0.9, 0.99].map(odds.quantile)).toEqual([14, 17, 27, 37, 43])
    expect(odds.chances).toHaveLength(53)
    expect(odds.chances[3]).toBeCloseTo(4.8e-5, 10)
    expect(odds.chances.indexOf(Math.max(...odds.chances))).toBe(28)
    expect(odds.chances[28]).toBeCloseTo(0.050054, 6)
  })

  test.each([
    { k: 1, mean: 8.5431, sd: 4.3, quantiles: [3, 8, 14] },
    { k: 2, mean: 18.7989, sd: 6.72, quantiles: [10, 19, 28] },
  ])('with failureThreshold $k: $mean', ({ k, mean, sd, quantiles }) => {
    const odds = oddsOf({ step: 2, failureThreshold: k })
    expect(odds.mean).toBeCloseTo(mean, 4)
    expect(odds.sd).toBeCloseTo(sd, 2)
    expect([0.1, 0.5, 0.9].map(odds.quantile)).toEqual(quantiles)
  })

  test('a readiness probe that asks the same path shortens a life by ten probes', () => {
    const odds = oddsOf({ step: 2, failureThreshold: 3, othersPerProbe: 1 })
    expect(odds.mean).toBeCloseTo(16.4751, 4)
    expect(odds.sd).toBeCloseTo(4.3797, 4)
    expect([0.05, 0.1, 0.5, 0.9, 0.99].map(odds.quantile)).toEqual([9, 11, 17, 22, 25])
    expect(odds.chances.length - 1).toBe(27)
  })

  test('without decay nothing ends a life, and at 100 % the threshold does', () => {
    expect(oddsOf({ step: 0, failureThreshold: 3 }).mean).toBe(Number.POSITIVE_INFINITY)
    expect(oddsOf({ step: 0, failureThreshold: 3 }).quantile(0.5)).toBe(Number.POSITIVE_INFINITY)
    expect(oddsOf({ step: 100, failureThreshold: 3 }).mean).toBe(3)
  })

  test('at a constant rate the mean is (1 − p^k) / ((1 − p)·p^k)', () => {
    const law = fc.property(
      fc.double({ min: 0.15, max: 0.95, noNaN: true }),
      fc.integer({ min: 1, max: 4 }),
      (p, k) => {
        const odds = oddsOf({ step: 0, rate: p, failureThreshold: k })
        expect(odds.mean / meanAtRate(p, k)).toBeCloseTo(1, 5)
      },
    )
    fc.assert(law, { numRuns: 50 })
  })

  test('whatever the settings, the chances make up one, and more patience never means a shorter life', () => {
    const settings = fc.record({
      step: fc.double({ min: 0.5, max: 100, noNaN: true }),
      k: fc.integer({ min: 1, max: 6 }),
    })
    const law = fc.property(settings, ({ step, k }) => {
      const odds = oddsOf({ step, failureThreshold: k })
      expect(odds.chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9)
      expect(oddsOf({ step, failureThreshold: k + 1 }).mean).toBeGreaterThan(odds.mean)
    })
    fc.assert(law, { numRuns: 100 })
  })

  test('agrees with all rows of failures, followed one by one', () => {
    const settings = fc.record({
      step: fc.double({ min: 0.5, max: 100, noNaN: true }),
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
      failureThreshold: fc.integer({ min: 1, max: 30 }),
      othersPerProbe: fc.constantFrom(0, 0.5, 1, 2.5),
      percent: fc.integer({ min: 0, max: 100 }),
      row: fc.nat(29),
    })
    const law = fc.property(settings, ({ percent, row, ...own }) => {
      const begun = { percent, row: Math.min(row, own.failureThreshold - 1) }
      const { chances } = oddsOf({ ...own, begun })
      const followed = followedRows({ ...own, begun }, chances.length)
      for (const [n, chance] of chances.entries()) expect(Math.abs(chance - (followed[n] ?? 0))).toBeLessThan(1e-13)
    })
    fc.assert(law, { numRuns: 100 })
  })

  test('a threshold of a million takes a million steps, and one beyond all that is reckoned with none', () => {
    expect(oddsOf({ step: 2, failureThreshold: 1000 }).mean - 1000).toBeCloseTo(41.4569, 4)
    expect(oddsOf({ step: 2, failureThreshold: 999_000 }).mean - 999_000).toBeCloseTo(41.4569, 4)
    const endless = oddsOf({ step: 2, failureThreshold: 2 ** 31 - 1 })
    expect(endless.chances).toEqual([0])
    expect(endless.mean).toBe(Number.POSITIVE_INFINITY)
  })

  test('ten thousand lives of the real decay agree', () => {
    const runs = 10_000
    const lives = Array.from({ length: runs }, (_, seed) => probesUntilThreeInARow(seed))
    const mean = lives.reduce((sum, life) => sum + life, 0) / runs
    const sd = Math.sqrt(lives.reduce((sum, life) => sum + (life - mean) ** 2, 0) / (runs - 1))
    expect(Math.abs(mean - 27.12)).toBeLessThan((4 * 7.6) / Math.sqrt(runs))
    expect(Math.abs(sd - 7.6)).toBeLessThan(0.25)
  })
})

/** The chances of n probes, by the chance of each row of failures that is not yet the end. */
function followedRows(settings: Required<Omit<OddsSettings, 'most'>>, probes: number): readonly number[] {
  const { step, rate, failureThreshold, othersPerProbe, begun } = settings
  let rows: readonly number[] = Array.from({ length: failureThreshold }, (_, row) => (row === begun.row ? 1 : 0))
  return Array.from({ length: probes }, (_, n) => {
    if (n === 0) return 0
    const accesses = n + Math.floor(n * othersPerProbe + 1e-9)
    const p = 1 - (1 - Math.min(1, (begun.percent + step * accesses) / 100)) * (1 - rate)
    const alive = rows.reduce((sum, row) => sum + row, 0)
    const ended = p * (rows.at(-1) ?? 0)
    rows = [(1 - p) * alive, ...rows.slice(0, -1).map((row) => p * row)]
    return ended
  })
}

function probesUntilThreeInARow(seed: number): number {
  const decay = createDecay({ seed })
  let probes = 0
  for (let row = 0; row < 3; probes++) row = decay.draw().failed ? row + 1 : 0
  return probes
}

describe('restarts within a time', () => {
  /** Lives that all stand exactly so many probes. */
  const exactly = (probes: number) => {
    const chances = Array.from({ length: probes + 1 }, (_, n) => (n === probes ? 1 : 0))
    return { chances, mean: probes, sd: 0, quantile: () => probes }
  }
  const pace = { periodSeconds: 1, initialDelaySeconds: 0, stopSeconds: 0 }

  // Source: Kubernetes 1.20.2 prober and SyncPod, run with a fake runtime: 61 s from kill to kill.
  test.each([
    { seconds: 304, restarts: 4, crashLoop: 0 },
    { seconds: 305, restarts: 5, crashLoop: 0 },
    { seconds: 366, restarts: 5, crashLoop: 1 },
    { seconds: 366 + 79, restarts: 5, crashLoop: 1 },
    { seconds: 366 + 95, restarts: 6, crashLoop: 1 },
  ])('lives of 61 s: after $seconds s $restarts restarts', ({ seconds, restarts, crashLoop }) => {
    const found = restartOdds(exactly(61), pace, seconds)
    expect(found.restarts).toBeCloseTo(restarts, 9)
    expect(found.crashLoop).toBeCloseTo(crashLoop, 9)
    expect(found.crashLoopAfterSeconds).toBe(crashLoop ? 366 : undefined)
  })

  test('six hours of lives that differ by many minutes are counted in steps, not in courses', () => {
    const found = restartOdds(oddsOf({ step: 0.01, failureThreshold: 3 }), pace, 21_600)
    expect(found.restarts).toBeCloseTo(15.895, 3)
    expect(found.crashLoop).toBeCloseTo(0.018787, 6)
  }, 60_000)

  test('a delay that the ticks miss by the time it takes to stop costs a whole period more', () => {
    const slow = { periodSeconds: 10, initialDelaySeconds: 10, stopSeconds: 1 }
    expect(restartOdds(exactly(3), slow, 39).restarts).toBeCloseTo(0, 9)
    expect(restartOdds(exactly(3), slow, 40).restarts).toBeCloseTo(1, 9)
  })
})
