import { bareHttp, bareHttpClosing, bareKoa, failweb, failwebGuarded, peers } from '../contenders.ts'
import { contest, type Entry, type Result, type Rules } from '../contest.ts'
import { tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'
import type { Running } from '../server.ts'

/** What probes cost on each side of the comparison. */
export const probes: Section = {
  name: 'probes',
  heading: 'Heartbeat and probes',
  async run({ quick }) {
    const rules = { starts: quick ? 1 : 4, rounds: 40, requests: 4_000, connections: 10, questions: 2 }
    // The guard has a part of its core: as it comes, the service has none.
    const contenders = [bareKoa, bareHttp, bareHttpClosing, failweb, failwebGuarded, ...peers]
    const entries = ([koa, http, closing, own, guarded, ...others]: readonly Running[]): readonly Entry[] => {
      if (!koa || !http || !closing || !own || !guarded) throw new Error('a server is missing')
      return [
        { name: 'Koa, a constant answer', server: koa, path: '/' },
        { name: 'node:http, a constant answer', server: http, path: '/' },
        { name: 'failweb /healthz', server: own, path: '/healthz' },
        { name: 'failweb /livez', server: own, path: '/livez' },
        { name: 'failweb with guard /livez', server: guarded, path: '/livez' },
        ...others.map(peerEntry),
        { name: 'node:http, a connection each', server: closing, path: '/' },
        { name: 'guard /livez, a connection each', server: guarded, path: '/livez', onSecond: true },
      ]
    }
    return textOf(await contest({ name: 'probes', contenders, entries }, rules), rules)
  },
}

function peerEntry(server: Running, nth: number): Entry {
  const { name = '', live = '/', onSecond = false } = peers[nth] ?? {}
  return { name: `${name} ${live}`, server, path: live, onSecond }
}

function textOf(results: readonly Result[], { starts, rounds, requests }: Rules): string {
  const by = (name: string) => results.find((result) => result.name.startsWith(name))
  const guard = by('guard')
  const closing = by('node:http, a connection each')
  return `Medians of ${starts} starts; of each the fastest tenth of ${rounds} rounds of ${requests} requests in turns, 10 connections. Ratios are to Koa's constant answer: of the rates, and of the processor time a
request, which depends less on what else the machine does. The waits are those of single questions, each on a connection of its own.

${tableOf(
  ['asked', 'a second', 'ratio', 'CPU µs', 'CPU ratio', 'p50 ms', 'p99 ms'],
  results.map(({ name, perSecond, ratio, cpuUs, cpuRatio, p50Ms, p99Ms }) => [
    name,
    perSecond.toFixed(0),
    ratio.toFixed(2),
    cpuUs.toFixed(0),
    cpuRatio.toFixed(2),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
  ]),
)}

${targetsOf([
  { what: 'heartbeat to bare Koa, rate', measured: by('failweb /healthz')?.ratio ?? Number.NaN, least: 0.95 },
  { what: 'heartbeat to bare Koa, CPU', measured: by('failweb /healthz')?.cpuRatio ?? Number.NaN, least: 0.95 },
  {
    what: 'guard’s /livez to bare node:http, rate',
    measured: (guard?.perSecond ?? Number.NaN) / (closing?.perSecond ?? Number.NaN),
    least: 0.9,
  },
])}`
}
