import { setTimeout as sleep } from 'node:timers/promises'
import leven from 'leven'
import { builtInChecks } from '../../../checks/index.ts'
import { surroundingsOf } from '../../../src/assembly.ts'
import { type Assignment, assign } from '../../../src/core/assignment.ts'
import type { Check } from '../../../src/core/check.ts'
import { Monitor } from '../../../src/engine/monitor.ts'
import { systemClock } from '../../../src/system-clock.ts'
import { targetsOf } from '../section.ts'
import { type Health, type Scene, scenesOf } from './cost-scenes.ts'
import { medianOf, recordSection, tableOf } from './report.ts'

const MINUTE_MS = 60_000
/** What all judging together may take in a minute. */
const MOST_MS = 1

/** Scenes of one check cost more and less: each has a median of its own, and the check their mean. */
const SEEDS = [1, 2, 3, 4, 5, 6]
/** In a loop, of each scene: so many runs to warm up, and so many that count. */
const LOOP_ROUNDS = 400
/** Apart, of each scene, with a rest before every look: what ran meanwhile has the processor's caches by then. */
const APART_ROUNDS = 10
const REST_MS = 20

interface Times {
  readonly look: number[]
  readonly judge: number[]
}

/** One check in the hands of the engine's own monitor: it looks at this machine, and then judges a scene. Both are timed. */
function watched({ check, ...terms }: Assignment, scenes: readonly Scene[]) {
  const times: Times = { look: [], judge: [] }
  const timed: Check = {
    ...check,
    async sense(senses) {
      const [before, begun] = [cpuMs(), performance.now()]
      const sensing = check.sense(senses)
      const ms = performance.now() - begun
      const reading = await sensing
      // What waits for another thread, or for df, takes longer and costs nothing meanwhile.
      times.look.push(sensing instanceof Promise ? cpuMs() - before : ms)
      return reading
    },
    judge(_, settings) {
      const { samples, said } = sceneAt(scenes, times.judge.length)
      const begun = performance.now()
      const verdict = check.judge(samples, settings, said)
      times.judge.push(performance.now() - begun)
      return verdict
    },
  }
  return { times, monitor: monitorOf({ check: timed, ...terms }) }
}

function monitorOf(assignment: Assignment): Monitor {
  const surroundings = surroundingsOf(systemClock)
  return new Monitor(assignment, { clock: systemClock, surroundings, random: Math.random, watcher: {} })
}

/** Of all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function sceneAt(scenes: readonly Scene[], nth: number): Scene {
  const scene = scenes[nth % scenes.length]
  if (!scene) throw new Error('there is nothing to judge')
  return scene
}

interface Apart {
  /** Of each check, of each health. */
  readonly checks: readonly Times[][]
  /** Of {@link yardstick}, in milliseconds. */
  readonly yardstickMs: number
}

/** All checks in turn, as far apart as a service that rests has them. */
async function apart(assignments: readonly Assignment[], healths: readonly Health[]): Promise<Apart> {
  const all = assignments.map((one) => healths.map((health) => watched(one, scenesOf(one.check.name, health, SEEDS))))
  const yardsticks: number[] = []
  const never = new AbortController().signal
  for (let round = 0; round < APART_ROUNDS * SEEDS.length; round++) {
    for (const { monitor } of all.flat()) {
      await sleep(REST_MS)
      await monitor.tick(never)
    }
    await sleep(REST_MS)
    yardsticks.push(timeOf(yardstick))
  }
  return { checks: all.map((both) => both.map(({ times }) => times)), yardstickMs: medianOf(yardsticks) }
}

/** A small piece of work that is no check's: how much longer it takes apart is the machine's doing. */
function yardstick(): number {
  return leven('memory-headroom', 'memory-growth')
}

function timeOf(work: () => unknown): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

/** One after the other, when all is at hand: the least that it takes. */
function inLoop(work: () => unknown): number {
  for (let nth = 0; nth < LOOP_ROUNDS; nth++) work()
  return medianOf(Array.from({ length: LOOP_ROUNDS }, () => timeOf(work)))
}

function judgingInLoop({ check, settings }: Assignment, scenes: readonly Scene[]): number {
  return mean(scenes.map(({ samples, said }) => inLoop(() => check.judge(samples, settings, said))))
}

/** What a look takes beyond looking and judging, in a loop: its deadline, the shape of its verdict, patience and the history. */
async function byEngine({ check, ...terms }: Assignment, scene: Scene): Promise<number> {
  let judged = 0
  const { open: _open, close: _close, ...rest } = check
  const shown: Check = {
    ...rest,
    sense: () => scene.samples.at(-1)?.reading,
    judge(_, settings) {
      const begun = performance.now()
      const verdict = check.judge(scene.samples, settings, scene.said)
      judged = performance.now() - begun
      return verdict
    },
  }
  const monitor = monitorOf({ check: shown, ...terms })
  const never = new AbortController().signal
  const run = async () => {
    const begun = performance.now()
    await monitor.tick(never)
    return performance.now() - begun - judged
  }
  const times: number[] = []
  for (let nth = 0; nth < 2 * LOOP_ROUNDS; nth++) times.push(await run())
  return medianOf(times.slice(LOOP_ROUNDS))
}

function byScene(times: readonly number[]): number {
  return mean(SEEDS.map((_, seed) => medianOf(times.filter((_, nth) => nth % SEEDS.length === seed))))
}

function timesAMinute({ rhythm }: Assignment): number {
  return MINUTE_MS / rhythm.everyMs
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const HEALTHS = ['healthy', 'ailing'] as const
const COLUMNS = ['healthy, in a loop', 'healthy, apart', 'ailing, in a loop', 'ailing, apart']

/** What looking and judging cost, healthy and ailing, and what all judging comes to in a minute. */
export async function runCost(command: string): Promise<void> {
  const assignments = assign(builtInChecks.map((check) => ({ check, options: {} })))
  // First, as a service has it in its first hours: what runs in a loop is compiled better than what runs now and then.
  const spaced = await apart(assignments, HEALTHS)
  const rows = assignments.map((one, nth) => {
    const times = spaced.checks[nth] ?? []
    const judged = HEALTHS.map((health, at) => [
      judgingInLoop(one, scenesOf(one.check.name, health, SEEDS)),
      byScene(times[at]?.judge ?? []),
    ])
    const look = medianOf(times.flatMap(({ look }) => look))
    return { name: one.check.name, times: timesAMinute(one), costs: [look, ...judged.flat()] }
  })
  const sums = [0, 1, 2, 3, 4].map((at) => rows.reduce((sum, { times, costs }) => sum + times * (costs[at] ?? 0), 0))
  const engine = await engineInWords(assignments)
  const compiled = await compiledInWords(assignments)
  const body = `${ABOUT}\n\n${table(rows, sums)}\n\n${yardstickInWords(spaced)} ${engine} ${compiled}\n\n${targetsOf(
    COLUMNS.map((what, at) => ({
      what: `all judging in a minute, ${what}:`,
      measured: sums[at + 1] ?? Number.NaN,
      most: MOST_MS,
      unit: ' ms',
    })),
  )}`
  recordSection({ heading: 'What the checks cost', command, body })
  console.log(body)
  // What the looks hold open would keep the process alive.
  process.exit()
}

function yardstickInWords({ yardstickMs }: Apart): string {
  const [close, far] = [inLoop(yardstick), yardstickMs].map((ms) => (ms * 1_000).toFixed(1))
  return `How much longer something takes apart is the machine's doing, and differs from hour to hour: what is no check's, the distance of two names by \`leven\`, took ${close} µs in a loop and ${far} µs apart.`
}

/** What the engine adds to a look, and to all of them in a minute. */
async function engineInWords(assignments: readonly Assignment[]): Promise<string> {
  let [looks, all] = [0, 0]
  for (const one of assignments) {
    const times = timesAMinute(one)
    const [scene] = scenesOf(one.check.name, 'healthy', SEEDS)
    if (!scene) throw new Error('there is nothing to judge')
    looks += times
    all += times * (await byEngine(one, scene))
  }
  const each = ((all / looks) * 1_000).toFixed(1)
  return `Beyond looking and judging a look takes ${each} µs, in a loop (its deadline, the shape of its verdict, patience, the history): ${all.toFixed(2)} ms a minute.`
}

/** Apart once more, when all of it has been compiled. */
async function compiledInWords(assignments: readonly Assignment[]): Promise<string> {
  const spaced = await apart(assignments, HEALTHS)
  const [healthy, ailing] = HEALTHS.map((_, at) =>
    assignments.reduce((sum, one, nth) => sum + timesAMinute(one) * byScene(spaced.checks[nth]?.[at]?.judge ?? []), 0),
  )
  return `Apart again, with everything compiled, judging took ${healthy?.toFixed(2)} ms a minute healthy and ${ailing?.toFixed(2)} ailing.`
}

interface Row {
  readonly name: string
  readonly times: number
  readonly costs: readonly number[]
}

function table(rows: readonly Row[], sums: readonly number[]): string {
  const micros = rows.map(({ name, times, costs }) => [name, `${times}`, ...costs.map((ms) => (ms * 1_000).toFixed(1))])
  const last = ['**all, ms a minute**', '', ...sums.map((ms) => ms.toFixed(2))]
  return tableOf(['µs each', 'a minute', 'look', ...COLUMNS.map((column) => `judge, ${column}`)], [...micros, last])
}

const ABOUT = `Every built-in check at its default rhythm, with as many samples as it keeps: of a service to which nothing happens, and of one at the dearest moment of leaking, filling up, being slow and throwing. Judging is the verdict with its sentences and the statistics behind it.

*In a loop*: medians of ${LOOP_ROUNDS} runs of each of ${SEEDS.length} scenes, one after the other. *Apart*: in the engine's own monitor, ${REST_MS} ms of rest before each look and ${(2 * builtInChecks.length * REST_MS) / 1_000} s between two of one check, in a young process, so that neither the code nor the samples are in the processor's caches; medians of ${APART_ROUNDS} of each scene. Looking is CPU time, with all threads and without the process that \`df\` is.`
