import { describe, expect, test } from 'vitest'
import { createDecay } from '../../src/failweb/decay.ts'

describe('decay', () => {
  test('the first draw of a run says 2, the next 4, and so on to 100, where it stays', () => {
    const decay = createDecay({ seed: 1 })
    const said = Array.from({ length: 52 }, () => decay.draw().percent)
    expect(said.slice(0, 3)).toEqual([2, 4, 6])
    expect(said.slice(-3)).toEqual([100, 100, 100])
  })

  test('at 100 % every draw fails; with step 0 none ever does', () => {
    const certain = createDecay({ step: 100, seed: 2 })
    const never = createDecay({ step: 0, seed: 2 })
    for (let i = 0; i < 200; i++) {
      expect(certain.draw()).toEqual({ percent: 100, failed: true })
      expect(never.draw()).toEqual({ percent: 0, failed: false })
    }
  })

  test('before any draw the last one says 0 and no failure; looking at it draws nothing', () => {
    const decay = createDecay({ seed: 3 })
    expect(decay.last).toEqual({ percent: 0, failed: false })
    const drawn = decay.draw()
    expect(decay.last).toBe(drawn)
    expect(decay.draw().percent).toBe(4)
  })

  test('the same seed gives the same run, another seed another', () => {
    const run = (seed: number) => {
      const decay = createDecay({ seed })
      return Array.from({ length: 40 }, () => decay.draw().failed)
    }
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })

  // The exact distribution: p_n = min(1, 2n/100), a restart after three failures in a row. Mean 27.1232, sd 7.5975.
  test('over many runs three failures in a row come after as many draws as computed exactly', () => {
    const runs = 20_000
    const lives = Array.from({ length: runs }, (_, seed) => drawsUntilThreeInARow(seed))
    const mean = lives.reduce((sum, life) => sum + life, 0) / runs
    const sd = Math.sqrt(lives.reduce((sum, life) => sum + (life - mean) ** 2, 0) / (runs - 1))
    const standardError = 7.5975 / Math.sqrt(runs)
    expect(Math.abs(mean - 27.1232)).toBeLessThan(4 * standardError)
    expect(Math.abs(sd - 7.5975)).toBeLessThan(0.2)
    expect(Math.max(...lives)).toBeLessThanOrEqual(52)
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(3)
  })
})

function drawsUntilThreeInARow(seed: number): number {
  const decay = createDecay({ seed })
  let draws = 0
  for (let row = 0; row < 3; draws++) row = decay.draw().failed ? row + 1 : 0
  return draws
}
