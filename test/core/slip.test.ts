import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { slipOf } from '../../src/core/slip.ts'

const FIELDS = ['name', 'cure', 'rhythm', 'settings', 'values', 'keep', 'close']

describe('a slip of the pen', () => {
  test.each([
    ['rythm', 'rhythm'],
    ['rhyhtm', 'rhythm'],
    ['Rhythm', 'rhythm'],
    ['rhhythm', 'rhythm'],
    ['setings', 'settings'],
    ['setigns', 'settings'],
    ['stetigns', 'settings'],
    ['kepe', 'keep'],
    ['keep', 'keep'],
  ])('%s is %s', (word, name) => expect(slipOf(word, FIELDS)).toBe(name))

  test.each([
    '',
    'volumes',
    'helper',
    'kp',
    'names of them',
    'settle',
    'rate',
    'k',
    'ports',
    'clone',
    'keeps',
    'closed',
    'lower',
    'rhythms',
  ])('%j is none', (word) => {
    expect(slipOf(word, FIELDS)).toBeUndefined()
  })

  test('by one letter is found wherever it is made', () => {
    const place = fc.nat({ max: 5 })
    fc.assert(
      fc.property(place, (at) => {
        const [before, here, after] = ['rhythm'.slice(0, at), 'rhythm'[at], 'rhythm'.slice(at + 1)]
        const words = [before + after, before + here + here + after]
        const [next = ''] = after
        for (const word of [...words, before + next + here + after.slice(1)]) {
          expect(slipOf(word, ['rhythm'])).toBe('rhythm')
        }
      }),
    )
  })
})
