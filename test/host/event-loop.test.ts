import { existsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { describe, expect, test, vi } from 'vitest'
import { createLoopWatcher, RESOLUTION_MS, watchLoop } from '../../src/host/event-loop.ts'
import type { ThreadTimes } from '../../src/host/thread.ts'
import { systemClock } from '../../src/system-clock.ts'
import { FakeClock } from '../fake-clock.ts'
import { runChild } from './children/child.ts'
import { work } from './children/work.ts'

/** Only Linux tells for how long a thread ran and waited. */
const isTold = existsSync('/proc/thread-self/schedstat')
const hasScheduler = isTold && existsSync('/usr/bin/taskset')

/** Beside other causes too, as on a busy machine. */
const WAITED =
  /(the thread waited for \d.* in a call that does not return \(execSync, readFileSync, a lock\), or was suspended|for \d.* it waited in a call, or was suspended)/

function watched() {
  const clock = new FakeClock()
  const stalls: number[] = []
  const watch = watchLoop(clock, (ms) => stalls.push(ms))
  return { clock, watch, stalls }
}

/** The thread does nothing for that long, then goes on. */
async function block(clock: FakeClock, ms: number): Promise<void> {
  clock.block(ms)
  await clock.advance(0)
}

describe('the watch on the event loop', () => {
  test('while the loop runs on there is nothing to see', async () => {
    const { clock, watch, stalls } = watched()
    await clock.advance(30_000)
    expect(watch.look()).toMatchObject({ stalledMs: 0, longestMs: 0, watchedMs: 30_000 })
    expect(stalls).toEqual([])
    watch.stop()
  })

  test('a block of 1.5 s right after a look is in the next one, and in every one of the next minute', async () => {
    const { clock, watch } = watched()
    await clock.advance(9_000)
    watch.look()
    await block(clock, 1_500)
    for (let round = 0; round < 11; round++) {
      expect(watch.look()).toMatchObject({ stalledMs: 1_350, longestMs: 1_350, longestAgoMs: round * 5_000 })
      await clock.advance(5_000)
    }
    await clock.advance(5_000)
    expect(watch.look()).toMatchObject({ stalledMs: 0, longestMs: 0 })
    watch.stop()
  })

  test('looking takes nothing from the next who looks', async () => {
    const { clock, watch } = watched()
    await block(clock, 800)
    const [first, second] = [watch.look(), watch.look()]
    expect([first.stalledMs, first.longestMs]).toEqual([second.stalledMs, second.longestMs])
    watch.stop()
  })

  test('a look that comes before the late timer sees the stall all the same', async () => {
    const { clock, watch, stalls } = watched()
    await clock.advance(900)
    clock.block(2_000)
    expect(watch.look().longestMs).toBe(1_850)
    expect(stalls).toEqual([])
    await clock.advance(0)
    expect(stalls).toEqual([1_850])
    expect(watch.look()).toMatchObject({ stalledMs: 1_850, longestMs: 1_850 })
    watch.stop()
  })

  test('many short stalls add up, though none of them is long', async () => {
    const { clock, watch } = watched()
    for (let i = 0; i < 40; i++) {
      await clock.advance(450)
      await block(clock, 400)
    }
    const { stalledMs, longestMs } = watch.look()
    expect(stalledMs).toBe(40 * 250)
    expect(longestMs).toBe(250)
    watch.stop()
  })

  test('of a stall that began before the minute only what lies in it counts to the sum', async () => {
    const { clock, watch } = watched()
    await block(clock, 30_150)
    await clock.advance(50_000)
    expect(watch.look()).toMatchObject({ stalledMs: 10_000, longestMs: 30_000 })
    watch.stop()
  })

  test('after the stop nobody sleeps any more', async () => {
    const { clock, watch } = watched()
    expect(clock.sleepers).toBe(1)
    watch.stop()
    await clock.advance(1_000)
    expect(clock.sleepers).toBe(0)
  })

  test('a real block of 1.5 s is seen at once, and told when it is over', async () => {
    const told: number[] = []
    const watch = watchLoop(systemClock, (ms) => told.push(ms))
    watch.look()
    const until = performance.now() + 1_500
    while (performance.now() < until);
    expect(watch.look().longestMs).toBeGreaterThan(1_300)
    await vi.waitFor(() => expect(Math.max(...told)).toBeGreaterThan(1_300))
    expect(watch.look().activeMs).toBeGreaterThan(0)
    watch.stop()
  })
})

describe('why it stood still', () => {
  /** Plays the kernel: of each stall, for how much of it the thread ran and waited for a processor. */
  const stopwatchOf = (stalls: readonly ThreadTimes[]) => {
    const left = [...stalls]
    return { begin: () => () => left[0], next: () => left.shift(), close: () => {} }
  }

  test('of each stall it is told for how much of it the thread ran, and waited for a processor', async () => {
    const clock = new FakeClock()
    const times = [
      { ranMs: 240, queuedMs: 0 },
      { ranMs: 50, queuedMs: 1_200 },
      { ranMs: 0, queuedMs: 100 },
    ]
    const stopwatch = stopwatchOf(times)
    const watch = watchLoop(clock, () => stopwatch.next(), stopwatch)
    for (const ms of [400, 1_500, 700]) {
      await clock.advance(5_000)
      await block(clock, ms)
    }
    expect(watch.look()).toMatchObject({ longestMs: 1_400, ranMs: 290, queuedMs: 1_300, stalledMs: 2_300 })
    watch.stop()
  })

  test('of one that began before the minute, the share that lies in it', async () => {
    const clock = new FakeClock()
    const watch = watchLoop(clock, () => {}, stopwatchOf([{ ranMs: 6_000, queuedMs: 24_000 }]))
    await block(clock, 30_150)
    await clock.advance(50_000)
    expect(watch.look()).toMatchObject({ longestMs: 30_000, ranMs: 2_000, queuedMs: 8_000, stalledMs: 10_000 })
    watch.stop()
  })

  test('where the kernel does not tell, nothing is said of it', async () => {
    const clock = new FakeClock()
    const watch = watchLoop(clock, () => {}, { begin: () => () => undefined, close: () => {} })
    await block(clock, 1_500)
    expect(Object.keys(watch.look())).not.toEqual(expect.arrayContaining([expect.stringMatching(/ranMs|queuedMs/)]))
    watch.stop()
  })

  test('after work its times are taken anew: what it ran before a stall is not taken for computing in it', async () => {
    const clock = new FakeClock()
    let begun = 0
    const begin = () => {
      begun++
      return () => undefined
    }
    const watch = watchLoop(clock, () => {}, { begin, close: () => {} })
    const before = begun
    work(40)
    await clock.advance(RESOLUTION_MS)
    expect(begun).toBeGreaterThan(before)
    watch.stop()
  })

  test.skipIf(!isTold).each([
    { how: 'computes', says: /computed for \d/, advice: /find the code that keeps the main/ },
    { how: 'waits', says: WAITED, advice: /find the call that waits/ },
    { how: 'executes', says: WAITED, advice: /find the call that waits/ },
    { how: 'is stopped', says: WAITED, advice: /somebody suspends the container: SIGSTOP/ },
  ])('a process that $how for over a second says so', async ({ how, says, advice }) => {
    const { out, err } = await runChild('standing-still.ts', [how])
    expect(err).toBe('')
    const said = JSON.parse(out)
    expect(said.status).toBe('warn')
    expect(said.because).toMatch(says)
    expect(said.advice).toMatch(advice)
    const { stalled_ratio: all, computing_ratio: computing, starved_ratio: starved } = said.values
    const [share, most] = how === 'computes' ? [computing, all - starved] : [all - computing - starved, all]
    expect(share / most).toBeGreaterThan(0.75)
  })

  test.skipIf(!hasScheduler)(
    'beside another on its only processor its looks are accepted, and the stalls are told from its own',
    async () => {
      const { out, err } = await runChild(
        'starved.ts',
        [],
        'taskset -cp "$(taskset -cp $$ | grep -oE "[0-9]+$")" $$ >/dev/null',
      )
      expect(err).toBe('')
      const { said, longest, because, values } = JSON.parse(out)
      expect(longest).toBeGreaterThan(0.1)
      expect(said).not.toContain('computes unknown')
      expect(because).toMatch(
        /the process was kept from running for \d.* of these \d.*, as (a CPU quota or a crowded node does|a crowded node does|its CPU quota ran out)/,
      )
      // The rest is its own: looks that compute for 40 ms.
      expect(values.starved_ratio / values.stalled_ratio).toBeGreaterThan(0.25)
    },
  )
})

describe('one timer for all who watch', () => {
  test('each hears of a stall, until it stops; with the last the timer ends', async () => {
    const clock = new FakeClock()
    const loop = createLoopWatcher(clock)
    const told: string[] = []
    const first = loop.watch((ms) => told.push(`first ${ms}`))
    const second = loop.watch((ms) => told.push(`second ${ms}`))
    await clock.advance(0)
    expect(clock.sleepers).toBe(1)
    clock.block(1_500)
    await clock.advance(100)
    first.stop()
    clock.block(700)
    await clock.advance(100)
    expect(told.map((one) => one.split(' ')[0])).toEqual(['first', 'second', 'second'])
    expect(second.look().longestMs).toBeGreaterThanOrEqual(1_350)
    second.stop()
    second.stop()
    await clock.advance(200)
    expect(clock.sleepers).toBe(0)
  })
})
