import { describe, expect, test } from 'vitest'
import { attribute, type ThreadSample } from '../../src/guard/attribution.ts'
import type { ThreadReading } from '../../src/host/thread.ts'

/** Looks a quarter of a second apart, each with this share of the time on a processor. */
function looks(share: number, ...readings: readonly Partial<ThreadReading>[]): readonly ThreadSample[] {
  return readings.map((reading, index) => ({
    at: index * 250,
    reading: { state: 'R', ranMs: index * 250 * share, ...reading },
  }))
}

const inCall = (call: string) => ({ state: 'S', call })

describe('a silent thread', () => {
  test.each<[string, readonly ThreadSample[], string, string]>([
    ['a loop', looks(1, {}, {}, {}, {}), 'executing', 'executing'],
    ['a loop on a busy machine', looks(0.4, {}, {}, {}, {}), 'executing', 'executing'],
    ['a loop that was seen once', looks(1, {}), 'executing', 'executing'],
    ['much work with short waits', looks(0.8, inCall('futex'), {}, inCall('futex'), {}), 'executing', 'executing'],
    [
      'Atomics.wait',
      looks(0, inCall('futex'), inCall('futex'), inCall('futex')),
      'blocked',
      'blocked in a call: futex (a lock, or Atomics.wait)',
    ],
    [
      'execSync',
      looks(0.01, {}, inCall('epoll_pwait'), inCall('epoll_pwait')),
      'blocked',
      'blocked in a call: epoll_pwait (called by JavaScript: it waits for a child process, as execSync, spawnSync and execFileSync do)',
    ],
    [
      'a dead network mount',
      looks(0, { state: 'D', call: 'newfstatat' }, { state: 'D', call: 'newfstatat' }),
      'blocked',
      'blocked in a call: newfstatat',
    ],
    [
      'a call seen once',
      looks(0, inCall('wait4')),
      'blocked',
      'blocked in a call: wait4 (it waits for a child process)',
    ],
    [
      'many calls, of which one lasts',
      looks(0, inCall('read'), inCall('fsync'), inCall('fsync')),
      'blocked',
      'blocked in a call: fsync',
    ],
    [
      'a kernel that tells only where it waits',
      looks(0, { state: 'S', waitsIn: 'nfs_wait_bit_killable' }, { state: 'S', waitsIn: 'nfs_wait_bit_killable' }),
      'blocked',
      'blocked in a call: nfs_wait_bit_killable',
    ],
    [
      'a kernel that tells nothing of it',
      looks(0, { state: 'S' }, { state: 'S' }),
      'blocked',
      'blocked in a call: the kernel does not say which',
    ],
    [
      'one that is not let run',
      looks(0.05, {}, {}, {}, {}, {}),
      'starved',
      'starved of CPU: it ran for 5% of the last 1 s and wants to run',
    ],
    ['a stop signal', looks(0, { state: 'T' }), 'frozen', 'frozen: a signal has stopped it'],
    ['gdb', looks(0, {}, { state: 't' }), 'frozen', 'frozen: a debugger of the system holds it'],
    ['a frozen cgroup', looks(0, { state: 'S', waitsIn: 'do_freezer_trap' }), 'frozen', 'frozen: its cgroup is frozen'],
    ['no /proc', [], 'unknown', 'what it does cannot be told here, for the kernel does not say'],
  ])('%s', (_title, samples, cause, words) => {
    expect(attribute(samples)).toEqual({ cause, words })
  })
})
