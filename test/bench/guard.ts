import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { medianOf, progress, recordSection, tableOf } from './detection/report.ts'

/**
 * What a guard costs a service that checks itself, and how soon it answers when the main thread hangs. The services with and
 * without run at the same time, so that a noisy machine is noisy for both. Needs `npm run build`.
 */
const ROUNDS = 5
const SECONDS = 40
const WARM_SECONDS = 5
const QUESTIONS = 500
const [MOST_MIB, MOST_PERCENT, MOST_MS] = [12, 0.6, 50]

const host = fileURLToPath(new URL('guard-host.mjs', import.meta.url))

const costs: { mib: number; percent: number }[] = []
const rounds = progress('rounds', ROUNDS)
for (let round = 0; round < ROUNDS; round++) {
  const pair = await Promise.all([start('guarded'), start('alone')])
  await sleep(WARM_SECONDS * 1000)
  const before = pair.map(({ child }) => cpuMs(child))
  await sleep(SECONDS * 1000)
  const [guarded = 0, alone = 0] = pair.map(({ child }, index) => cpuMs(child) - (before[index] ?? 0))
  const [guardedMiB = 0, aloneMiB = 0] = pair.map(({ child }) => residentMiB(child))
  costs.push({ mib: guardedMiB - aloneMiB, percent: (guarded - alone) / SECONDS / 10 })
  for (const { child } of pair) child.kill('SIGKILL')
  rounds.step()
}

const answers: { what: string; times: readonly number[] }[] = []
const blocks = ['nothing', 'loop', 'regex', 'Atomics.wait', 'execSync']
const blocked = progress('blocks', blocks.length)
for (const what of blocks) {
  const { child, port } = await start('guarded', ...(what === 'nothing' ? [] : [what]))
  await sleep(1_000)
  const times: number[] = []
  for (let i = 0; i < QUESTIONS; i++) {
    times.push(await ask(port))
    await sleep(20)
  }
  child.kill('SIGKILL')
  answers.push({ what, times: times.sort((a, b) => a - b) })
  blocked.step()
}

const body = `A service with all built-in checks, with a guard and without at the same time, ${ROUNDS} rounds of ${SECONDS} s; medians.

${tableOf(
  ['what a guard adds', 'median', 'least', 'most', 'at most'],
  [
    ['resident memory, MiB', ...spread(costs.map(({ mib }) => mib)), `${MOST_MIB}`],
    ['CPU, % of a core', ...spread(costs.map(({ percent }) => percent)), `${MOST_PERCENT}`],
  ],
)}

Answers to \`/livez\`, each on a connection of its own, fifty a second, ${QUESTIONS} of them, while the main thread is blocked by:

${tableOf(
  ['blocked by', 'p50 ms', 'p99 ms', 'at most'],
  answers.map(({ what, times }) => [what, at(times, 0.5), at(times, 0.99), `${MOST_MS}`]),
)}`
console.log(body)
recordSection(
  { heading: 'The guard', command: 'npm run build && npx tsx test/bench/guard.ts', body },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)

function start(...args: readonly string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', host, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve) => {
    child.stdout.once('data', (line) => resolve({ child, port: Number(line) }))
  })
}

function ask(port: number): Promise<number> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path: '/livez', agent: new Agent() }, (reply) => {
      reply.resume().on('end', () => resolve(performance.now() - begun))
    })
    request.on('error', reject)
  })
}

/** Of all threads, by the scheduler's own account: the clock ticks of `stat` are too coarse for so little. */
function cpuMs({ pid }: ChildProcess): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6
}

function residentMiB({ pid }: ChildProcess): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

function spread(values: readonly number[]): readonly string[] {
  return [medianOf(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2))
}

function at(sorted: readonly number[], quantile: number): string {
  return (sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN).toFixed(1)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
