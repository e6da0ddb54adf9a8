import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { medianOf, progress, recordSection, tableOf } from './detection/report.ts'

/** What the service costs when nobody asks: from start to the first answer, memory at rest, and CPU over a minute. Needs `npm run build`. */
const ROUNDS = 5
const REST_SECONDS = 60

const failweb = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const starts: number[] = []
const { step } = progress('starts', ROUNDS)
for (let round = 0; round < ROUNDS; round++) {
  const begun = performance.now()
  const { child } = await start()
  starts.push(performance.now() - begun)
  child.kill('SIGKILL')
  step()
}

const { child } = await start()
await sleep(10_000)
const before = cpuSeconds(child.pid)
await sleep(REST_SECONDS * 1_000)
const share = (cpuSeconds(child.pid) - before) / REST_SECONDS
const rssMiB = residentKiB(child.pid) / 1024
child.kill('SIGKILL')

const body = tableOf(
  ['what', 'figure'],
  [
    ['start of the process to the first answer, median', `${medianOf(starts).toFixed(0)} ms`],
    ['RSS at rest, after 70 s', `${rssMiB.toFixed(0)} MiB`],
    [`CPU at rest over ${REST_SECONDS} s, all default checks`, `${(share * 100).toFixed(2)} % of a core`],
  ],
)
console.log(body)
recordSection(
  { heading: 'At rest', command: 'npm run build && npx tsx test/bench/rest.ts', body },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)

async function start() {
  const child = spawn(process.execPath, [failweb, '--port', '18181', '--decay.step', '0'], { stdio: 'ignore' })
  for (;;) {
    try {
      await fetch('http://127.0.0.1:18181/').then((reply) => reply.text())
      return { child }
    } catch {
      await sleep(5)
    }
  }
}

/** Over all threads, in the kernel's own nanoseconds: /proc/PID/stat counts in hundredths, which timers share their rhythm with. */
function cpuSeconds(pid = 0): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, ns) => sum + ns, 0) / 1e9
}

function residentKiB(pid = 0): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
