import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { medianOf, recordSection, tableOf } from './detection/report.ts'

/**
 * The CPU of a service that nobody asks, with all default checks, and nothing else on the machine that works. Counted by the kernel in
 * nanoseconds; a busy neighbour makes every waking dearer. Needs `npm run build`.
 */
const SERVICES = 3
const [SETTLE_SECONDS, REST_SECONDS] = [20, 60]

const failweb = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const children = Array.from({ length: SERVICES }, () =>
  spawn(process.execPath, [failweb, '--port', '0', '--decay.step', '0'], { stdio: 'ignore' }),
)
await sleep(SETTLE_SECONDS * 1_000)
const before = children.map(cpuSeconds)
await sleep(REST_SECONDS * 1_000)
const shares = children.map((child, index) => (100 * (cpuSeconds(child) - (before[index] ?? 0))) / REST_SECONDS)
for (const child of children) child.kill('SIGKILL')

const rows = [...shares.map((share, index) => [`service ${index + 1}`, share]), ['median', medianOf(shares)]] as const
const body = tableOf(
  ['', '% of a core'],
  rows.map(([name, share]) => [`${name}`, Number(share).toFixed(2)]),
)
console.log(body)
recordSection(
  {
    heading: 'CPU at rest, with nothing else at work',
    command: 'npm run build && npx tsx test/bench/idle.ts',
    body: `${REST_SECONDS} s, all default checks, after ${SETTLE_SECONDS} s to settle.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)

function cpuSeconds({ pid = 0 }: { readonly pid?: number | undefined }): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const spent = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9
}
