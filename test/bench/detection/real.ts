import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Life } from './real-child.ts'
import { firstSaid, type Heard, intervals, type Lived, type Told } from './real-told.ts'
import { medianOf, recordSection, tableOf } from './report.ts'

const MIB = 2 ** 20
const CGROUPS = '/sys/fs/cgroup/memory'
/** The shortest window is then 30 s, the time to fail within 45 s. */
const TIME_SCALE = 1 / 20
const EVERY_MS = 2_000
const AT_ONCE = 7

interface Run {
  readonly load: Life['load']
  /** The heap's limit, or for buffers the limit of the container. */
  readonly limitMib: number
  /** When the leak should have filled it, roughly; absent for healthy runs. */
  readonly seconds?: number
}

export interface Outcome extends Run, Lived {
  readonly end: string
}

const LEAKING: readonly Run[] = [
  ...[48, 64, 96].flatMap((limitMib) => [
    { load: 'objects', limitMib, seconds: 75 } as const,
    { load: 'map', limitMib, seconds: 240 } as const,
    { load: 'listeners', limitMib, seconds: 360 } as const,
  ]),
  ...[192, 256, 320].flatMap((limitMib) => [
    { load: 'buffers', limitMib, seconds: 80 } as const,
    { load: 'buffers', limitMib, seconds: 300 } as const,
  ]),
]

const HEALTHY: readonly Run[] = (['steady', 'changing', 'cache', 'bursts'] as const).map((load) => ({
  load,
  limitMib: 96,
}))
const HEALTHY_SECONDS = 480

/** What such a child holds before it leaks anything. */
const BASE = { heapMib: 14, residentMib: 100 }

async function runOne(run: Run): Promise<Outcome> {
  const inContainer = run.load === 'buffers'
  const procs = inContainer ? makeCgroup(run.limitMib) : undefined
  const base = inContainer ? BASE.residentMib : BASE.heapMib
  const room = (inContainer ? run.limitMib : 0.8 * run.limitMib) - base
  const life: Life = {
    load: run.load,
    leakPerSecond: run.seconds ? (room * MIB) / run.seconds : 0,
    ...(procs && { procs }),
    ...(inContainer && !procs && { ceilingBytes: run.limitMib * MIB }),
    timeScale: TIME_SCALE,
    everyMs: EVERY_MS,
  }
  const heap = inContainer ? [] : [`--max-old-space-size=${run.limitMib}`]
  const child = fork(fileURLToPath(new URL('real-child.ts', import.meta.url)), [JSON.stringify(life)], {
    execArgv: ['--import', 'tsx', ...heap],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const outcome = await follow(child, run, inContainer && !procs)
  if (procs) removeCgroup(procs)
  return outcome
}

/** Listens until the child dies; a healthy one is ended after its time, one without a container when it is over its limit. */
function follow(child: ChildProcess, run: Run, killAtLimit: boolean): Promise<Outcome> {
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  const told: Heard[] = []
  child.on('message', (message) => told.push({ ...(message as Told), at: seconds() }))
  const stop = run.seconds ? undefined : setTimeout(() => child.kill('SIGKILL'), HEALTHY_SECONDS * 1000)
  const guard = killAtLimit ? setInterval(() => killAbove(child, run.limitMib * MIB), 200) : undefined
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(stop)
      clearInterval(guard)
      resolve({ ...run, told, lived: seconds(), end: signal ?? `exit ${code}` })
    })
  })
}

function killAbove(child: ChildProcess, limit: number): void {
  const [, rss = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  if (Number(rss) * 1024 >= limit) child.kill('SIGKILL')
}

let made = 0

/** A cgroup (version 1) with that limit, where this machine lets one be made. */
function makeCgroup(limitMib: number): string | undefined {
  if (!existsSync(join(CGROUPS, 'memory.limit_in_bytes'))) return undefined
  const folder = join(CGROUPS, `failweb-bench-${process.pid}-${made++}`)
  try {
    mkdirSync(folder)
    writeFileSync(join(folder, 'memory.limit_in_bytes'), String(limitMib * MIB))
    return join(folder, 'cgroup.procs')
  } catch {
    return undefined
  }
}

function removeCgroup(procs: string): void {
  try {
    rmdirSync(join(procs, '..'))
  } catch {
    // Its last process is still leaving; an empty group harms nobody.
  }
}

async function runAll(runs: readonly Run[]): Promise<readonly Outcome[]> {
  const waiting = [...runs]
  const outcomes: Outcome[] = []
  const worker = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      const outcome = await runOne(run)
      outcomes.push(outcome)
      process.stderr.write(`${outcomes.length}/${runs.length} ${rowOf(outcome).join('  ')}\n`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return outcomes.sort((a, b) => runs.findIndex((run) => same(run, a)) - runs.findIndex((run) => same(run, b)))
}

const same = (a: Run, b: Run) => a.load === b.load && a.limitMib === b.limitMib && a.seconds === b.seconds

function rowOf(outcome: Outcome): readonly string[] {
  const before = (spoken: Heard | undefined) =>
    spoken ? `${(outcome.lived - spoken.at).toFixed(0)} s (${spoken.name})` : 'never'
  const { hits, all } = intervals(outcome, 'memory-growth')
  return [
    outcome.load,
    `${outcome.limitMib} MiB`,
    `${outcome.lived.toFixed(0)} s, ${outcome.end}`,
    before(firstSaid(outcome, 'warn')),
    before(firstSaid(outcome, 'fail')),
    all ? `${hits} of ${all}` : '–',
  ]
}

/** How wide the intervals were, as a multiple of the true time left: an interval that holds everything would say nothing. */
function widths({ told, lived }: Outcome): readonly number[] {
  return told.flatMap(({ name, at, etaSeconds }) => {
    if (name !== 'memory-growth' || !etaSeconds || lived <= at) return []
    const [soonest, , latest] = etaSeconds
    return [((latest ?? Number.POSITIVE_INFINITY) - soonest) / (lived - at)]
  })
}

const HEAD = ['load', 'limit', 'lived', 'WARN before death', 'FAIL before death', 'true time in interval']

export function bodyOf(leaking: readonly Outcome[], healthy: readonly Outcome[]): string {
  const long = leaking.filter(({ lived }) => lived >= 60)
  const warned = leaking.filter((outcome) => firstSaid(outcome, 'warn')).length
  const failed = long.filter((outcome) => firstSaid(outcome, 'fail')).length
  const { hits, all } = leaking
    .map((outcome) => intervals(outcome, 'memory-growth'))
    .reduce((a, b) => ({ hits: a.hits + b.hits, all: a.all + b.all }))
  const width = medianOf(leaking.flatMap(widths))
  const minutes = healthy.reduce((sum, { lived }) => sum + lived, 0) / 60
  const alarmed = healthy.flatMap(({ told }) => told.filter(({ said }) => said === 'warn' || said === 'fail'))
  const growth = alarmed.filter(({ name }) => name === 'memory-growth').length
  return [
    `Real Node processes with both memory checks in the real engine. memory-growth looks every ${EVERY_MS / 1000} s with \`timeScale\` 1/20 (windows 30 s to 72 min, fails within 45 s), memory-headroom at its defaults. Buffers are limited by a cgroup (or, where none can be made, by a kill at that RSS, told as \`ceilingBytes\`), all else by \`--max-old-space-size\`.`,
    tableOf(HEAD, leaking.map(rowOf)),
    `WARN before death: ${warned} of ${leaking.length}. FAIL before death, of those that lived 60 s: ${failed} of ${long.length}. True time left in the stated interval: ${hits} of ${all} (${Math.round((100 * hits) / all)} %); the median interval is ${width.toFixed(1)} times as wide as the true time left.`,
    `Healthy (${healthy.map(({ load }) => load).join(', ')}): ${minutes.toFixed(0)} min in all; looks at which memory-growth stood at warn or fail: ${growth}, memory-headroom: ${alarmed.length - growth}.`,
  ].join('\n\n')
}

export async function runReal(command: string, log = process.env['REAL_LOG']): Promise<void> {
  const outcomes = await runAll([...HEALTHY, ...LEAKING])
  if (log) writeFileSync(log, JSON.stringify(outcomes))
  const [healthy, leaking] = [outcomes.filter(({ seconds }) => !seconds), outcomes.filter(({ seconds }) => seconds)]
  const body = bodyOf(leaking, healthy)
  recordSection({ heading: 'The memory checks on real processes', command, body })
  console.log(body)
}
