import { describe, expect, test } from 'vitest'
import { diskUsageCheck } from '../../checks/disk-usage.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Judged } from '../../src/core/status.ts'
import type { DiskSources } from '../../src/host/disk.ts'
import { type DiskReading, Disks } from '../../src/host/disks.ts'
import { FakeClock } from '../fake-clock.ts'

const GIB = 1024 ** 3
const HOUR = 3_600_000

describe('disk-usage', () => {
  test.each([
    [23, 'pass', '23% of / is used (77 GiB available); warns at 80%'],
    [0, 'pass', '0% of / is used (100 GiB available); warns at 80%'],
    [22.01, 'pass', '23% of / is used (78 GiB available); warns at 80%'],
    [79.96, 'pass', '79.96% of / is used (20 GiB available); warns at 80%'],
    [80, 'warn', '80% of / is used (20 GiB available); warns at 80%, fails at 90%'],
    [89.5, 'warn', '89.5% of / is used (11 GiB available); warns at 80%, fails at 90%'],
    [90, 'fail', '90% of / is used (10 GiB available); fails at 90%'],
    [93, 'fail', '93% of / is used (7 GiB available); fails at 90%'],
    [100, 'fail', '100% of / is used (0 B available); fails at 90%'],
  ])('%d GiB of 100: %s, "%s"', (used, status, because) => {
    expect(judge(reading({ mounts: [mount('/', used)] }))).toMatchObject({ status, because })
  })

  test('a limit is left 2 points below it, once patience has said it', () => {
    const said = (status: Judged) => ({ status, parts: { '/': status } })
    const at = (used: number, status: Judged) => judge(reading({ mounts: [mount('/', used)] }), {}, said(status))
    expect(at(89, 'fail')).toMatchObject({
      status: 'fail',
      because: '89% of / is used (11 GiB available); fails until it is below 88%',
    })
    expect(at(87.9, 'fail').status).toBe('warn')
    expect(at(78.5, 'warn').because).toBe('79% of / is used (22 GiB available); warns until it is below 78%')
    expect(at(77, 'warn').status).toBe('pass')
    expect(at(89, 'warn').status).toBe('warn')
  })

  test('one mount that fails does not hold another in its band', () => {
    const said = { status: 'fail', parts: { '/': 'fail', '/data': 'pass' } } as const
    const { parts } = judge(reading({ mounts: [mount('/', 95), mount('/data', 79)] }), {}, said)
    expect(parts?.map(({ subject, status }) => [subject, status])).toEqual([
      ['/', 'fail'],
      ['/data', 'pass'],
    ])
  })

  test('inodes are a part of their own, where there are any', () => {
    const full = { ...mount('/', 10), inodes: 1_000, freeInodes: 40 }
    const verdict = judge(reading({ mounts: [full, mount('/btrfs', 5)] }))
    expect(verdict.because).toBe('96% of the inodes of / are used (40 free); fails at 90%')
    expect(verdict.parts?.map(({ subject }) => subject)).toEqual(['/', '/ (inodes)', '/btrfs'])
  })

  test('a file system that nobody may write to is full by nature and cannot fill: another speaks where there is one', () => {
    const image = { ...mount('/', 100), inodes: 900, freeInodes: 0, readOnly: true as const }
    const alone = judge(reading({ mounts: [image] }))
    expect(alone).toMatchObject({
      status: 'pass',
      because: 'the file system of / is read-only (100 GiB used), so it cannot fill',
      values: { used_bytes: 100 * GIB, available_bytes: 0, size_bytes: 105 * GIB },
    })
    expect(alone.limits).toBeUndefined()
    const verdict = judge(reading({ mounts: [image, mount('/data', 20)] }))
    expect(verdict.because).toBe('20% of /data is used (80 GiB available); warns at 80%')
    expect(verdict.parts?.map(({ subject, status }) => [subject, status])).toEqual([
      ['/data', 'pass'],
      ['/', 'pass'],
    ])
  })

  test('the worst speaks with its own values and names those that are as bad', () => {
    const verdict = judge(reading({ mounts: [mount('/', 10), mount('/a', 96), mount('/b', 91)] }))
    expect(verdict.because).toBe('96% of /a is used (4 GiB available); fails at 90% (likewise /b)')
    expect(verdict.values).toEqual({
      used_ratio: 0.96,
      used_bytes: 96 * GIB,
      available_bytes: 4 * GIB,
      size_bytes: 105 * GIB,
    })
  })

  test('a path that cannot be looked at makes it unknown, unless another fails', () => {
    const dead = { subject: '/dead', because: 'no answer for 2 min' }
    expect(() => judge(reading({ mounts: [mount('/', 10), dead] }))).toThrow(
      '/dead could not be looked at: no answer for 2 min',
    )
    expect(judge(reading({ mounts: [mount('/', 95), dead] }))).toMatchObject({
      status: 'fail',
      because: '95% of / is used (5 GiB available); fails at 90%; /dead could not be looked at: no answer for 2 min',
    })
  })

  test('what is too full and cannot be foretold says what was seen of late; what is well, or shrinks, does not', () => {
    const at = (used: number, lately: { by: number; ms: number }) =>
      judge(reading({ mounts: [{ ...mount('/', used), lately }] })).because
    expect(at(85, { by: 3 * GIB, ms: 150_000 })).toBe(
      '85% of / is used (15 GiB available), 3 GiB of it in the last 2.5 min; warns at 80%, fails at 90%',
    )
    expect(at(85, { by: -GIB, ms: 150_000 })).toBe('85% of / is used (15 GiB available); warns at 80%, fails at 90%')
    expect(at(50, { by: 3 * GIB, ms: 150_000 })).toBe('50% of / is used (50 GiB available); warns at 80%')
  })

  test('what filled it at once and then stood still says for how long, to a second', async () => {
    const clock = new FakeClock()
    let bytes = 5
    const disks = new Disks(clock, undefined, async () => ({ bytes: bytes * 1024 ** 2, entries: 1, device: 7 }))
    const watch = [{ path: '/logs', warnAt: '6 MiB', failAt: '9MiB' }]
    const settings = settingsOf({ paths: [], watch })
    const signal = new AbortController().signal
    let seen: DiskReading | undefined
    for (let look = 0; look <= 64; look++) {
      if (look === 6) bytes = 8
      seen = await diskUsageCheck.sense({ settings, held: disks, signal })
      clock.block(250)
    }
    expect(judge(seen ?? reading({}), { paths: [], watch }).because).toMatch(
      /^\/logs holds 8 MiB \(88\.9% of the limit set for it\), 3 MiB of it in the last 16 s, none in the last 1[34] s;/,
    )
  })

  test('five minutes at most are looked back', async () => {
    const disk = new FakeDisk()
    disk.usedAt = (hour) => 80 + hour
    expect((await disk.watch(0.25)).because).toMatch(
      /\(\d+(\.\d)? GiB available\), 85 MiB of it in the last 5 min; warns at 80%/,
    )
  })

  test('a volume that is mounted over the path is another disk, and has not grown', async () => {
    const disk = new FakeDisk()
    disk.usedAt = () => 10
    await disk.watch(0.25)
    disk.device = 2
    disk.usedAt = () => 82
    expect((await disk.watch(0)).because).toBe('82% of / is used (18 GiB available); warns at 80%, fails at 90%')
  })

  test('where all is well the fullest folder is spoken of beside the disk', () => {
    const folder = (path: string, bytes: number) => ({ path, bytes, entries: 3, device: 7, ageMs: 0, trail: [] })
    const watch = ['/logs', '/spool'].map((path) => ({ path, warnAt: '400 MiB', failAt: '500MiB' }))
    const at = (mebibytes: number) =>
      judge(
        reading({
          mounts: [mount('/', 20)],
          folders: [folder('/logs', 1024 ** 2), folder('/spool', mebibytes * 1024 ** 2)],
        }),
        { paths: ['/'], watch },
      ).because
    expect(at(2)).toBe(
      '20% of / is used (80 GiB available); warns at 80%; /spool holds 2 MiB (0.4% of the limit set for it); warns at 400 MiB',
    )
    expect(at(500)).toBe('/spool holds 500 MiB (100% of the limit set for it); fails at 500 MiB')
  })

  test('a folder has limits of its own, left by the same share', () => {
    const watch = [{ path: '/logs', warnAt: '400 MiB', failAt: '500MiB' }]
    const at = (mebibytes: number, said?: Judged) =>
      judge(
        reading({
          folders: [{ path: '/logs', bytes: mebibytes * 1024 ** 2, entries: 3, device: 7, ageMs: 0, trail: [] }],
        }),
        { paths: [], watch },
        said && { status: said, parts: { '/logs (contents)': said } },
      )
    expect(at(1)).toMatchObject({
      status: 'pass',
      because: '/logs holds 1 MiB (0.2% of the limit set for it); warns at 400 MiB',
    })
    expect(at(400)).toMatchObject({
      status: 'warn',
      because: '/logs holds 400 MiB (80% of the limit set for it); warns at 400 MiB, fails at 500 MiB',
    })
    expect(at(500)).toMatchObject({
      status: 'fail',
      because: '/logs holds 500 MiB (100% of the limit set for it); fails at 500 MiB',
    })
    expect(at(495, 'fail')).toMatchObject({
      status: 'fail',
      because: '/logs holds 495 MiB (99% of the limit set for it); fails until it is below 490 MiB',
    })
    expect(at(500).values).toEqual({ used_ratio: 1, used_bytes: 500 * 1024 ** 2 })
  })

  test('while it warns or fails it advises on the place that its sentence is about', () => {
    const advised = (...mounts: DiskReading['mounts']) => judge(reading({ mounts })).advice
    expect(advised(mount('/', 10))).toBeUndefined()
    expect(advised(mount('/', 10), mount('/data', 85))).toBe(
      'see what has grown there (in KiB: kubectl exec POD -- du -akx /data | sort -n | tail), rotate it or delete it; of a file that is open the space comes back when it is closed. Where Kubernetes limits that volume or the pod’s ephemeral storage, it evicts the pod that is over',
    )
    expect(advised(mount('/', 85), mount('/data', 95))).toContain('du -akx /data |')
    expect(advised({ ...mount('/', 10), inodes: 1_000, freeInodes: 40 })).toBe(
      `see which folders hold the most files (kubectl exec POD -- find / -xdev | sed 's|[^/]*$||' | sort | uniq -c | sort -n | tail), delete those that nobody needs, and end what goes on making them; a file that is open counts until it is closed`,
    )
  })

  test('of a folder it advises on that folder', () => {
    const watch = [{ path: '/var/log/app', warnAt: '1KiB', failAt: '2KiB' }]
    const folders = [{ path: '/var/log/app', bytes: 2_000, entries: 3, device: 7, ageMs: 0, trail: [] }]
    expect(judge(reading({ mounts: [mount('/', 10)], folders }), { watch }).advice).toContain('du -akx /var/log/app |')
  })

  test('of a folder that is too large it says how much its file system has left, where that is looked at anyway', () => {
    const watch = [{ path: '/logs', warnAt: '400 MiB', failAt: '500MiB' }]
    const at = (mebibytes: number, device: number) =>
      judge(
        reading({
          mounts: [mount('/', 10), { ...mount('/data', 21), device: 7 }],
          folders: [{ path: '/logs', bytes: mebibytes * 1024 ** 2, entries: 3, device, ageMs: 0, trail: [] }],
        }),
        { watch },
      ).because
    expect(at(500, 7)).toBe(
      '/logs holds 500 MiB (100% of the limit set for it); its file system has 79 GiB left; fails at 500 MiB',
    )
    expect(at(400, 1)).toContain('(80% of the limit set for it); its file system has 90 GiB left; warns at 400 MiB')
    expect(at(500, 3)).toBe('/logs holds 500 MiB (100% of the limit set for it); fails at 500 MiB')
    expect(at(100, 7)).not.toContain('left')
  })

  test('a path that no line can tell leaves the advice to the check', () => {
    expect(judge(reading({ mounts: [mount('/two\nlines', 95)] })).advice).toBeUndefined()
    expect(judge(reading({ mounts: [mount(`/${'deep/'.repeat(300)}`, 95)] })).advice).toBeUndefined()
  })

  test.each([
    [{ warnAt: 0.95 }, 'checks.disk-usage.warnAt: expected at most failAt (0.9); got 0.95'],
    [{ paths: ['data'] }, 'checks.disk-usage.paths.0: expected an absolute path'],
    [{ paths: [] }, 'checks.disk-usage.paths: expected a path, here or in watch'],
    [
      { watch: [{ path: '/a', warnAt: 2, failAt: 1 }] },
      'checks.disk-usage.watch.0.warnAt: expected at most failAt (1); got 2',
    ],
    [
      { watch: [{ path: '/a', warnAt: 'much', failAt: '1GiB' }] },
      'checks.disk-usage.watch.0.warnAt: expected bytes, or a size such as 500MiB',
    ],
    [
      {
        watch: [
          { path: '/a', warnAt: 1, failAt: 2 },
          { path: '/a', warnAt: 3, failAt: 4 },
        ],
      },
      'checks.disk-usage.watch: expected each path once',
    ],
    [{ path: '/' }, 'checks.disk-usage.path: unknown; known are paths, watch, warnAt, failAt, clearBy'],
  ])('%j stops the start: %s', (options, message) => {
    expect(() => settingsOf(options)).toThrow(message)
  })
})

describe('a disk that fills', () => {
  test('warns days before it is full, at a level that no limit minds, and says when', async () => {
    const disk = new FakeDisk()
    disk.usedAt = (hour) => 20 + 0.8 * hour
    const verdict = await disk.watch(60)
    expect(verdict).toMatchObject({ status: 'warn', forecast: { limit: '/ full' } })
    expect(verdict.because).toBe(
      '68% of / is used (32 GiB available); full in about 1.7 d (1.7 d at the soonest, 1.7 d at the latest), growing by 819 MiB an hour over 2.4 d; warns at 80%',
    )
  })

  test('that is not yet in sight is not said', async () => {
    const disk = new FakeDisk()
    disk.usedAt = (hour) => 20 + 0.8 * hour
    expect(await disk.watch(30)).toMatchObject({ status: 'pass' })
  })

  test('keeps a reading small however long it has looked', async () => {
    const disk = new FakeDisk()
    disk.usedAt = (hour) => 20 + (hour % 7)
    await disk.watch(100)
    expect(JSON.stringify(disk.newest).length).toBeLessThan(16_000)
  })
})

function settingsOf(options: Record<string, unknown> = {}) {
  const [assignment] = assign([{ check: diskUsageCheck, options }])
  return assignment?.settings as Parameters<typeof diskUsageCheck.judge>[1]
}

type Said = Parameters<typeof diskUsageCheck.judge>[2]

function judge(reading: DiskReading, options: Record<string, unknown> = {}, said?: Said) {
  return diskUsageCheck.judge([{ at: 0, tookMs: 0, reading }], settingsOf(options), said)
}

function reading(seen: Partial<DiskReading>): DiskReading {
  return { mounts: [], folders: [], ...seen }
}

/** A file system of 105 GiB, of which 5 are reserved. */
function mount(path: string, used: number) {
  const bytes = { sizeBytes: 105 * GIB, usedBytes: used * GIB, availableBytes: (100 - used) * GIB }
  return { path, device: 1, ...bytes, inodes: 0, freeInodes: 0, by: 'df' as const, trail: [] }
}

/** The same file system, asked through the check itself, every five minutes. */
class FakeDisk {
  readonly #clock = new FakeClock()
  readonly #disks = new Disks(this.#clock, this.#sources())
  usedAt: (hour: number) => number = () => 0
  device = 1
  newest: DiskReading | undefined

  async watch(hours: number) {
    const settings = settingsOf()
    for (let look = 0; look <= hours * 12; look++) {
      this.newest = await diskUsageCheck.sense({ settings, held: this.#disks, signal: new AbortController().signal })
      this.#clock.block(HOUR / 12)
    }
    return judge(this.newest ?? reading({}))
  }

  #sources(): DiskSources {
    const free = () => (100 - this.usedAt((this.#clock.now() - 1_000) / HOUR)) * GIB
    return {
      device: async () => this.device,
      blocks: async () => ({
        bsize: 1,
        blocks: 105 * GIB,
        bfree: free() + 5 * GIB,
        bavail: free(),
        files: 0,
        ffree: 0,
      }),
      space: async () => ({ size: 105 * GIB, free: free() }),
      isReadOnly: async () => false,
    }
  }
}
