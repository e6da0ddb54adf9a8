import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { type AcceptLine, createAcceptLine } from '../../src/host/accept-line.ts'

let line: AcceptLine
let now: number
beforeEach(() => {
  line = createAcceptLine()
  now = 0
})

/** So many leave, and a tenth of a second after the last look so many wait. Returns for how long those who left had. */
function later(leave: number, wait: number): readonly number[] {
  const waited = Array.from({ length: leave }, () => line.left(now))
  now += 100
  line.seen(now, line.gone, wait)
  return waited
}

test('who is next has waited since the first look at which more had come than are gone by now', () => {
  const waits: number[] = []
  // 20 come in each tenth of a second, of whom 10 leave.
  for (let nth = 1; nth <= 10; nth++) {
    later(10, 10 * nth)
    waits.push(line.waitedMs)
  }
  expect(waits).toEqual([0, 0, 100, 100, 200, 200, 300, 300, 400, 400])
  for (let nth = 9; nth >= 0; nth--) later(10, 10 * nth)
  expect([line.connections, line.waitedMs]).toEqual([0, 0])
})

test('each that leaves had waited since the look at which he was first among those who had come', () => {
  later(0, 15)
  // Ten of them leave at once, the others after another look; who comes in between is known since that.
  expect(later(10, 10)).toEqual(Array(10).fill(0))
  expect(later(10, 0)).toEqual([100, 100, 100, 100, 100, 0, 0, 0, 0, 0])
})

test('nobody who comes and goes between two looks is said to have waited', () => {
  expect(later(30, 0)).toEqual(Array(30).fill(0))
  expect(later(30, 0)).toEqual(Array(30).fill(0))
})

test('where fewer have come than had before, what was is void: the server was closed and opened again', () => {
  later(5, 50)
  for (let nth = 0; nth < 20; nth++) later(1, 50)
  expect(line.waitedMs).toBeGreaterThan(1_000)
  later(1, 3)
  expect(line.waitedMs).toBe(0)
})

test('where nobody leaves though the loop turns, who comes leaves unseen, and nothing is known of when', () => {
  later(5, 50)
  for (let nth = 0; nth < 20; nth++) later(0, 50)
  expect(line.waitedMs).toBe(0)
})

test('is quiet while nobody waits and nobody leaves', () => {
  expect(line.isQuiet).toBe(true)
  line.left(0)
  expect(line.isQuiet).toBe(false)
  later(0, 0)
  expect(line.isQuiet).toBe(true)
  later(0, 1)
  expect(line.isQuiet).toBe(false)
})

test('whoever comes and leaves in whatever order, nobody is said to have waited longer than he had', () => {
  const steps = fc.array(fc.record({ come: fc.nat(20), leave: fc.integer({ min: 1, max: 20 }) }), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (all) => {
      const queue = createAcceptLine()
      const standing: number[] = []
      let at = 0
      for (const { come, leave } of all) {
        for (let nth = 0; nth < come; nth++) standing.push(at)
        at += 50
        for (let nth = 0; nth < leave && standing.length > 0; nth++) {
          const waited = at - (standing.shift() ?? at)
          expect(queue.left(at)).toBeLessThanOrEqual(waited)
        }
        at += 50
        queue.seen(at, queue.gone, standing.length)
        expect(queue.waitedMs).toBeLessThanOrEqual(at - (standing[0] ?? at))
      }
    }),
  )
})
