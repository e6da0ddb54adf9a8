import { koaAppWith } from '../contenders.ts'
import { contest, quantile, type Result, type Rules } from '../contest.ts'
import { tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'
import { ask, type Running, withServers } from '../server.ts'

const COUNTS = [1, 10, 100, 1_000] as const
const HOUR_MS = 3_600_000
const DETAIL = { accept: 'application/health+json' }

interface Reading {
  readonly ms: number
  readonly bytes: number
}

/** What grows with the number of checks, and what does not. */
export const scale: Section = {
  name: 'scale',
  heading: 'With 1, 10, 100 and 1,000 checks',
  async run({ quick }) {
    // Long slices: the fastest ones, which count, are to have their part of the looks too.
    const rules = { starts: quick ? 1 : 4, rounds: 10, requests: 30_000, connections: 10, questions: 4 }
    const contestOf = (name: string, everyMs?: number) =>
      contest(
        { name, contenders: COUNTS.map((checks) => koaAppWith(checks, everyMs)), entries: (all) => all.map(beating) },
        rules,
      )
    // What a heartbeat costs, and what the looks of all checks take beside it, are two things.
    const calm = await contestOf('scale without looks', HOUR_MS)
    const beats = await contestOf('scale')
    return withServers(
      COUNTS.map((checks) => koaAppWith(checks)),
      async (servers) => {
        const details = await readEach(servers, '/healthz', DETAIL)
        const metrics = await readEach(servers, '/metrics')
        return textOf({ beats, calm, details, metrics, rules })
      },
    )
  },
}

function beating(server: Running) {
  return { name: server.name, server, path: '/healthz' }
}

async function readEach(
  servers: readonly Running[],
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly Reading[]> {
  const readings: Reading[] = []
  for (const { port } of servers) {
    const asked = []
    for (let nth = 0; nth < 20; nth++) asked.push(await ask(port, path, { headers, timeoutMs: 30_000 }))
    if (asked.some(({ status }) => status !== 200)) throw new Error(`${path} was not answered with 200`)
    const ms = asked.map((one) => one.ms)
    readings.push({ ms: quantile(ms, 0.5), bytes: asked[0]?.bytes ?? 0 })
  }
  return readings
}

interface Found {
  readonly beats: readonly Result[]
  /** The same while no check looks. */
  readonly calm: readonly Result[]
  readonly details: readonly Reading[]
  readonly metrics: readonly Reading[]
  readonly rules: Rules
}

function textOf({ beats, calm, details, metrics, rules: { starts, rounds, requests } }: Found): string {
  const [thousand, alone] = [beats.at(-1), calm.at(-1)]
  return `A Koa app with so many checks, each with one value. Heartbeats: medians of ${starts} starts, of each the fastest tenth of ${rounds} rounds of ${requests} requests in turns, 10 connections; first on the default
rhythm, so that the looks of the checks take their part of the same thread, then with a look an hour: that is what the heartbeat itself
costs. The detail (\`/healthz\`, health+json) and \`/metrics\` are asked 20 times each, one after the other; medians.

${tableOf(
  [
    'checks',
    'heartbeats/s',
    'ratio',
    'CPU ratio',
    'no looks: ratio',
    'CPU ratio',
    'detail ms',
    'KiB',
    'metrics ms',
    'KiB',
  ],
  beats.map(({ name, perSecond, ratio, cpuRatio }, index) => [
    name,
    perSecond.toFixed(0),
    ratio.toFixed(3),
    cpuRatio.toFixed(3),
    ...[calm[index]?.ratio, calm[index]?.cpuRatio].map((one = Number.NaN) => one.toFixed(3)),
    ...cells(details[index]),
    ...cells(metrics[index]),
  ]),
)}

${targetsOf([
  { what: 'heartbeat with 1,000 checks to 1 check, rate', measured: alone?.ratio ?? Number.NaN, least: 0.95 },
  { what: 'heartbeat with 1,000 checks to 1 check, CPU', measured: alone?.cpuRatio ?? Number.NaN, least: 0.95 },
  { what: 'the same beside 100 looks a second, rate', measured: thousand?.ratio ?? Number.NaN, least: 0.95 },
])}`
}

function cells({ ms, bytes }: Reading = { ms: Number.NaN, bytes: Number.NaN }): readonly string[] {
  return [ms.toFixed(1), (bytes / 1024).toFixed(1)]
}
