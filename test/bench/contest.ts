import autocannon from 'autocannon'
import { medianOf } from './detection/report.ts'
import { ask, cpuMs, type Running } from './server.ts'

/** One row of a contest: a server and what is asked of it. */
export interface Entry {
  readonly name: string
  readonly server: Running
  readonly path: string
  /** Asked at its second port. */
  readonly onSecond?: boolean
}

export interface Rules {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  /** How many single questions each round asks, on a connection each, with nothing else going on: what a probe waits. */
  readonly questions: number
}

/** Medians over the rounds; ratios are to the first entry in the same round, so that a noisy machine is noisy for both. */
export interface Result {
  readonly name: string
  readonly perSecond: number
  readonly ratio: number
  /** Processor time of the server a request, all threads: it depends less on who else uses the machine. */
  readonly cpuUs: number
  /** CPU of the first entry to that of this one: the ratio of rates on a machine that nobody else uses. */
  readonly cpuRatio: number
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Round {
  readonly perSecond: number
  readonly cpuUs: number
  readonly waits: readonly number[]
}

/** Puts the same load on each entry in turns. Before the first round each is warmed. */
export async function contest(entries: readonly Entry[], rules: Rules, step: () => void): Promise<readonly Result[]> {
  const rounds = entries.map((): Round[] => [])
  for (const entry of entries) await warm(entry)
  for (let round = 0; round < rules.rounds; round++) {
    for (const [index, entry] of entries.entries()) {
      rounds[index]?.push(await measure(entry, rules))
      step()
    }
  }
  const [first = []] = rounds
  return entries.map(({ name }, index) => resultOf(name, rounds[index] ?? [], first))
}

async function measure(entry: Entry, rules: Rules): Promise<Round> {
  const waits: number[] = []
  for (let nth = 0; nth < rules.questions; nth++) waits.push((await ask(portOf(entry), entry.path)).ms)
  const before = cpuMs(entry.server)
  const { perSecond, total } = await load(entry, rules)
  return { waits, perSecond, cpuUs: ((cpuMs(entry.server) - before) * 1000) / total }
}

/** Enough requests for the code on their way to be compiled. */
export async function warm(entry: Entry): Promise<void> {
  await autocannon({ url: urlOf(entry), connections: 10, amount: 2_000 })
}

/** Requests, as many as the connections can carry. @throws when one is not answered with 2xx */
export async function load(entry: Entry, { connections, seconds }: Pick<Rules, 'connections' | 'seconds'>) {
  const { requests, non2xx, errors } = await autocannon({ url: urlOf(entry), connections, duration: seconds })
  if (non2xx + errors > 0) throw new Error(`${entry.name}: ${non2xx} answers were not 2xx, ${errors} failed`)
  return { perSecond: requests.average, total: requests.total }
}

function urlOf(entry: Entry): string {
  return `http://127.0.0.1:${portOf(entry)}${entry.path}`
}

export function portOf({ server, onSecond }: Pick<Entry, 'server' | 'onSecond'>): number {
  return onSecond ? server.second : server.port
}

function resultOf(name: string, rounds: readonly Round[], first: readonly Round[]): Result {
  const waits = rounds.flatMap((round) => round.waits)
  const ratios = rounds.map(({ perSecond }, nth) => perSecond / (first[nth]?.perSecond ?? Number.NaN))
  const cpuRatios = rounds.map(({ cpuUs }, nth) => (first[nth]?.cpuUs ?? Number.NaN) / cpuUs)
  return {
    name,
    perSecond: medianOf(rounds.map(({ perSecond }) => perSecond)),
    ratio: medianOf(ratios),
    cpuUs: medianOf(rounds.map(({ cpuUs }) => cpuUs)),
    cpuRatio: medianOf(cpuRatios),
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
  }
}

/** NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}
