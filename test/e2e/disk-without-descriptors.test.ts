import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const DISK = new URL('../../src/host/disk.ts', import.meta.url).href

/** Looks at a disk, takes every descriptor that is left, and looks again. */
const SCRIPT = `
  import { openSync } from 'node:fs'
  import { readDisk } from '${DISK}'
  const before = await readDisk('/')
  let code
  while (code === undefined) try { openSync('/dev/null') } catch (error) { code = error.code }
  const after = await readDisk('/')
  // Written by the descriptor that it has: nothing can be opened any more.
  process.stdout.write(JSON.stringify({ code, before, after }))
`

test('a process without a descriptor left still sees its disk: df cannot be started, statfs needs none', () => {
  const command = 'ulimit -n 128; exec "$0" --import tsx --input-type=module --eval "$1"'
  const out = execFileSync('sh', ['-c', command, process.execPath, SCRIPT], { encoding: 'utf8', stdio: 'pipe' })
  const { code, before, after } = JSON.parse(out)
  expect(code).toBe('EMFILE')
  expect(before).toMatchObject({ by: 'df' })
  expect(after).toMatchObject({ by: 'statfs' })
  expect(Math.abs(after.sizeBytes - before.sizeBytes)).toBeLessThan(4096)
})
