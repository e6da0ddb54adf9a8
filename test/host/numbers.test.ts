import { describe, expect, test } from 'vitest'
import { createNumbers, MOST_NAMES, OTHER_NAME } from '../../src/host/numbers.ts'

describe('finite', () => {
  test('a finite number passes through, and is counted', () => {
    const numbers = createNumbers()
    expect([0, -1.5, Number.MAX_VALUE].map((value) => numbers.finite('price', value))).toEqual([
      0,
      -1.5,
      Number.MAX_VALUE,
    ])
    expect(numbers.tally()).toEqual([{ name: 'price', numbers: 3, notFinite: 0 }])
  })

  test.each([Number.NaN, 1 / 0, -1 / 0])('%s is counted, and the fallback stands in for it', (value) => {
    const numbers = createNumbers()
    expect(numbers.finite('price', value, 0)).toBe(0)
    expect(numbers.tally()).toEqual([{ name: 'price', numbers: 1, notFinite: 1 }])
  })

  test('one without a name has one, so that it hides no other', () => {
    const numbers = createNumbers()
    numbers.finite('', Number.NaN)
    expect(numbers.tally()).toEqual([{ name: 'nameless', numbers: 1, notFinite: 1 }])
  })

  test('without a fallback it is counted and stays what it is', () => {
    expect(createNumbers().finite('price', Number.NaN)).toBeNaN()
  })

  test('what is no number at all is counted as none', () => {
    const numbers = createNumbers()
    const missing = ({} as { price: number }).price
    expect(numbers.finite('price', missing, 1)).toBe(1)
    expect(numbers.tally()[0]?.notFinite).toBe(1)
  })

  test('names that come after there is no more room are counted as one', () => {
    const numbers = createNumbers()
    for (let i = 0; i < MOST_NAMES + 3; i++) numbers.finite(`n${i}`, i)
    expect(numbers.tally()).toHaveLength(MOST_NAMES + 1)
    expect(numbers.tally().at(-1)).toEqual({ name: OTHER_NAME, numbers: 3, notFinite: 0 })
  })

  test('two of them do not see one another', () => {
    const [one, other] = [createNumbers(), createNumbers()]
    one.finite('price', Number.NaN)
    expect(other.tally()).toEqual([])
  })
})
