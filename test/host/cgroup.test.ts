import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openCgroup } from '../../src/host/cgroup.ts'
import { findCgroup } from '../../src/host/cgroup-path.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** A folder that plays the root of the file system. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'failweb-cgroup-'))
  roots.push(root)
  for (const [path, text] of Object.entries(files)) write(root, path, text)
  return root
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const MIB = 2 ** 20
const V2_MOUNT = '41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n'
const V1_MOUNT = '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n'
const NONE_V1 = '9223372036854771712\n'

/** One folder of version 2. */
function groupV2(
  folder: string,
  { max = 'max', high = 'max', used = 100, inactive = 20, active = 0, slab = 0, kills = 0 } = {},
) {
  return {
    [`${folder}/memory.max`]: `${max}\n`,
    [`${folder}/memory.high`]: `${high}\n`,
    [`${folder}/memory.current`]: `${used * MIB}\n`,
    [`${folder}/memory.stat`]: `anon 1\nfile 2\nworkingset_x 7\ninactive_file ${inactive * MIB}\nactive_file ${active * MIB}\nslab_reclaimable ${slab * MIB}\n`,
    [`${folder}/memory.events`]: `low 0\nhigh 0\nmax 0\noom 0\noom_kill ${kills}\noom_group_kill 0\n`,
    [`${folder}/memory.pressure`]:
      'some avg10=12.50 avg60=1.00 avg300=0.10 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  }
}

const procV2 = (path: string, mount = V2_MOUNT) => ({
  'proc/self/cgroup': `0::${path}\n`,
  'proc/self/mountinfo': mount,
})

function lookAt(root: string) {
  const cgroup = openCgroup(root)
  try {
    return cgroup?.look()
  } finally {
    cgroup?.close()
  }
}

const mib = (size: number) => String(size * MIB)

describe('the memory cgroup, version 2', () => {
  test('its own limit, what is in use without the pages of files, kills and pressure', () => {
    const root = rootWith({ ...procV2('/pod/app'), ...groupV2('sys/fs/cgroup/pod/app', { max: mib(256), kills: 3 }) })
    expect(lookAt(root)).toEqual({
      nearest: { limit: 'cgroup memory.max', limitBytes: 256 * MIB, usedBytes: 80 * MIB },
      oomKills: 3,
      pressureRatio: 0.125,
    })
  })

  test('high below max is the limit: the kernel throttles there until nothing moves', () => {
    const files = groupV2('sys/fs/cgroup/pod', { max: mib(256), high: mib(200) })
    expect(lookAt(rootWith({ ...procV2('/pod'), ...files }))?.nearest).toMatchObject({
      limit: 'cgroup memory.high',
      limitBytes: 200 * MIB,
    })
  })

  test('an ancestor with less room left is the nearer, though its limit is the larger', () => {
    const root = rootWith({
      ...procV2('/pod/app'),
      ...groupV2('sys/fs/cgroup/pod/app', { max: mib(256), used: 100 }),
      ...groupV2('sys/fs/cgroup/pod', { max: mib(512), used: 500 }),
    })
    const limit = 'cgroup memory.max 1 level up'
    expect(lookAt(root)?.nearest).toEqual({ limit, limitBytes: 512 * MIB, usedBytes: 480 * MIB })
  })

  test('files that are read again and again fill no limit: the kernel gives their pages up before it kills', () => {
    const files = groupV2('sys/fs/cgroup/pod', { max: mib(208), used: 206, inactive: 2, active: 158, slab: 6 })
    expect(lookAt(rootWith({ ...procV2('/pod'), ...files }))?.nearest?.usedBytes).toBe(40 * MIB)
  })

  test('without a limit anywhere there is none; one that is set later is seen', () => {
    const root = rootWith({ ...procV2('/pod'), ...groupV2('sys/fs/cgroup/pod') })
    const cgroup = openCgroup(root)
    expect(cgroup?.look().nearest).toBeUndefined()
    write(root, 'sys/fs/cgroup/pod/memory.max', '1048576\n')
    expect(cgroup?.look().nearest?.limitBytes).toBe(MIB)
    cgroup?.close()
  })

  test('in a container that sees only its own part, the mount is its folder', () => {
    const mount = '41 31 0:38 /kubepods/pod1/app /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n'
    const path = findCgroup(rootWith(procV2('/kubepods/pod1/app', mount)))
    expect(path?.version).toBe(2)
    expect(path?.folders.map((folder) => folder.replace(/^.*(?=\/sys)/, ''))).toEqual(['/sys/fs/cgroup'])
  })

  test('a path outside of what is mounted (a joined namespace) is the mount itself', () => {
    const path = findCgroup(rootWith(procV2('/../../other')))
    expect(path?.folders.map((folder) => folder.replace(/^.*(?=\/sys)/, ''))).toEqual(['/sys/fs/cgroup'])
  })
})

describe('the memory cgroup, version 1', () => {
  const proc = {
    'proc/self/cgroup': '5:devices:/x\n4:cpu,memory:/docker/app\n0::/\n',
    'proc/self/mountinfo': V2_MOUNT.replace('/sys/fs/cgroup ', '/sys/fs/cgroup/unified ') + V1_MOUNT,
  }
  const group = (folder: string, { limit = NONE_V1, inherited = NONE_V1 } = {}) => ({
    [`${folder}/memory.limit_in_bytes`]: limit,
    [`${folder}/memory.usage_in_bytes`]: `${90 * MIB}\n`,
    [`${folder}/memory.stat`]: `inactive_file 1\nhierarchical_memory_limit ${inherited.trim()}\ntotal_inactive_file ${4 * MIB}\ntotal_active_file ${6 * MIB}\n`,
    [`${folder}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  })

  test('where a host has both versions, the one with the memory controller is read', () => {
    const root = rootWith({ ...proc, ...group('sys/fs/cgroup/memory/docker/app', { limit: `${128 * MIB}\n` }) })
    expect(lookAt(root)).toEqual({
      nearest: { limit: 'cgroup memory.limit_in_bytes', limitBytes: 128 * MIB, usedBytes: 80 * MIB },
      oomKills: 2,
    })
  })

  test('the limit of an ancestor that a container cannot see is written in its own memory.stat', () => {
    const root = rootWith({ ...proc, ...group('sys/fs/cgroup/memory/docker/app', { inherited: mib(64) }) })
    expect(lookAt(root)?.nearest).toMatchObject({ limit: 'cgroup limit of an ancestor', limitBytes: 64 * MIB })
  })

  test('"no limit" is a number near 2^63 here: it is none', () => {
    expect(lookAt(rootWith({ ...proc, ...group('sys/fs/cgroup/memory/docker/app') }))?.nearest).toBeUndefined()
  })
})

test('without cgroups there is nothing to open', () => {
  expect(openCgroup(rootWith({}))).toBeUndefined()
})
