import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { MACHINE } from '../../src/host/disk.ts'
import { isReadOnlyIn } from '../../src/host/mount-table.ts'
import { holds } from '../needs.ts'

/** A node whose own root is an image, with a container on it that may not write to its root. */
const TABLE = `22 1 253:0 / / ro,relatime shared:1 - erofs /dev/dm-0 ro,user_xattr,acl
23 22 7:3 / /opt/a\\040tool ro,nodev,relatime - squashfs /dev/loop3 ro,errors=continue
24 22 0:54 / /run/pod ro,relatime master:9 - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/c
25 22 259:300 /kubelet /var/lib/kubelet rw,noatime - xfs /dev/nvme0n1p300 rw,attr2,prjquota
26 22 0:4097 / /mnt/ro rw,relatime - nfs4 ro:/export ro,vers=4.2
`
/** As makedev(3) puts them together. */
const device = (major: number, minor: number) => (major << 8) | (minor & 0xff) | ((minor & ~0xff) << 12)

describe('whether nobody may write to a file system, by the table of mounts', () => {
  test.each([
    ['an image that is the root', 253, 0, true],
    ['an image in a file', 7, 3, true],
    ['the root of a container that may not write to it, on a disk that others fill', 0, 54, false],
    ['a partition with a number over 255', 259, 300, false],
    ['an export that may only be read, with a number over 4095', 0, 4097, true],
    ['one that the table does not have', 8, 1, false],
  ])('%s', (_what, major, minor, isReadOnly) => {
    expect(isReadOnlyIn(TABLE, device(major, minor))).toBe(isReadOnly)
  })

  test.skipIf(!holds(process.platform === 'linux', 'a table of mounts, as Linux has'))(
    'this machine’s own: what stat calls a device is in it',
    async () => {
      const { dev } = statSync('/proc')
      expect(await MACHINE.isReadOnly(dev)).toBe(false)
      const asReadOnly = (await readFile('/proc/self/mountinfo', 'utf8')).replaceAll(/ - (\S+ \S+) \S+/g, ' - $1 ro')
      expect(isReadOnlyIn(asReadOnly, dev)).toBe(true)
    },
  )
})
