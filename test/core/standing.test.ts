import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, type Patience, patienceFor, UNSEEN } from '../../src/core/standing.ts'
import { isWorse, STATUSES, type Status } from '../../src/core/status.ts'

const PATIENT: Patience = { toWorsen: 2, toRecover: 3 }

const letters: Readonly<Record<string, Status>> = { p: 'pass', w: 'warn', u: 'unknown', f: 'fail' }
const statuses = (text: string) => [...text].map((letter) => letters[letter] ?? 'pass')

function said(seen: string, patience = PATIENT): string {
  let standing = UNSEEN
  return statuses(seen)
    .map((sighting) => {
      standing = advance(standing, sighting, patience)
      return standing.said[0]
    })
    .join('')
}

describe('standing', () => {
  test.each([
    // seen, then said after each sighting
    ['pppp', 'pppp', 'a first pass is said at once'],
    ['wppp', 'wwwp', 'so is a first warn'],
    ['ffff', 'ufff', 'a first fail waits for a second'],
    ['fp', 'up', 'and is never said when the second is a pass'],
    ['uup', 'uup', 'until something could be seen, a first pass needs no patience'],
    ['pfpf', 'pppp', 'one bad look among good ones is not said'],
    ['pwfwf', 'ppwww', 'warn and fail in turn are warn: each of the last two was at least that bad'],
    ['pff', 'ppf', 'two fails running are said'],
    ['pffpp', 'ppfff', 'recovery takes three looks'],
    ['pffppp', 'ppfffp', 'and is said at the third'],
    ['pffpwp', 'ppfffw', 'as the worst of the three'],
    ['pffuuuu', 'ppfffff', 'not being able to look is never a recovery from fail'],
    ['pffppup', 'ppfffff', 'and breaks the row of good looks'],
    ['ppuu', 'pppu', 'a pass that nobody can see any more is unknown'],
    ['ppuuppp', 'pppuuup', 'and comes back with patience'],
  ])('%s is said as %s: %s', (seen, expected) => {
    expect(said(seen)).toBe(expected)
  })

  test('with patience 1 what is said is what is seen, but for unknown after fail', () => {
    expect(said('pwfpfwuw', { toWorsen: 1, toRecover: 1 })).toBe('pwfpfwuw')
    expect(said('fup', { toWorsen: 1, toRecover: 1 })).toBe('ffp')
  })

  test.each<[string, Status, number, number, number]>([
    ['comes before patience is through: told at once', 'fail', 10, 30, 1],
    ['leaves time for patience', 'fail', 10.1, 30, 3],
    ['may never come', 'fail', 1, Number.POSITIVE_INFINITY, 3],
    ['is only warned of', 'warn', 1, 2, 3],
  ])('an end that %s', (_, sighting, likely, latest, toWorsen) => {
    const end = { soonestMs: 0, likelyMs: likely * 1000, latestMs: latest * 1000 }
    const rhythm = { everyMs: 5_000, toWorsen: 3, toRecover: 2 }
    expect(patienceFor(rhythm, sighting, end)).toMatchObject({ toWorsen, toRecover: 2 })
  })

  const sightings = fc.array(fc.constantFrom(...STATUSES), { maxLength: 40 })
  const patience = fc.record({ toWorsen: fc.integer({ min: 1, max: 6 }), toRecover: fc.integer({ min: 1, max: 6 }) })

  test('law: worse is said only after toWorsen sightings at least that bad', () => {
    fc.assert(
      fc.property(sightings, patience, (seen, { toWorsen, toRecover }) => {
        let standing = UNSEEN
        seen.forEach((sighting, index) => {
          const before = standing
          standing = advance(standing, sighting, { toWorsen, toRecover })
          if (!before.settled || !isWorse(standing.said, before.said)) return
          const row = seen.slice(index + 1 - toWorsen, index + 1)
          expect(row).toHaveLength(toWorsen)
          for (const one of row) expect(isWorse(standing.said, one)).toBe(false)
        })
      }),
    )
  })

  test('law: better is said only after toRecover sightings at least that good, and from fail only if all were seen', () => {
    fc.assert(
      fc.property(sightings, patience, (seen, { toWorsen, toRecover }) => {
        let standing = UNSEEN
        seen.forEach((sighting, index) => {
          const before = standing
          standing = advance(standing, sighting, { toWorsen, toRecover })
          if (!before.settled || !isWorse(before.said, standing.said)) return
          const row = seen.slice(index + 1 - toRecover, index + 1)
          expect(row).toHaveLength(toRecover)
          for (const one of row) expect(isWorse(one, standing.said)).toBe(false)
          if (before.said === 'fail') expect(row).not.toContain('unknown')
        })
      }),
    )
  })

  test('law: a status seen long enough is said', () => {
    fc.assert(
      fc.property(sightings, patience, fc.constantFrom(...STATUSES), (seen, rhythm, last) => {
        const settled = seen.reduce((standing, sighting) => advance(standing, sighting, rhythm), UNSEEN)
        const row = Array.from({ length: 6 }, () => last)
        const end = row.reduce((standing, sighting) => advance(standing, sighting, rhythm), settled)
        expect(end.said).toBe(last === 'unknown' && settled.said === 'fail' ? 'fail' : last)
      }),
    )
  })
})
