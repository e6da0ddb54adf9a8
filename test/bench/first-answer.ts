import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordSection, tableOf } from './detection/report.ts'

/** A newcomer's first minute: a fresh clone, `npm ci && npm start`, until the first answer. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PORT = '18182'

const folder = mkdtempSync(join(tmpdir(), 'failweb-clone-'))
execFileSync('git', ['clone', '--quiet', ROOT, folder])
const begun = performance.now()
execFileSync('npm', ['ci', '--silent'], { cwd: folder, stdio: 'ignore' })
const installed = performance.now()
const npm = spawn('npm', ['start', '--', '--port', PORT], { cwd: folder, detached: true, stdio: 'ignore' })
while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50))
const answered = performance.now()
if (npm.pid) process.kill(-npm.pid, 'SIGTERM')
await new Promise((resolve) => npm.on('close', resolve))
rmSync(folder, { recursive: true, force: true })

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
const body = tableOf(
  ['what', 'time'],
  [
    ['`npm ci` in a fresh clone, packages in npm’s cache', seconds(installed - begun)],
    ['`npm start` to the first answer (it builds first)', seconds(answered - installed)],
  ],
)
console.log(body)
recordSection(
  { heading: 'The first minute', command: 'npx tsx test/bench/first-answer.ts', body },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)

async function answers(): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${PORT}/`)).ok
  } catch {
    return false
  }
}
