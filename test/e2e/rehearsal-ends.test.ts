import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAILWEB, until } from './service-process.ts'

const SERVICE = fileURLToPath(new URL('../rehearse/fixtures/service.mjs', import.meta.url))

/** One that starts a process of its own, and fails no probe. */
const MANIFEST = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: web:v1
      ports: [{ containerPort: 8080 }]
      env: [{ name: CHILD, value: "1" }]
      livenessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
`

let folder: string
const begun: { kill(): unknown; readonly ended: Promise<unknown> }[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-rehearsal-ends-'))
  writeFileSync(join(folder, 'pod.yml'), MANIFEST)
})
afterEach(async () => {
  for (const { kill, ended } of begun.splice(0)) {
    kill()
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

/** `failweb rehearse`, five minutes long, with what its container writes on stderr. `rest` is what a shell does with it. */
function rehearse(rest = '') {
  const words = [process.execPath, FAILWEB, 'rehearse', join(folder, 'pod.yml'), '--json', '--logs', '--command']
  const command = [...words, `${process.execPath} ${SERVICE}`].map((word) => `'${word}'`).join(' ')
  // Their temporary folders are removed with this test's.
  const env = { PATH: `${process.env['PATH']}`, TMPDIR: folder }
  const script = rest === '' ? `exec ${command}` : `{ ${command}; echo exit code $? >&2; } ${rest}`
  const child = spawn('sh', ['-c', script], { env, detached: true })
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    written.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    written.err += chunk
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  /** All that a terminal would: the shell, and what it runs. */
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL')
  }
  begun.push({ kill, ended })
  return { written, ended, kill }
}

/** A zombie has ended. */
function alive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const parentOf = (pid: number) => Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

/** Whatever a rehearsal has started, once the service that it plays has started a process of its own; with that one. */
async function startedBy({ written }: ReturnType<typeof rehearse>): Promise<readonly number[]> {
  const said = await until(
    async () => /child (\d+)/.exec(written.err),
    (found) => found !== null,
  )
  const child = Number(said?.[1])
  const rehearsal = parentOf(parentOf(child))
  const children = readFileSync(`/proc/${rehearsal}/task/${rehearsal}/children`, 'utf8').trim().split(' ').map(Number)
  // Some only look something up, and are gone again.
  const pids = [...children.filter(alive), child]
  expect(pids).toContain(parentOf(child))
  const kill = () => pids.filter(alive).map((pid) => process.kill(pid, 'SIGKILL'))
  begun.push({ kill, ended: Promise.resolve() })
  return pids
}

const gone = (pids: readonly number[]) =>
  until(
    async () => pids.filter(alive),
    (left) => left.length === 0,
  )

test('a rehearsal whose reader has gone (`| grep -m 1`, `| head`) stops the pod in its usual way, and exits as by SIGPIPE', async () => {
  const rehearsal = rehearse('| grep -m 1 success')
  const pids = await startedBy(rehearsal)
  await rehearsal.ended
  const { out, err } = rehearsal.written
  expect(out).toMatch(/^\{"time":[^\n]*"success"[^\n]*\}\n$/)
  expect(err).toMatch(/\nstopping the pod; .*\ntold to stop\nexit code 141\n$/)
  await gone(pids)
})

test('a rehearsal that is killed takes its processes with it, though it can do nothing any more', async () => {
  const rehearsal = rehearse()
  const pids = await startedBy(rehearsal)
  rehearsal.kill()
  await rehearsal.ended
  await gone(pids)
})
