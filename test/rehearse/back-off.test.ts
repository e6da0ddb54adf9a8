import { describe, expect, test } from 'vitest'
import { goDuration } from '../../src/rehearse/kubelet/human-duration.ts'
import type { Notice, PodEvent } from '../../src/rehearse/kubelet/notice.ts'
import { Pod } from '../../src/rehearse/kubelet/pod.ts'
import { KUBELETS } from '../../src/rehearse/kubelet/profile.ts'
import type { RestartPolicy } from '../../src/rehearse/manifest/pod-spec.ts'
import type { Ending, Life } from '../../src/rehearse/process/life.ts'
import { VirtualClock } from '../../src/rehearse/simulation/virtual-clock.ts'
import { podSpec, probeSpec } from './specs.ts'

interface Story {
  /** Whether the liveness probe ends each life, or it ends by itself. */
  readonly by: 'kill' | 'exit'
  readonly lifeSeconds: number
  /** What it takes to end once it is told to. */
  readonly graceSeconds?: number
  readonly policy?: RestartPolicy
  readonly exitCode: number
  /** How often the kubelet looks again while it waits. */
  readonly retrySeconds: number
  readonly untilSeconds: number
}

/** Plays lives that all go the same way. Returns what the real kubelet's run printed: one line for each death, and its events. */
async function playOut(story: Story): Promise<{ lines: string[]; events: Record<string, number> }> {
  const clock = new VirtualClock()
  const notices: Notice[] = []
  const liveness = probeSpec({ periodSeconds: 1, failureThreshold: 1 })
  const spec = podSpec({
    probes: story.by === 'kill' ? { liveness } : {},
    restartPolicy: story.policy ?? 'Always',
    graceSeconds: 600,
  })
  const runtime = { start: async () => new ScriptedLife(story, clock) }
  const rhythm = {
    noticeMs: () => 0,
    retryMs: () => story.retrySeconds * 1000,
    resyncMs: () => 1e9,
  }
  const entries: string[] = []
  const tell = (notice: Notice) => {
    notices.push(notice)
    if (notice.kind === 'start') entries.push(goDuration(pod.containers[0]?.backOff.waitMs ?? 0))
  }
  const kubelet = { ...KUBELETS['1.20'], waitsAtRandom: false }
  const pod = new Pod(
    spec,
    { name: 'failweb-abc', uid: 'UID' },
    { clock, kubelet, rhythm, runtime, random: () => 0, tell },
  )
  const until = new AbortController()
  clock.sleep(story.untilSeconds * 1000 + 500).then(() => until.abort())
  await clock.play(pod.run(until.signal))
  return { lines: lines(notices, entries), events: counts(notices, story.untilSeconds * 1000 + 500) }
}

/** A life whose probe fails, or which ends, when its time has come. */
class ScriptedLife implements Life {
  readonly ended: Promise<Ending>
  readonly #story: Story
  readonly #clock: VirtualClock
  readonly #bornAt: number
  #end: (ending: Ending) => void = () => {}

  constructor(story: Story, clock: VirtualClock) {
    this.#story = story
    this.#clock = clock
    this.#bornAt = clock.now()
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    if (story.by === 'exit') clock.sleep(story.lifeSeconds * 1000).then(() => this.#end(this.#ending()))
  }

  async ask() {
    const isOld = this.#clock.now() - this.#bornAt >= this.#story.lifeSeconds * 1000
    const result = isOld ? ('failure' as const) : ('success' as const)
    return { result, message: '', tookMs: 0 }
  }

  async runHook() {
    return undefined
  }

  async stop() {
    if (this.#story.by === 'kill') await this.#clock.sleep((this.#story.graceSeconds ?? 0) * 1000)
    this.#end(this.#ending())
    return this.ended
  }

  #ending(): Ending {
    const { exitCode } = this.#story
    return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message: '' }
  }
}

function lines(notices: readonly Notice[], entries: readonly string[]): string[] {
  const starts = notices.filter((notice) => notice.kind === 'start')
  const deaths = notices.filter((notice) => notice.kind === 'end')
  return deaths.map(({ at, life }) => {
    const next = starts[life + 1]
    if (!next) return `${at / 1000}s died; never restarted`
    const waited = next.at - at
    const how = waited === 0 ? 'immediate' : `CrashLoopBackOff ${goDuration(waited)}`
    return `${at / 1000}s died -> ${next.at / 1000}s restart ${life + 1} (${how}), entry ${entries[life + 1]}`
  })
}

/** Of each reason, how many events; the rehearsal's own end leaves none. */
function counts(notices: readonly Notice[], untilMs: number): Record<string, number> {
  const events = notices.filter((notice): notice is PodEvent => notice.kind === 'event' && notice.at < untilMs)
  const found: Record<string, number> = {}
  for (const { reason } of events) found[reason] = (found[reason] ?? 0) + 1
  const { Created = 0, Started = 0, Killing = 0, BackOff = 0 } = found
  return { Created, Started, Killing, BackOff }
}

// Source: Kubernetes 1.20.2 prober and SyncPod, run with a fake runtime.
describe('when a container is started again', () => {
  test('killed after 69 s (39 and 30 of grace): five times at once, then CrashLoopBackOff, later two for each wait', async () => {
    const story = { by: 'kill', lifeSeconds: 39, graceSeconds: 30, exitCode: 137, retrySeconds: 15 } as const
    const { lines, events } = await playOut({ ...story, untilSeconds: 1614 })
    expect(lines.slice(0, 11)).toEqual([
      '69s died -> 69s restart 1 (immediate), entry 0s',
      '138s died -> 138s restart 2 (immediate), entry 10s',
      '207s died -> 207s restart 3 (immediate), entry 20s',
      '276s died -> 276s restart 4 (immediate), entry 40s',
      '345s died -> 345s restart 5 (immediate), entry 1m20s',
      '414s died -> 504s restart 6 (CrashLoopBackOff 1m30s), entry 2m40s',
      '573s died -> 738s restart 7 (CrashLoopBackOff 2m45s), entry 5m0s',
      '807s died -> 1107s restart 8 (CrashLoopBackOff 5m0s), entry 5m0s',
      '1176s died -> 1176s restart 9 (immediate), entry 5m0s',
      '1245s died -> 1545s restart 10 (CrashLoopBackOff 5m0s), entry 5m0s',
      '1614s died -> 1614s restart 11 (immediate), entry 5m0s',
    ])
    expect(events).toEqual({ Created: 12, Started: 12, Killing: 11, BackOff: 57 })
  })

  test('killed after 61 s: the chapter’s table, RESTARTS 5 at 305 s, then the first wait', async () => {
    const story = { by: 'kill', lifeSeconds: 60, graceSeconds: 1, exitCode: 1, retrySeconds: 10 } as const
    const { lines, events } = await playOut({ ...story, untilSeconds: 1450 })
    expect(lines.slice(0, 10)).toEqual([
      '61s died -> 61s restart 1 (immediate), entry 0s',
      '122s died -> 122s restart 2 (immediate), entry 10s',
      '183s died -> 183s restart 3 (immediate), entry 20s',
      '244s died -> 244s restart 4 (immediate), entry 40s',
      '305s died -> 305s restart 5 (immediate), entry 1m20s',
      '366s died -> 446s restart 6 (CrashLoopBackOff 1m20s), entry 2m40s',
      '507s died -> 667s restart 7 (CrashLoopBackOff 2m40s), entry 5m0s',
      '728s died -> 1028s restart 8 (CrashLoopBackOff 5m0s), entry 5m0s',
      '1089s died -> 1089s restart 9 (immediate), entry 5m0s',
      '1150s died -> 1450s restart 10 (CrashLoopBackOff 5m0s), entry 5m0s',
    ])
    expect(events).toEqual({ Created: 11, Started: 11, Killing: 10, BackOff: 84 })
  })

  test('exiting by itself after 5 s: the first restart is free, then 10, 20, 40, 80, 160, 300', async () => {
    const { lines, events } = await playOut({
      by: 'exit',
      lifeSeconds: 5,
      exitCode: 1,
      retrySeconds: 1,
      untilSeconds: 950,
    })
    expect(lines.slice(0, 8)).toEqual([
      '5s died -> 5s restart 1 (immediate), entry 10s',
      '10s died -> 20s restart 2 (CrashLoopBackOff 10s), entry 20s',
      '25s died -> 45s restart 3 (CrashLoopBackOff 20s), entry 40s',
      '50s died -> 90s restart 4 (CrashLoopBackOff 40s), entry 1m20s',
      '95s died -> 175s restart 5 (CrashLoopBackOff 1m20s), entry 2m40s',
      '180s died -> 340s restart 6 (CrashLoopBackOff 2m40s), entry 5m0s',
      '345s died -> 645s restart 7 (CrashLoopBackOff 5m0s), entry 5m0s',
      '650s died -> 950s restart 8 (CrashLoopBackOff 5m0s), entry 5m0s',
    ])
    expect(events).toEqual({ Created: 9, Started: 9, Killing: 0, BackOff: 910 })
  })

  test('exiting after more than ten minutes: each time as if it were the first', async () => {
    const story = { by: 'exit', lifeSeconds: 601, exitCode: 1, retrySeconds: 10 } as const
    const { lines, events } = await playOut({ ...story, untilSeconds: 2404 })
    expect(lines.slice(0, 4)).toEqual([
      '601s died -> 601s restart 1 (immediate), entry 10s',
      '1202s died -> 1202s restart 2 (immediate), entry 10s',
      '1803s died -> 1803s restart 3 (immediate), entry 10s',
      '2404s died -> 2404s restart 4 (immediate), entry 10s',
    ])
    expect(events).toEqual({ Created: 5, Started: 5, Killing: 0, BackOff: 0 })
  })

  test('killed after more than ten minutes: at once each time, but the wait keeps doubling unseen', async () => {
    const story = { by: 'kill', lifeSeconds: 700, graceSeconds: 1, exitCode: 1, retrySeconds: 10 } as const
    const { lines, events } = await playOut({ ...story, untilSeconds: 2804 })
    expect(lines.slice(0, 4)).toEqual([
      '701s died -> 701s restart 1 (immediate), entry 0s',
      '1402s died -> 1402s restart 2 (immediate), entry 10s',
      '2103s died -> 2103s restart 3 (immediate), entry 20s',
      '2804s died -> 2804s restart 4 (immediate), entry 40s',
    ])
    expect(events).toEqual({ Created: 5, Started: 5, Killing: 4, BackOff: 0 })
  })

  test('OnFailure and exit 0 on SIGTERM: three restarts, and then never again', async () => {
    const story = { by: 'kill', lifeSeconds: 15, graceSeconds: 1, policy: 'OnFailure', exitCode: 0 } as const
    const { lines, events } = await playOut({ ...story, retrySeconds: 10, untilSeconds: 300 })
    expect(lines).toEqual([
      '16s died -> 16s restart 1 (immediate), entry 0s',
      '32s died -> 32s restart 2 (immediate), entry 10s',
      '48s died -> 48s restart 3 (immediate), entry 20s',
      '64s died; never restarted',
    ])
    expect(events).toEqual({ Created: 4, Started: 4, Killing: 4, BackOff: 1 })
  })

  test.each([
    { policy: 'OnFailure', exitCode: 0 },
    { policy: 'Never', exitCode: 1 },
  ] as const)('$policy and exit $exitCode by itself: not once', async ({ policy, exitCode }) => {
    const story = { by: 'exit', lifeSeconds: 15, retrySeconds: 10, untilSeconds: 300 } as const
    const { lines, events } = await playOut({ ...story, policy, exitCode })
    expect(lines).toEqual(['15s died; never restarted'])
    expect(events).toEqual({ Created: 1, Started: 1, Killing: 0, BackOff: 0 })
  })
})
