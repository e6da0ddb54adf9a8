import { describe, expect, test } from 'vitest'
import type { ProbeOutcome } from '../../src/rehearse/kubelet/http-probe.ts'
import type { Notice } from '../../src/rehearse/kubelet/notice.ts'
import { KUBELETS, type KubeletProfile } from '../../src/rehearse/kubelet/profile.ts'
import type { Action, PodSpec } from '../../src/rehearse/manifest/pod-spec.ts'
import type { KubeletRhythm } from '../../src/rehearse/play.ts'
import type { Ending, Life } from '../../src/rehearse/process/life.ts'
import { Rehearsal } from '../../src/rehearse/rehearsal.ts'
import { VirtualClock } from '../../src/rehearse/simulation/virtual-clock.ts'
import { statusOf } from '../../src/rehearse/view/pod-table.ts'
import { containerSpec, podSpec, probeSpec } from './specs.ts'

/** How a played container behaves: told by its name, its age and what it is asked. */
interface Nature {
  fails?(container: string, ageMs: number, action: Action): boolean
  readonly stopTakesMs?: number
  readonly hookTakesMs?: number
  readonly exitCode?: number
}

class ActedLife implements Life {
  readonly ended: Promise<Ending>
  readonly graces: number[]
  readonly #clock: VirtualClock
  readonly #nature: Nature
  readonly #name: string
  readonly #bornAt: number
  #end: (ending: Ending) => void = () => {}

  constructor(name: string, clock: VirtualClock, nature: Nature, graces: number[]) {
    this.#name = name
    this.#clock = clock
    this.#nature = nature
    this.graces = graces
    this.#bornAt = clock.now()
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  async ask(action: Action): Promise<ProbeOutcome> {
    const fails = this.#nature.fails?.(this.#name, this.#clock.now() - this.#bornAt, action) ?? false
    return { result: fails ? 'failure' : 'success', message: 'HTTP probe failed with statuscode: 503', tookMs: 1 }
  }

  async runHook(_: Action, signal: AbortSignal): Promise<undefined> {
    await this.#clock.sleep(this.#nature.hookTakesMs ?? 0, signal)
  }

  async stop(graceMs: number): Promise<Ending> {
    this.graces.push(graceMs)
    const { stopTakesMs = 0, exitCode = 0 } = this.#nature
    await this.#clock.sleep(Math.min(stopTakesMs, graceMs))
    this.#end({ exitCode: stopTakesMs > graceMs ? 137 : exitCode, reason: 'Error', message: '' })
    return this.ended
  }
}

/** Plays a pod in virtual time, and tells what happened as lines `SECONDS WHAT`. */
async function playPod(
  spec: PodSpec,
  nature: Nature,
  forSeconds: number,
  own: Partial<{ kubelet: KubeletProfile; rhythm: KubeletRhythm }> = {},
) {
  const clock = new VirtualClock()
  const graces: number[] = []
  const story: string[] = []
  const kubelet = own.kubelet ?? KUBELETS.current
  const rhythm = own.rhythm ?? { noticeMs: () => 500, retryMs: () => 10_000, resyncMs: () => 60_000 }
  const tell = (notice: Notice) => {
    const line = lineOf(notice)
    if (line !== undefined) story.push(`${notice.at / 1000} ${line}`)
  }
  let status = ''
  const rehearsal = new Rehearsal({
    spec,
    name: { name: 'failweb-abc', uid: 'UID' },
    kubelet,
    clock,
    rhythm,
    runtime: { start: async ({ name }) => new ActedLife(name, clock, nature, graces) },
    random: () => 0.5,
    forMs: forSeconds * 1000,
    onNotice: tell,
    onClosing: () => {
      status = statusOf(rehearsal.pod)
    },
  })
  await clock.play(rehearsal.play())
  return { story, graces, status, record: rehearsal.record }
}

function lineOf(notice: Notice): string | undefined {
  switch (notice.kind) {
    case 'event':
      return ['Killing', 'FailedPreStopHook', 'BackOff'].includes(notice.reason) ? notice.message : undefined
    case 'ready':
      return `${notice.container} ${notice.ready ? 'ready' : 'not ready'}`
    case 'start':
      return `${notice.container} starts`
    case 'wait':
      return notice.message
    default:
      return undefined
  }
}

const each = { periodSeconds: 1, failureThreshold: 3 }

describe('what a probe’s failing does', () => {
  test('readiness takes the pod out of service and leaves the process alone', async () => {
    const spec = podSpec({ probes: { readiness: probeSpec(each) } })
    const fails = (_: string, ageMs: number) => ageMs >= 10_000 && ageMs < 20_000
    const { story, record } = await playPod(spec, { fails }, 30)
    expect(story).toEqual([
      '0 failweb starts',
      '1 failweb ready',
      '12 failweb not ready',
      '20 failweb ready',
      '30 Stopping container failweb',
      '30 failweb not ready',
    ])
    expect(record.restarts).toBe(0)
  })

  test('liveness kills at once, and the pod’s status says nothing of it but the number of restarts', async () => {
    const spec = podSpec({ probes: { liveness: probeSpec(each) } })
    const { story, status } = await playPod(spec, { fails: (_, ageMs) => ageMs >= 10_000, stopTakesMs: 4000 }, 25)
    expect(story.slice(0, 6)).toEqual([
      '0 failweb starts',
      '0 failweb ready',
      '12 Container failweb failed liveness probe, will be restarted',
      '16 failweb not ready',
      '16 failweb starts',
      '16 failweb ready',
    ])
    expect(status).toBe('Running')
  })

  test.each([
    { kubelet: KUBELETS.current, killedAt: 3 },
    // Without a trigger of its own, the failed startup probe is seen at the next resync.
    { kubelet: { ...KUBELETS['1.20'], waitsAtRandom: false }, killedAt: 60 },
  ])('a failed startup probe is acted on as the kubelet $kubelet.name does', async ({ kubelet, killedAt }) => {
    const spec = podSpec({ probes: { startup: probeSpec(each), liveness: probeSpec(each) } })
    const { story } = await playPod(spec, { fails: () => true }, 65, { kubelet })
    expect(story[1]).toBe(`${killedAt} Container failweb failed startup probe, will be restarted`)
  })

  test('today readiness is probed at once when startup has succeeded, and not a period later', async () => {
    const spec = podSpec({
      probes: { startup: probeSpec({ ...each, failureThreshold: 30 }), readiness: probeSpec({ periodSeconds: 30 }) },
    })
    const { story } = await playPod(spec, { fails: (_, ageMs) => ageMs < 5000 }, 40)
    expect(story[1]).toBe('5 failweb ready')
    const old = await playPod(spec, { fails: (_, ageMs) => ageMs < 5000 }, 50, { kubelet: KUBELETS['1.20'] })
    expect(old.story[1]).toBe('15 failweb ready')
  })

  test('with restartPolicy Never the message promises nothing, and the pod has failed', async () => {
    const spec = podSpec({ probes: { liveness: probeSpec(each) }, restartPolicy: 'Never' })
    const { story, status } = await playPod(spec, { fails: () => true, exitCode: 1 }, 100)
    expect(story).toContain('3 Container failweb failed liveness probe')
    expect(story.filter((line) => line.endsWith('starts'))).toHaveLength(1)
    expect(status).toBe('Error')
  })

  test('of two containers only the one that failed is restarted', async () => {
    const liveness = probeSpec(each)
    const containers = [containerSpec({ name: 'web', probes: { liveness } }), containerSpec({ name: 'log' })] as const
    const fails = (container: string, ageMs: number) => container === 'web' && ageMs >= 10_000
    const { story } = await playPod({ ...podSpec(), containers }, { fails }, 15)
    expect(story.filter((line) => line.endsWith('starts'))).toEqual(['0 web starts', '0 log starts', '12 web starts'])
  })
})

describe('how a container is killed', () => {
  const killed = (own: Partial<PodSpec> & { preStop?: Action; probeGrace?: number }, nature: Nature = {}) => {
    const { preStop, probeGrace, ...rest } = own
    const liveness = probeSpec({ ...each, ...(probeGrace === undefined ? {} : { graceSeconds: probeGrace }) })
    const spec = podSpec({ probes: { liveness }, ...(preStop ? { preStop } : {}), ...rest })
    return (kubelet = KUBELETS.current) => playPod(spec, { ...nature, fails: () => true }, 4, { kubelet })
  }

  test('with the pod’s whole grace', async () => {
    const { graces } = await killed({ graceSeconds: 45 })()
    expect(graces[0]).toBe(45_000)
  })

  test('what its preStop hook takes is taken from the grace', async () => {
    const { graces, story } = await killed({ preStop: { how: 'sleep', seconds: 12 } })()
    expect(graces[0]).toBe(18_000)
    expect(story.filter((line) => line.includes('failed liveness probe'))).toHaveLength(1)
  })

  test('a hook that outlasts the grace is given up, told, and leaves the two seconds that everyone has', async () => {
    const nature = { hookTakesMs: 60_000 }
    const { graces, story } = await killed({ preStop: { how: 'exec', command: ['drain'] }, graceSeconds: 10 }, nature)()
    expect(graces[0]).toBe(2000)
    expect(story).toContain('13 PreStopHook failed: it took longer than the grace')
  })

  test('a grace of zero runs no hook, and is two seconds', async () => {
    const { graces } = await killed({ preStop: { how: 'sleep', seconds: 5 }, graceSeconds: 0 })()
    expect(graces[0]).toBe(2000)
  })

  test('the probe’s own grace counts today, and did not in 1.20', async () => {
    const run = killed({ probeGrace: 5 })
    expect((await run()).graces[0]).toBe(5000)
    expect((await run({ ...KUBELETS['1.20'], waitsAtRandom: false })).graces[0]).toBe(30_000)
  })

  test('while the pod is deleted, liveness is asked no more today, and was in 1.20', async () => {
    const spec = podSpec({ probes: { liveness: probeSpec(each) } })
    const probesAfter = async (kubelet: KubeletProfile) => {
      const { record } = await playPod(spec, { stopTakesMs: 5000 }, 10, { kubelet })
      return record.lives[0]?.probes.filter(({ at }) => at > 10_500).length
    }
    expect(await probesAfter(KUBELETS.current)).toBe(0)
    expect(await probesAfter(KUBELETS['1.20'])).toBe(4)
  })
})

describe('what the table says', () => {
  test('CrashLoopBackOff while a restart is held back, with the kubelet’s words', async () => {
    const spec = podSpec({ probes: { liveness: probeSpec(each) } })
    const { story, status } = await playPod(spec, { fails: () => true, exitCode: 1 }, 15)
    expect(story).toContain('9 back-off 10s restarting failed container=failweb pod=failweb-abc_default(UID)')
    expect(story).toContain('9 Back-off restarting failed container failweb in pod failweb-abc_default(UID)')
    expect(status).toBe('CrashLoopBackOff')
  })
})
