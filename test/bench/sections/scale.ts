import { koaAppWith } from '../contenders.ts'
import { contest, quantile, type Result } from '../contest.ts'
import { progress, tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'
import { ask, type Running, withServers } from '../server.ts'

const COUNTS = [1, 10, 100, 1_000] as const
const DETAIL = { accept: 'application/health+json' }

interface Reading {
  readonly ms: number
  readonly bytes: number
}

/** What grows with the number of checks, and what does not. */
export const scale: Section = {
  name: 'scale',
  heading: 'With 1, 10, 100 and 1,000 checks',
  run: ({ quick }) =>
    withServers(COUNTS.map(koaAppWith), async (servers) => {
      const rules = { rounds: quick ? 2 : 9, seconds: 1, connections: 10, questions: quick ? 10 : 30 }
      const entries = servers.map((server) => ({ name: server.name, server, path: '/healthz' }))
      const { step } = progress('scale', rules.rounds * entries.length)
      const beats = await contest(entries, rules, step)
      const details = await readEach(servers, '/healthz', DETAIL)
      const metrics = await readEach(servers, '/metrics')
      return textOf(beats, details, metrics, rules.rounds)
    }),
}

async function readEach(
  servers: readonly Running[],
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly Reading[]> {
  const readings: Reading[] = []
  for (const { port } of servers) {
    const asked = []
    for (let nth = 0; nth < 20; nth++) asked.push(await ask(port, path, { headers, timeoutMs: 10_000 }))
    if (asked.some(({ status }) => status !== 200)) throw new Error(`${path} was not answered with 200`)
    const ms = asked.map((one) => one.ms)
    readings.push({ ms: quantile(ms, 0.5), bytes: asked[0]?.bytes ?? 0 })
  }
  return readings
}

function textOf(
  beats: readonly Result[],
  details: readonly Reading[],
  metrics: readonly Reading[],
  rounds: number,
): string {
  const thousand = beats.at(-1)
  return `A Koa app with so many checks, each with one value, on the default rhythm. Heartbeats: medians of ${rounds} rounds of 1 s in turns, 10 connections.
The detail (\`/healthz\`, health+json) and \`/metrics\` are asked 20 times each, one after the other; medians.

${tableOf(
  ['checks', 'heartbeats/s', 'ratio', 'CPU ratio', 'p99 ms', 'detail ms', 'KiB', 'metrics ms', 'KiB'],
  beats.map(({ name, perSecond, ratio, cpuRatio, p99Ms }, index) => [
    name,
    perSecond.toFixed(0),
    ratio.toFixed(3),
    cpuRatio.toFixed(3),
    p99Ms.toFixed(2),
    ...cells(details[index]),
    ...cells(metrics[index]),
  ]),
)}

${targetsOf([
  { what: 'heartbeat with 1,000 checks to 1 check, rate', measured: thousand?.ratio ?? Number.NaN, least: 0.95 },
  { what: 'heartbeat with 1,000 checks to 1 check, CPU', measured: thousand?.cpuRatio ?? Number.NaN, least: 0.95 },
])}`
}

function cells({ ms, bytes }: Reading = { ms: Number.NaN, bytes: Number.NaN }): readonly string[] {
  return [ms.toFixed(1), (bytes / 1024).toFixed(1)]
}
