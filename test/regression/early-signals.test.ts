import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FAILWEB } from '../e2e/service-process.ts'
import { holds } from '../needs.ts'

const mayUnshare = holds(process.getuid?.() === 0, 'this user is root, who may make a PID namespace')

/**
 * Holds the program where it has just begun to listen for SIGTERM, until its input ends: what comes meanwhile has come while it loads,
 * however slow the machine. Without that it had either loaded when the signal came, or none came in time.
 */
const HELD_WHILE_LOADING = `data:text/javascript,${encodeURIComponent(`
  import { readSync, writeSync } from 'node:fs'
  process.on('newListener', (name) => {
    if (name !== 'SIGTERM') return
    writeSync(1, 'listens')
    readSync(0, Buffer.alloc(1))
  })`)}`

/** Once, a SIGTERM that came while the program loaded was lost on process 1, which has no default action for it. */
test.skipIf(!mayUnshare)('as PID 1, a SIGTERM while the program loads ends it', async () => {
  const unshare = ['--fork', '--pid', '--mount-proc', '--kill-child']
  const node = [process.execPath, '--import', HELD_WHILE_LOADING, FAILWEB, '--port', '0']
  const child = spawn('unshare', [...unshare, ...node], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    process.kill(firstChildOf(Number(child.pid)), 'SIGTERM')
    child.stdin.end()
    // Where Node loads all of it in one turn (24 does), the service is there to stop in good order when it hears.
    expect([143, 0]).toContain((await ended)[0])
  } finally {
    child.kill('SIGKILL')
  }
})

function firstChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0])
}
