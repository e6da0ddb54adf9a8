import { describe, expect, test } from 'vitest'
import type { DiskSources } from '../../src/host/disk.ts'
import { Mounts } from '../../src/host/mounts.ts'
import { FakeClock, settle } from '../fake-clock.ts'

const SIGNAL = new AbortController().signal
const never = () => new Promise<never>(() => {})

describe('the file systems of some paths', () => {
  test('each is looked at once, under the first of its paths', async () => {
    const machine = fakeMachine({ '/': 1, '/tmp': 1, '/data': 2, '/data/logs': 2 })
    const mounts = new Mounts(new FakeClock(), machine.sources)
    const seen = await mounts.look(['/', '/tmp', '/data/logs', '/data'], SIGNAL)
    expect(seen.map((mount) => 'path' in mount && mount.path)).toEqual(['/', '/data/logs'])
    expect(machine.asked['space /']).toBe(1)
    expect(machine.asked['space /tmp']).toBeUndefined()
  })

  test('a path that is not there is told, and is no reason not to see the others', async () => {
    const mounts = new Mounts(new FakeClock(), fakeMachine({ '/': 1 }).sources)
    const [root, missing] = await mounts.look(['/', '/nope'], SIGNAL)
    expect(root).toMatchObject({ path: '/', by: 'df' })
    expect(missing).toEqual({ subject: '/nope', because: 'ENOENT: no such file or directory' })
  })

  test.each(['device', 'blocks', 'space'] as const)(
    'a mount that hangs at its %s is not asked twice, and the others are seen in every round',
    async (question) => {
      const clock = new FakeClock()
      const machine = fakeMachine({ '/': 1, '/dead': 2, '/data': 3 })
      const asked = machine.sources[question]
      const sources: DiskSources = {
        ...machine.sources,
        [question]: (path: string) => (path === '/dead' ? machine.count(`hung ${path}`, never) : asked(path)),
      }
      const mounts = new Mounts(clock, sources)
      for (let round = 1; round <= 4; round++) {
        const looking = mounts.look(['/dead', '/', '/data'], SIGNAL)
        await clock.advance(2_000)
        const [dead, root, data] = await looking
        expect(dead).toMatchObject({
          subject: '/dead',
          because: expect.stringMatching(/^no answer for .*: its file system hangs, for another answers$/),
        })
        expect([root, data]).toMatchObject([{ path: '/' }, { path: '/data' }])
        await clock.advance(28_000)
      }
      expect(machine.asked['hung /dead']).toBe(1)
      expect(clock.sleepers).toBe(0)
    },
  )

  test('another path on a file system that hangs is not tried', async () => {
    const clock = new FakeClock()
    const machine = fakeMachine({ '/dead': 2, '/dead/b': 2, '/': 1 })
    let isDead = false
    const device = (path: string) =>
      isDead && path.startsWith('/dead') ? machine.count('hung', never) : machine.sources.device(path)
    const mounts = new Mounts(clock, { ...machine.sources, device })
    await mounts.look(['/dead'], SIGNAL)
    await mounts.look(['/dead/b'], SIGNAL)
    isDead = true
    const first = mounts.look(['/dead'], SIGNAL)
    await clock.advance(2_000)
    await first
    const second = mounts.look(['/dead', '/dead/b', '/'], SIGNAL)
    await clock.advance(2_000)
    expect(await second).toMatchObject([
      { subject: '/dead', because: 'no answer for 3 s: its file system hangs, for another answers' },
      { subject: '/dead/b', because: 'it is on the same file system as /dead, which does not answer' },
      { path: '/' },
    ])
    expect(machine.asked['hung']).toBe(1)
  })

  test('a file system that nobody may write to is told as such, also while that cannot be read any more', async () => {
    const { sources } = fakeMachine({ '/': 1, '/data': 2 })
    const isOf = async (device: number) => device === 1
    const outOf = () => Promise.reject(new Error('EMFILE: too many open files'))
    let isReadOnly: DiskSources['isReadOnly'] = isOf
    const mounts = new Mounts(new FakeClock(), { ...sources, isReadOnly: (device) => isReadOnly(device) })
    const marks = async () =>
      (await mounts.look(['/', '/data'], SIGNAL)).map((seen) => 'path' in seen && [seen.path, seen.readOnly])
    const expected = [
      ['/', true],
      ['/data', undefined],
    ]
    expect(await marks()).toEqual(expected)
    isReadOnly = outOf
    expect(await marks()).toEqual(expected)
    isReadOnly = async () => false
    expect(await marks()).toEqual([
      ['/', undefined],
      ['/data', undefined],
    ])
  })

  test('a mount that answers again is seen again', async () => {
    const clock = new FakeClock()
    const machine = fakeMachine({ '/dead': 2 })
    let answer: (device: number) => void = () => {}
    const device = () =>
      new Promise<number>((resolve) => {
        answer = resolve
      })
    const mounts = new Mounts(clock, { ...machine.sources, device })
    const first = mounts.look(['/dead'], SIGNAL)
    await clock.advance(2_000)
    const why = 'this process is too busy to ask or hardly let run, or its file system hangs'
    expect(await first).toEqual([{ subject: '/dead', because: `no answer for 1 s: ${why}` }])
    const second = mounts.look(['/dead'], SIGNAL)
    await settle()
    answer(2)
    expect(await second).toMatchObject([{ path: '/dead', by: 'df' }])
  })

  test('stops at once when the engine stops', async () => {
    const clock = new FakeClock()
    const mounts = new Mounts(clock, { ...fakeMachine({}).sources, device: never })
    const stop = new AbortController()
    const looking = mounts.look(['/dead'], stop.signal)
    stop.abort()
    expect(await looking).toMatchObject([{ subject: '/dead' }])
    expect(clock.sleepers).toBe(0)
  })
})

/** Paths and their devices; every question is counted. */
function fakeMachine(devices: Readonly<Record<string, number>>) {
  const asked: Record<string, number> = {}
  const count = <T>(question: string, answer: () => T): T => {
    asked[question] = (asked[question] ?? 0) + 1
    return answer()
  }
  const sources: DiskSources = {
    device: (path) =>
      count(`device ${path}`, async () => {
        const device = devices[path]
        if (device === undefined) throw new Error('ENOENT: no such file or directory')
        return device
      }),
    blocks: (path) =>
      count(`blocks ${path}`, async () => ({ bsize: 1_024, blocks: 100, bfree: 50, bavail: 40, files: 0, ffree: 0 })),
    space: (path) => count(`space ${path}`, async () => ({ size: 102_400, free: 40_960 })),
    isReadOnly: async () => false,
  }
  return { asked, count, sources }
}
