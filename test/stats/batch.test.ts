import { expect, test } from 'vitest'
import { Batch } from '../../src/stats/batch.ts'

function gathered() {
  const taken: number[] = []
  return { taken, batch: new Batch((kept, count) => void taken.push(...kept.slice(0, count))) }
}

test('every number is handed on once, in the order in which it came', () => {
  const { taken, batch } = gathered()
  const all = Array.from({ length: 1_000 }, (_, nth) => nth / 7)
  for (const value of all) batch.add(value)
  batch.settle()
  batch.settle()
  expect(taken).toEqual(all)
})

test('numbers are kept aside until somebody is to read them', () => {
  const { taken, batch } = gathered()
  batch.add(3)
  batch.add(Number.NaN)
  expect(taken).toEqual([])
  batch.settle()
  batch.add(5)
  expect(taken).toEqual([3, Number.NaN])
})

test('what is kept aside is bounded, though nobody ever reads', () => {
  const { taken, batch } = gathered()
  for (let nth = 0; nth < 10_000; nth++) batch.add(nth)
  expect(taken.length).toBeGreaterThan(9_900)
})
