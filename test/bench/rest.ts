import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { medianOf, progress, recordSection, tableOf } from './detection/report.ts'

/** What the service costs when nobody asks: from start to the first answer, memory at rest, and CPU over a minute. Needs `npm run build`. */
const ROUNDS = 5
const REST_SECONDS = 60
const TICKS_PER_SECOND = 100

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
const before = cpuTicks(child.pid)
await sleep(REST_SECONDS * 1_000)
const share = (cpuTicks(child.pid) - before) / TICKS_PER_SECOND / REST_SECONDS
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

function cpuTicks(pid = 0): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

function residentKiB(pid = 0): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
