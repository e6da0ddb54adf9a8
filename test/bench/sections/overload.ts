import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bareHttp, failwebGuarded } from '../contenders.ts'
import { quantile } from '../contest.ts'
import { progress, tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'
import { ask, type Running, sleep, withServers } from '../server.ts'

const LOAD = fileURLToPath(new URL('../servers/load.mjs', import.meta.url))
const CONNECTIONS = [0, 16, 64, 256, 1_024] as const
const PROBE_EVERY_MS = 10
/** Until all connections stand. */
const RISE_MS = 1_000

interface Waits {
  readonly connections: number
  readonly perSecond: number
  readonly main: readonly number[]
  readonly guard: readonly number[]
  readonly bare: readonly number[]
}

/** How long a probe waits while users ask for more than there is. */
export const overload: Section = {
  name: 'overload',
  heading: 'Probes under overload',
  run: ({ quick }) =>
    withServers([failwebGuarded, bareHttp], async ([server, bare]) => {
      if (!server || !bare) throw new Error('a server is missing')
      const seconds = quick ? 1 : 8
      const { step } = progress('overload', CONNECTIONS.length)
      const all: Waits[] = []
      for (const connections of CONNECTIONS) {
        all.push(await waitsUnder(connections, seconds, server, bare))
        step()
      }
      return textOf(all, seconds)
    }),
}

async function waitsUnder(connections: number, seconds: number, server: Running, bare: Running): Promise<Waits> {
  const loading = connections > 0 ? generate(server.port, connections, seconds + RISE_MS / 1_000) : undefined
  await sleep(RISE_MS)
  const until = performance.now() + seconds * 1_000
  // The idle neighbour is asked too: what it waits is the machine's doing.
  const [main, guard, others] = await Promise.all([
    waits(server.port, until),
    waits(server.second, until),
    waits(bare.port, until),
  ])
  return { connections, perSecond: (await loading)?.perSecond ?? 0, main, guard, bare: others }
}

async function waits(port: number, until: number): Promise<readonly number[]> {
  const times: number[] = []
  while (performance.now() < until) {
    times.push((await ask(port, '/livez', { timeoutMs: 30_000 })).ms)
    await sleep(PROBE_EVERY_MS)
  }
  return times
}

async function generate(port: number, connections: number, seconds: number): Promise<{ perSecond: number }> {
  const args = [LOAD, `http://127.0.0.1:${port}/`, `${connections}`, `${Math.ceil(seconds)}`]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

function textOf(all: readonly Waits[], seconds: number): string {
  const p99 = (at: number) => quantile(all.find(({ connections }) => connections === at)?.guard ?? [], 0.99)
  const idle = p99(0)
  return `So many connections ask for \`/\` of one failweb with guard without a pause, ${seconds} s each, from a process that gives way to all others. Beside them a probe asks for
\`/livez\` on a connection of its own, again and again: at the main port, at the guard's, and at an idle bare node:http in another process.

${tableOf(
  ['connections', '/ a second', 'main p50 ms', 'p99', 'guard p50 ms', 'p99', 'idle neighbour p50 ms', 'p99'],
  all.map(({ connections, perSecond, main, guard, bare }) => [
    `${connections}`,
    perSecond.toFixed(0),
    ...[main, guard, bare].flatMap((times) => [quantile(times, 0.5).toFixed(1), quantile(times, 0.99).toFixed(1)]),
  ]),
)}

${targetsOf(
  CONNECTIONS.slice(1).map((connections) => ({
    what: `guard’s p99 at ${connections} connections to its p99 at rest`,
    measured: p99(connections) / idle,
    most: 2,
  })),
)}`
}
