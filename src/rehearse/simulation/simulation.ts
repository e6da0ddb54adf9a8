import type { PodName } from '../kubelet/pod.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import type { PodSpec } from '../manifest/pod-spec.ts'
import type { LifeRecord } from '../record.ts'
import { Rehearsal } from '../rehearsal.ts'
import type { FailureModel } from './failure-model.ts'
import { ModelRuntime } from './model-runtime.ts'
import { seededRandom } from './random.ts'
import { type Spread, spreadOf } from './spread.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface SimulationOptions {
  readonly spec: PodSpec
  readonly name: PodName
  readonly kubelet: KubeletProfile
  readonly model: FailureModel
  readonly runs: number
  readonly forMs: number
  readonly restarts?: number | undefined
  readonly stopTakesMs: number
  readonly exitCode: number
  readonly seed: number
  readonly stop?: AbortSignal
  /** Told after each run. */
  onRun?(run: number): void
}

export interface SimulationSummary {
  readonly runs: number
  /** Liveness probes of each life that they ended. */
  readonly probesUntilKill: Spread | undefined
  /** Lives that liveness was asked of. */
  readonly lives: number
  /** Of these, how many went on when the time was over. Long lives are likelier among them, so that `probesUntilKill` is too low. */
  readonly livesStillGoing: number
  readonly restarts: Spread | undefined
  /** Of all runs, how many came to CrashLoopBackOff, and after how many seconds. */
  readonly crashLoopShare: number
  readonly crashLoopAfterSeconds: Spread | undefined
  /** Of the time, how much the pod was ready: all its containers. */
  readonly readyRatio: Spread | undefined
}

/** Plays many runs in virtual time, with the prober and the back-off of a real rehearsal and a model in place of its processes. */
export async function simulate(options: SimulationOptions): Promise<SimulationSummary> {
  const seeds = seededRandom(options.seed)
  const probes: number[] = []
  const restarts: number[] = []
  const crashLoops: number[] = []
  const ready: number[] = []
  let lives = 0
  let livesStillGoing = 0
  for (let run = 0; run < options.runs && !options.stop?.aborted; run++) {
    const { record, lastedMs } = await playOnce(options, seededRandom(Math.floor(seeds() * 2 ** 32)))
    const asked = record.lives.filter(({ probes }) => probes.some(isLiveness))
    probes.push(...killedAfter(asked))
    lives += asked.length
    livesStillGoing += asked.filter(wasStillGoing).length
    restarts.push(record.restarts)
    const [wait] = record.waits
    if (wait) crashLoops.push(wait.at / 1000)
    ready.push(record.readyMs(lastedMs) / lastedMs)
    options.onRun?.(run + 1)
  }
  return {
    runs: restarts.length,
    probesUntilKill: spreadOf(probes),
    lives,
    livesStillGoing,
    restarts: spreadOf(restarts),
    crashLoopShare: restarts.length === 0 ? 0 : crashLoops.length / restarts.length,
    crashLoopAfterSeconds: spreadOf(crashLoops),
    readyRatio: spreadOf(ready),
  }
}

async function playOnce(options: SimulationOptions, random: () => number) {
  const { spec, name, kubelet, model, forMs, restarts, stopTakesMs, exitCode } = options
  const clock = new VirtualClock()
  const runtime = new ModelRuntime({ model, clock, random, stopTakesMs, exitCode })
  const rehearsal = new Rehearsal({ spec, name, kubelet, clock, runtime, random, forMs, restarts })
  await clock.play(rehearsal.play())
  return { record: rehearsal.record, lastedMs: Math.max(1, clock.now()) }
}

function killedAfter(lives: readonly LifeRecord[]): readonly number[] {
  const killed = lives.filter(({ killedBy }) => killedBy === 'liveness')
  return killed.map(({ probes }) => probes.filter(isLiveness).length)
}

/** Whether it was the end of the rehearsal that ended a life. */
function wasStillGoing({ killedBy, endedAt, stopTookMs }: LifeRecord): boolean {
  return killedBy === undefined && (endedAt === undefined || stopTookMs !== undefined)
}

function isLiveness({ probe }: LifeRecord['probes'][number]): boolean {
  return probe === 'liveness'
}
