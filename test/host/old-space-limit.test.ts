import { describe, expect, test } from 'vitest'
import { type HeapSetup, maxOldSpaceBytes } from '../../src/host/old-space-limit.ts'

const MIB = 2 ** 20
const plain: HeapSetup = { flags: [], options: undefined, heapLimitBytes: 4_144 * MIB, v8: '11.3.244.8-node.30' }

describe('how large the old generation may grow', () => {
  // Measured: the heap limits that Node 20 shows for machines and containers without the flag, and what V8 takes for the old generation.
  test.each([
    ['a large machine: 4 096 MiB and three semi-spaces of 16', 4_144, 4_096],
    ['a small container: 256 MiB and three semi-spaces of 1', 259, 256],
  ])('%s', (_, limit, old) => {
    expect(maxOldSpaceBytes({ ...plain, heapLimitBytes: limit * MIB }) / MIB).toBeCloseTo(old, 0)
  })

  test.each<[string, Partial<HeapSetup>]>([
    ['on the command line', { flags: ['--expose-gc', '--max-old-space-size=64'] }],
    ['with underscores', { flags: ['--max_old_space_size=64'] }],
    ['as two words', { flags: ['--max-old-space-size', '64'] }],
    ['in NODE_OPTIONS', { options: '--trace-warnings --max-old-space-size=64' }],
    ['in both: the command line counts', { flags: ['--max-old-space-size=64'], options: '--max-old-space-size=512' }],
    ['as the limit of a worker thread', { threadMb: 64 }],
    ['as both: the flag counts', { threadMb: 512, flags: ['--max-old-space-size=64'] }],
    ['twice: the last counts', { flags: ['--max-old-space-size=512', '--max-old-space-size=64'] }],
  ])('said %s, it is what is said', (_, setup) => {
    expect(maxOldSpaceBytes({ ...plain, ...setup, heapLimitBytes: 112 * MIB })).toBe(64 * MIB)
  })

  test('a young generation of a size that was set is taken off as it is', () => {
    expect(maxOldSpaceBytes({ ...plain, flags: ['--max-semi-space-size=32'] })).toBe((4_144 - 96) * MIB)
  })

  test('of this process it is positive and less than everything', () => {
    expect(maxOldSpaceBytes()).toBeGreaterThan(16 * MIB)
    expect(maxOldSpaceBytes()).toBeLessThan(2 ** 50)
  })
})
