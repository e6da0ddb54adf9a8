import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDecay } from '../../src/failweb/decay.ts'
import { createScene, type Scene } from './bench.ts'

let scene: Scene
beforeEach(() => {
  scene = createScene()
})
afterEach(() => scene.end())

/** A counter that never fails by itself. */
const draws = (count: number, decay = scene.faults.decay(createDecay({ step: 0 }))) =>
  Array.from({ length: count }, () => (decay.draw().failed ? 'x' : '.')).join('')

describe('heartbeats that fail by count', () => {
  test.each<[string, Record<string, number>, string]>([
    ['all of them', {}, 'xxxxxxxx'],
    ['the next three', { next: 3 }, 'xxx.....'],
    ['all after five more', { after: 5 }, '.....xxx'],
    ['two after four more', { after: 4, next: 2 }, '....xx..'],
  ])('%s', (_which, settings, drawn) => {
    scene.faults.set('heartbeat', settings)
    expect(draws(8)).toBe(drawn)
  })

  test('the counter goes on as without the fault, and looking at the last draw draws nothing', () => {
    const decay = scene.faults.decay(createDecay({ step: 2, seed: 33 }))
    scene.faults.set('heartbeat', { after: 1, next: 1 })
    expect([decay.draw(), decay.draw()]).toEqual([
      { percent: 2, failed: false },
      { percent: 4, failed: true, onPurpose: true },
    ])
    expect(decay.last).toEqual({ percent: 4, failed: true, onPurpose: true })
    expect(decay.draw().percent).toBe(6)
  })

  test('a draw that fails by itself is not called one that was made to', () => {
    const decay = scene.faults.decay(createDecay({ step: 100 }))
    scene.faults.set('heartbeat', {})
    expect(decay.draw()).toEqual({ percent: 100, failed: true })
  })

  test('it ends with its time, in the middle of a row of failures', async () => {
    const decay = scene.faults.decay(createDecay({ step: 0 }))
    scene.faults.set('heartbeat', {}, 5)
    expect(draws(2, decay)).toBe('xx')
    await scene.clock.advance(5_000)
    expect(draws(2, decay)).toBe('..')
  })
})
