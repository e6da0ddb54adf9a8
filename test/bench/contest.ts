import autocannon from 'autocannon'
import { medianOf, progress } from './detection/report.ts'
import { pinned } from './pinned.ts'
import { ask, type Contender, cpuMs, type Running, withServers } from './server.ts'
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
  /** Processes of one program come out a tenth apart, by luck of their own: so all are started anew so many times. */
  readonly starts: number
  /** After each start. Of its slices an entry's fastest tenth counts: {@link FASTEST}. */
  readonly rounds: number
  /** A slice: few enough to be over before the machine changes its speed, as it does every second or so. */
  readonly requests: number
  readonly connections: number
  /** How many single questions each round asks, on a connection each, with nothing else going on: what a probe waits. */
  readonly questions: number
}

/**
 * What a program takes when nobody else uses the machine shows in its fastest slices: the slow ones tell of neighbours. On a shared
 * machine medians of the same program's starts come out a fifth apart, fastest tenths 3 %.
 */
const FASTEST = 0.1

/**
 * Medians over the starts, of what the fastest tenth of an entry's slices needed at most; ratios are to the first entry of the same
 * start, and to all that are called like it together. Each entry has as many slices as any other: one that is asked more often stays
 * warmer, and looks a quarter faster for that alone.
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
}

/** All rounds after one start, as one. */
type Start = Round

function startOf(rounds: readonly Round[]): Start {
  return {
    perSecond: quantile(
      rounds.map(({ perSecond }) => perSecond),
      1 - FASTEST,
    ),
    cpuUs: quantile(
      rounds.map(({ cpuUs }) => cpuUs),
      FASTEST,
    ),
    waits: rounds.flatMap(({ waits }) => waits),
  }
}

/** Who takes part, and what is asked of whom. */
export interface Contest {
  readonly name: string
  readonly contenders: readonly Contender[]
  entries(servers: readonly Running[]): readonly Entry[]
}

/**
 * V8 lets the young generation grow by what survives in it, and whether it does is luck: of eight processes of one program, warmed one after
 * another, the last came out a fifth slower. So all begin with it whole.
 */
const WHOLE_YOUNG_GENERATION = '--min-semi-space-size=16'

/**
 * Puts the same load on each entry in turns. Before the first round each is warmed. Who is started, warmed and asked when is drawn anew
 * each time: in a fixed order equal servers come out 2 % apart, the later ones behind.
 */
export async function contest({ name, contenders, entries }: Contest, rules: Rules): Promise<readonly Result[]> {
  const { step } = progress(name, rules.starts)
  const all: (readonly Start[])[] = []
  const names: string[] = []
  const equal = contenders.map(({ flags = [], ...rest }) => ({ ...rest, flags: [WHOLE_YOUNG_GENERATION, ...flags] }))
  for (let start = 0; start < rules.starts; start++) {
    const drawn = shuffled([...equal.entries()])
    const rounds = await withServers(
      drawn.map(([, contender]) => contender),
      (started) => {
        const placeOf = (server: Running) => drawn[started.indexOf(server)]?.[0] ?? 0
        const servers = started.toSorted((one, other) => placeOf(one) - placeOf(other))
        const own = entries(servers)
        names.splice(0, names.length, ...own.map((entry) => entry.name))
        return pinned(servers, () => compare(own, rules))
      },
    )
    all.push(rounds.map(startOf))
    step()
  }
  const startsOf = (index: number) => all.flatMap((starts) => starts[index] ?? [])
  const reference = all.map((starts) => meanOf(starts.filter((_, index) => names[index] === names[0])))
  return names.map((entry, index) => resultOf(entry, startsOf(index), reference))
}

/** Of one program that runs several times at once, as one: each has its own luck. */
function meanOf(starts: readonly Start[]): Slice {
  const mean = (of: (start: Start) => number) => starts.reduce((sum, start) => sum + of(start), 0) / starts.length
  return { perSecond: mean(({ perSecond }) => perSecond), cpuUs: mean(({ cpuUs }) => cpuUs) }
}

async function compare(entries: readonly Entry[], rules: Rules): Promise<readonly (readonly Round[])[]> {
  const rounds = entries.map((): Round[] => [])
  for (const entry of shuffled(entries)) await warm(entry)
  for (let round = 0; round < rules.rounds; round++) {
    for (const [index, entry] of shuffled([...entries.entries()])) {
      rounds[index]?.push({ waits: await waitsFor(entry, rules), ...(await slice(entry, rules)) })
    }
  }
  return rounds
}

function shuffled<T>(all: readonly T[]): T[] {
  const keyed = all.map((one) => ({ one, key: Math.random() }))
  return keyed.toSorted((a, b) => a.key - b.key).map(({ one }) => one)
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

function resultOf(name: string, starts: readonly Start[], reference: readonly Slice[]): Result {
  const waits = starts.flatMap((start) => start.waits)
  return {
    name,
    perSecond: medianOf(starts.map(({ perSecond }) => perSecond)),
    ratio: medianOf(starts.map(({ perSecond }, nth) => perSecond / (reference[nth]?.perSecond ?? Number.NaN))),
    cpuUs: medianOf(starts.map(({ cpuUs }) => cpuUs)),
    cpuRatio: medianOf(starts.map(({ cpuUs }, nth) => (reference[nth]?.cpuUs ?? Number.NaN) / cpuUs)),
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
  }
}

/** NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}
