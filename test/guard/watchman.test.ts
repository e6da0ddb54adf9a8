import { describe, expect, test } from 'vitest'
import type { Stall } from '../../src/guard/contract.ts'
import type { Capture } from '../../src/guard/stack.ts'
import { Watchman } from '../../src/guard/watchman.ts'
import type { ThreadReading } from '../../src/host/thread.ts'
import { FakeClock } from '../fake-clock.ts'

const SPIN: Capture = {
  frames: [
    { name: 'spin', file: '/app/spin.js', line: 12 },
    { name: 'an anonymous function', file: '/app/main.js', line: 3 },
  ],
}

/** A watchman on a fake clock, and a main thread that turns or does not. */
function watching({ capture = SPIN, captureAfterMs = 100 }: { capture?: Capture; captureAfterMs?: number } = {}) {
  const clock = new FakeClock()
  const told = {
    logged: [] as Record<string, unknown>[],
    left: [] as string[],
    stalls: [] as Stall[],
    captures: 0,
    threadLooks: 0,
  }
  let beats = 0
  let reading = (): Omit<ThreadReading, 'ranMs'> => ({ state: 'R' })
  const watchman = new Watchman({
    clock,
    silenceMs: 10_000,
    beats: () => beats,
    thread() {
      told.threadLooks++
      return { ranMs: clock.now(), ...reading() }
    },
    async captureStack() {
      told.captures++
      await clock.sleep(captureAfterMs)
      return capture
    },
    log: (event) => told.logged.push(event),
    leave: (words) => told.left.push(words),
    turned: (stall) => told.stalls.push(stall),
    posted: () => 'cache-size: many\n',
  })
  watchman.run(new AbortController().signal)
  const { logged, left, stalls } = told
  return {
    told,
    logged,
    left,
    stalls,
    clock,
    watchman,
    silent: (ms: number) => clock.advance(ms),
    async turns(ms: number) {
      for (let passed = 0; passed < ms; passed += 50) {
        beats++
        await clock.advance(50)
      }
    },
    sees(next: Omit<ThreadReading, 'ranMs'> & { ranMs?: number }) {
      reading = () => next
    },
  }
}

describe('the watchman', () => {
  test('has nothing to say of a thread that turns, and does not look at it', async () => {
    const { turns, told } = watching()
    await turns(60_000)
    expect(told).toEqual({ logged: [], left: [], stalls: [], captures: 0, threadLooks: 0 })
  })

  test('tells of a stall when it is over, not of each second', async () => {
    const { turns, silent, stalls, logged, left } = watching()
    await turns(1_000)
    await silent(3_000)
    await turns(1_000)
    expect(stalls).toHaveLength(1)
    expect(stalls[0]).toMatchObject({ stopped: false, stack: [] })
    expect(stalls[0]?.because).toMatch(/^the main thread was silent for (2\.8|2\.9|3) s: executing$/)
    expect([logged, left]).toEqual([[], []])
  })

  test('says at once that it is stopped, then where, and leaves both as last words above what main would have said', async () => {
    const { turns, silent, logged, left } = watching()
    await turns(1_000)
    await silent(10_500)
    const sentence = 'the main thread has been silent for 10 s: executing'
    expect(logged.map(({ because }) => because)).toEqual([sentence, `${sentence} in spin (/app/spin.js:12)`])
    expect(logged[1]).toMatchObject({ event: 'main-thread', state: 'stopped', silentMs: 10_000 })
    expect(logged[1]?.['stack']).toEqual(['spin (/app/spin.js:12)', 'an anonymous function (/app/main.js:3)'])
    expect(left[0]).toBe(`${sentence} (at 2026-01-01T00:00:12.000Z)\ncache-size: many\n`)
    expect(left[1]).toBe(
      [
        `${sentence} in spin (/app/spin.js:12) (at 2026-01-01T00:00:12.100Z)`,
        '  at spin (/app/spin.js:12)',
        '  at an anonymous function (/app/main.js:3)',
        'cache-size: many',
        '',
      ].join('\n'),
    )
  })

  test('asks for the stack once a stall, however long; its last words keep up', async () => {
    const { turns, silent, told } = watching()
    await turns(1_000)
    await silent(45_000)
    expect(told.captures).toBe(1)
    expect(told.logged).toHaveLength(2)
    expect(told.left.map((words) => /silent for (\S+ \S+):/.exec(words)?.[1])).toEqual([
      '10 s',
      '10 s',
      '20 s',
      '30 s',
      '40 s',
    ])
    await turns(1_000)
    await silent(12_000)
    expect(told.captures).toBe(2)
  })

  test('a stack that comes when the thread turns again is dropped', async () => {
    const { turns, silent, logged, left, watchman } = watching({ captureAfterMs: 500 })
    await turns(1_000)
    await silent(10_250)
    await turns(2_000)
    expect(logged).toHaveLength(1)
    expect(left).toHaveLength(2)
    expect(left[1]).toMatch(/^the main thread was silent for 10 s: executing \(until 2026-.*Z\)\ncache-size: many\n$/)
    expect(watchman.finding.capture).toBeUndefined()
  })

  test('what was found of one stall is not said of the next', async () => {
    const { turns, silent, sees, stalls } = watching()
    await turns(1_000)
    await silent(12_000)
    await turns(1_000)
    sees({ state: 'S', call: 'read', ranMs: 0 })
    await silent(3_000)
    await turns(1_000)
    expect(stalls.map(({ because }) => because)).toEqual([
      expect.stringMatching(/executing in spin/),
      expect.stringMatching(/blocked in a call: read$/),
    ])
  })

  test.each<[string, Capture, string]>([
    [
      'JavaScript under the call',
      SPIN,
      'blocked in a call: futex (a lock, or Atomics.wait), in spin (/app/spin.js:12)',
    ],
    [
      'no JavaScript that could be asked',
      { because: 'it could not be halted within 2 s', halted: false },
      'blocked in a call: futex (a lock, or Atomics.wait)',
    ],
    ['a debugger at work', { because: 'a debugger has halted it', halted: true }, 'a debugger has halted it'],
  ])('a call that blocks, with %s', async (_title, capture, words) => {
    const { turns, silent, sees, left } = watching({ capture })
    sees({ state: 'S', call: 'futex', ranMs: 0 })
    await turns(1_000)
    await silent(10_500)
    expect(left.at(-1)).toContain(`the main thread has been silent for 10 s: ${words} (at `)
  })

  test('code that cannot be halted is said to be so', async () => {
    const capture = { because: 'it could not be halted within 2 s', halted: false }
    const { turns, silent, left } = watching({ capture })
    await turns(1_000)
    await silent(10_500)
    expect(left.at(-1)).toContain('executing; it could not be halted within 2 s (at ')
  })

  test('when it did not run itself, it says nothing of the other', async () => {
    const { turns, clock, told } = watching()
    await turns(1_000)
    clock.block(60_000)
    await turns(1_000)
    expect(told).toMatchObject({ logged: [], left: [], stalls: [] })
  })

  test('a thousand questions a second make it look at the thread no more often than it would', async () => {
    const { turns, clock, watchman, told } = watching()
    await turns(1_000)
    for (let ms = 0; ms < 5_000; ms++) {
      await clock.advance(1)
      watchman.look()
    }
    expect(told.threadLooks).toBeLessThan(5_000 / 125)
  })
})
