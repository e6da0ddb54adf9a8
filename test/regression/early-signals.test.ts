import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FAILWEB } from '../e2e/service-process.ts'
import { holds } from '../needs.ts'

const mayUnshare = holds(process.getuid?.() === 0, 'this user is root, who may make a PID namespace')

/** Once, a SIGTERM that came while the program loaded was lost on process 1, which has no default action for it. */
test.skipIf(!mayUnshare)('as PID 1, a SIGTERM while the program loads ends it', async () => {
  const child = spawn('unshare', [
    '--fork',
    '--pid',
    '--mount-proc',
    '--kill-child',
    process.execPath,
    FAILWEB,
    '--port',
    '0',
  ])
  const ended = new Promise((resolve) => child.on('close', resolve))
  const inner = await untilRuns(child.pid ?? 0)
  // As soon as Node has its handlers, which is before the commands are loaded; before that nothing could hear it.
  for (let sent = 0; sent < 200 && child.exitCode === null; sent++) {
    try {
      process.kill(inner, 'SIGTERM')
    } catch {
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(await ended).toBe(143)
})

async function untilRuns(pid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    if (children !== '') return Number(children.split(' ')[0])
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
