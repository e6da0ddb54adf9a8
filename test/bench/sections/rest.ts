import {
  bareHttp,
  bareKoa,
  failweb,
  failwebGuarded,
  koaApp,
  koaAppWith,
  koaAppWithFailweb,
  ofOneFile,
  peers,
} from '../contenders.ts'
import { load, warm } from '../contest.ts'
import { medianOf, progress, tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'
import { askInside, type Contender, cpuMs, type Running, residentMiB, sleep, start, stop } from '../server.ts'

const SETTLE_MS = 3_000

const contenders: readonly Contender[] = [
  bareKoa,
  bareHttp,
  ofOneFile(koaApp),
  ofOneFile(koaAppWithFailweb),
  failweb,
  failwebGuarded,
  ...[1, 10, 100, 1_000].map((checks) => ({
    ...ofOneFile(koaAppWith(checks)),
    name: `Koa app, ${checks} check${checks > 1 ? 's' : ''}`,
  })),
  ...peers,
]

interface Costs {
  readonly name: string
  readonly startedMs: number
  /** To bare Koa's start in the same round. */
  readonly startRatio: number
  readonly cpuPercent: number
  readonly restMiB: number
  readonly loadMiB: number
  readonly bytesEach: number
}

/** What a server costs whether or not anybody asks it anything. */
export const rest: Section = {
  name: 'rest',
  heading: 'Start, rest and memory',
  async run({ quick }) {
    const seconds = { idle: quick ? 5 : 30, load: quick ? 1 : 3 }
    const starts = await measureStarts(quick ? 1 : 7)
    const costs = await measureCosts(starts, seconds)
    return textOf(costs, seconds)
  },
}

type Starts = ReadonlyMap<string, { readonly ms: number; readonly ratio: number }>

async function measureStarts(rounds: number): Promise<Starts> {
  const { step } = progress('starts', rounds * contenders.length)
  const times = contenders.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const server = await start(contender, false)
      times[index]?.push(server.startedMs)
      await stop(server)
      step()
    }
  }
  const [koa = []] = times
  return new Map(
    contenders.map(({ name }, index) => {
      const own = times[index] ?? []
      const ratio = medianOf(own.map((ms, round) => ms / (koa[round] ?? Number.NaN)))
      return [name, { ms: medianOf(own), ratio }]
    }),
  )
}

/** All at rest at the same time, so that what else the machine does is done to all; under load one by one. */
async function measureCosts(starts: Starts, seconds: { idle: number; load: number }): Promise<readonly Costs[]> {
  const { step } = progress('rest', contenders.length)
  const servers: Running[] = []
  try {
    for (const contender of contenders) servers.push(await start(contender))
    await sleep(SETTLE_MS)
    const before = servers.map(cpuMs)
    await sleep(seconds.idle * 1_000)
    const idle = servers.map((server, index) => (cpuMs(server) - (before[index] ?? 0)) / seconds.idle / 10)
    const atRest = servers.map(residentMiB)
    const costs: Costs[] = []
    for (const [index, server] of servers.entries()) {
      const { ms = Number.NaN, ratio = Number.NaN } = starts.get(server.name) ?? {}
      const loaded = await underLoad(server, seconds.load)
      const [cpuPercent = Number.NaN, restMiB = Number.NaN] = [idle[index], atRest[index]]
      costs.push({ name: server.name, startedMs: ms, startRatio: ratio, cpuPercent, restMiB, ...loaded })
      step()
    }
    return costs
  } finally {
    await Promise.all(servers.map(stop))
  }
}

async function underLoad(server: Running, seconds: number) {
  const entry = { name: server.name, server, path: '/' }
  await warm(entry)
  await askInside(server, 'count')
  const { total } = await load(entry, { connections: 10, seconds })
  const bytes = await askInside(server, 'allocated')
  return { loadMiB: residentMiB(server), bytesEach: bytes / total }
}

function textOf(costs: readonly Costs[], { idle, load: loaded }: { idle: number; load: number }): string {
  const by = (contender: Contender) => costs.find(({ name }) => name === contender.name)
  const [koa, own, guarded, embedded] = [by(bareKoa), by(failweb), by(failwebGuarded), by(koaAppWithFailweb)]
  const over = (one: Costs | undefined) => (one?.restMiB ?? Number.NaN) - (koa?.restMiB ?? Number.NaN)
  return `Starts are medians in turns, from the start of the process to its first 200; CPU is that of ${idle} s at rest, all servers at the same time; memory at rest is
read at the end of that, memory under load and what a request allocates on the heap after ${loaded} s of \`GET /\` on 10 connections.

${tableOf(
  ['server', 'start ms', 'to Koa', 'CPU %', 'RSS MiB', 'under load', 'bytes a request'],
  costs.map(({ name, startedMs, startRatio, cpuPercent, restMiB, loadMiB, bytesEach }) => [
    name,
    startedMs.toFixed(0),
    startRatio.toFixed(2),
    cpuPercent.toFixed(2),
    restMiB.toFixed(1),
    loadMiB.toFixed(1),
    bytesEach.toFixed(0),
  ]),
)}

${targetsOf([
  { what: 'CPU at rest without guard', measured: own?.cpuPercent ?? Number.NaN, most: 0.5, unit: ' %' },
  { what: 'CPU at rest with guard', measured: guarded?.cpuPercent ?? Number.NaN, most: 1.1, unit: ' %' },
  { what: 'RSS over bare Koa without guard', measured: over(own), most: 20, digits: 1, unit: ' MiB' },
  { what: 'RSS over bare Koa with guard', measured: over(guarded), most: 32, digits: 1, unit: ' MiB' },
  { what: 'RSS over bare Koa in a Koa app', measured: over(embedded), most: 20, digits: 1, unit: ' MiB' },
  { what: 'start to bare Koa’s', measured: own?.startRatio ?? Number.NaN, most: 2 },
  { what: 'start in a Koa app to bare Koa’s', measured: embedded?.startRatio ?? Number.NaN, most: 2 },
])}`
}
