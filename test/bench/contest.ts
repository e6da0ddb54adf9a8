import autocannon from 'autocannon'
import { medianOf } from './detection/report.ts'
import { ask, cpuMs, type Running } from './server.ts'
import { fire } from './volley.ts'

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
  /** A slice: few enough to be over before the machine changes its speed, as it does every few seconds. */
  readonly requests: number
  readonly connections: number
  /** How many single questions each round asks, on a connection each, with nothing else going on: what a probe waits. */
  readonly questions: number
}

/**
 * Medians over the rounds. Ratios are to the first entry, which has a slice before and a slice after each slice of another: what the
 * machine does meanwhile, it does to both.
 */
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

interface Slice {
  readonly perSecond: number
  readonly cpuUs: number
}

interface Round extends Slice {
  readonly waits: readonly number[]
  /** The first entry's, right before and right after. */
  readonly beside: readonly [Slice, Slice]
}

/** Puts the same load on each entry in turns. Before the first round each is warmed. */
export async function contest(entries: readonly Entry[], rules: Rules, step: () => void): Promise<readonly Result[]> {
  const rounds = entries.map((): Round[] => [])
  const [first] = entries
  if (!first) return []
  for (const entry of entries) await warm(entry)
  for (let round = 0; round < rules.rounds; round++) {
    let before = await slice(first, rules)
    for (const [index, entry] of entries.entries()) {
      const waits = await waitsFor(entry, rules)
      const own = await slice(entry, rules)
      const after = await slice(first, rules)
      rounds[index]?.push({ ...own, waits, beside: [before, after] })
      before = after
      step()
    }
  }
  return entries.map(({ name }, index) => resultOf(name, rounds[index] ?? []))
}

async function waitsFor(entry: Entry, { questions }: Rules): Promise<readonly number[]> {
  const waits: number[] = []
  for (let nth = 0; nth < questions; nth++) waits.push((await ask(portOf(entry), entry.path)).ms)
  return waits
}

async function slice(entry: Entry, { requests, connections }: Rules): Promise<Slice> {
  const [cpu, begun] = [cpuMs(entry.server), performance.now()]
  await fire({ port: portOf(entry), path: entry.path, requests, connections })
  const seconds = (performance.now() - begun) / 1_000
  return { perSecond: requests / seconds, cpuUs: ((cpuMs(entry.server) - cpu) * 1_000) / requests }
}

/** Enough requests for the code on their way to be compiled. */
export async function warm(entry: Entry): Promise<void> {
  await fire({ port: portOf(entry), path: entry.path, requests: 30_000, connections: 10 })
}

/** Requests, as many as the connections can carry. @throws when one is not answered with 2xx */
export async function load(entry: Entry, { connections, seconds }: { connections: number; seconds: number }) {
  const { requests, non2xx, errors } = await autocannon({ url: urlOf(entry), connections, duration: seconds })
  if (non2xx + errors > 0) throw new Error(`${entry.name}: ${non2xx} answers were not 2xx, ${errors} failed`)
  return { total: requests.total }
}

function urlOf(entry: Entry): string {
  return `http://127.0.0.1:${portOf(entry)}${entry.path}`
}

export function portOf({ server, onSecond }: Pick<Entry, 'server' | 'onSecond'>): number {
  return onSecond ? server.second : server.port
}

function resultOf(name: string, rounds: readonly Round[]): Result {
  const waits = rounds.flatMap((round) => round.waits)
  const mean = ({ beside: [before, after] }: Round, field: keyof Slice) => (before[field] + after[field]) / 2
  return {
    name,
    perSecond: medianOf(rounds.map(({ perSecond }) => perSecond)),
    ratio: medianOf(rounds.map((round) => round.perSecond / mean(round, 'perSecond'))),
    cpuUs: medianOf(rounds.map(({ cpuUs }) => cpuUs)),
    cpuRatio: medianOf(rounds.map((round) => mean(round, 'cpuUs') / round.cpuUs)),
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
  }
}

/** NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}
