import { describe, expect, test } from 'vitest'
import type { Notice } from '../../src/rehearse/kubelet/notice.ts'
import { KUBELETS } from '../../src/rehearse/kubelet/profile.ts'
import type { Action, ContainerSpec, PodSpec, ProbeKind } from '../../src/rehearse/manifest/pod-spec.ts'
import { RehearsalRecord } from '../../src/rehearse/record.ts'
import { adviseOnManifest } from '../../src/rehearse/view/advice.ts'
import { adviseOnRecord } from '../../src/rehearse/view/measured-advice.ts'
import { containerSpec, podSpec, probeSpec } from './specs.ts'

const get = (path: string) =>
  ({ how: 'httpGet', scheme: 'HTTP', path, port: 8080, headers: {} }) as const satisfies Action
const livez = probeSpec({ action: get('/livez') })
const asksRestart = { FAILWEB_HEARTBEAT_ASKS: 'restart' }

const adviceOn = (own: Partial<ContainerSpec>, kubelet = KUBELETS.current) =>
  adviseOnManifest({ ...podSpec(), containers: [containerSpec(own)] }, kubelet).map(({ advice }) => advice)

describe('what is said of a manifest', () => {
  test('nothing where liveness asks what a restart cures, and readiness something else', () => {
    expect(adviceOn({ probes: { liveness: livez, readiness: probeSpec({ action: get('/readyz') }) } })).toEqual([])
  })

  test.each([
    {
      fault: 'liveness that asks the same as readiness, and no later',
      own: { probes: { liveness: livez, readiness: livez } },
      advice: 'ask something narrower than readiness does, or be more patient than it',
    },
    {
      fault: 'liveness that asks what readiness is for',
      own: { probes: { liveness: probeSpec({ action: get('/readyz?verbose') }) } },
      advice: 'ask /livez; /readyz is for a readinessProbe',
    },
    {
      fault: 'liveness and readiness that both ask /readyz',
      own: {
        probes: { liveness: probeSpec({ action: get('/readyz') }), readiness: probeSpec({ action: get('/readyz') }) },
      },
      advice: 'ask /livez; /readyz is for a readinessProbe',
    },
    {
      fault: 'a readiness probe that moves the counter',
      own: { probes: { liveness: livez, readiness: probeSpec({ action: get('/healthz') }) } },
      advice: 'ask /readyz, or /healthz?peek, which answers the same without a draw',
    },
    {
      fault: 'a long delay where a startup probe belongs',
      own: { probes: { liveness: { ...livez, initialDelaySeconds: 60 } } },
      advice: 'use a startupProbe with a short period and a failureThreshold that covers the slowest start',
    },
    {
      fault: 'a kill at the first failure',
      own: { probes: { liveness: { ...livez, failureThreshold: 1 } } },
      advice: 'let at least two or three probes fail before a kill',
    },
    {
      fault: 'liveness that asks about what a restart cannot cure',
      own: { probes: { liveness: probeSpec({ action: get('/healthz') }) }, env: { FAILWEB_DECAY_STEP: '0' } },
      advice: "set FAILWEB_HEARTBEAT_ASKS to restart in the container's env, or ask /livez",
    },
    {
      fault: 'lives shorter than the back-off',
      own: { probes: { liveness: probeSpec({ action: get('/healthz'), periodSeconds: 1 }) }, env: asksRestart },
      advice: 'lengthen the period, or lower FAILWEB_DECAY_STEP, if it is to stay in service',
    },
  ])('$fault', ({ own, advice }) => {
    expect(adviceOn(own)).toEqual([advice])
  })

  test('the service’s arguments are read as its variables are, and go before them', () => {
    const probes = { liveness: probeSpec({ action: get('/healthz'), periodSeconds: 1 }) }
    const args = ['serve', '--decay.step=2', '--heartbeat.asks', 'wait']
    expect(adviceOn({ probes, args, env: { ...asksRestart, FAILWEB_DECAY_STEP: '0' } })).toEqual([
      "set --heartbeat.asks to restart in the container's arguments, or ask /livez",
      'lengthen the period, or lower --decay.step, if it is to stay in service',
    ])
    expect(adviceOn({ probes, args: ['serve', '--decay.step', '0', '--heartbeat.asks', 'restart'] })).toEqual([])
  })

  test('what only the cluster says is not claimed to be known', () => {
    const probes = { liveness: probeSpec({ action: get('/healthz'), periodSeconds: 1 }) }
    const said = (outsideEnv: NonNullable<ContainerSpec['outsideEnv']>) =>
      adviseOnManifest({ ...podSpec(), containers: [containerSpec({ probes, outsideEnv })] }, KUBELETS.current)
    const single = (name: string) => ({ name, isPrefix: false, source: 'ConfigMap settings' })
    expect(said([single('FAILWEB_DECAY_STEP'), single('FAILWEB_HEARTBEAT_ASKS')])).toEqual([
      {
        place: expect.anything(),
        advice: 'make sure that FAILWEB_HEARTBEAT_ASKS is restart, or ask /livez',
        reason: expect.stringMatching(/^what sets it is not in the manifest; unless it is restart, the heartbeat also/),
      },
    ])
    expect(said([{ name: '', isPrefix: true, source: 'ConfigMap settings' }]).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^what may set it is not in the manifest; /),
      expect.stringMatching(/^unless envFrom sets FAILWEB_DECAY_STEP, with a decay of 2 points a life lasts /),
    ])
  })

  test('a threshold of a million costs no more thought than one of three', () => {
    const liveness = probeSpec({ action: get('/healthz'), failureThreshold: 1_000_000 })
    expect(adviceOn({ probes: { liveness }, env: asksRestart })).toEqual([])
  })

  test('liveness may ask the same as readiness when it is more patient', () => {
    expect(adviceOn({ probes: { liveness: { ...livez, failureThreshold: 10 }, readiness: livez } })).toEqual([])
  })

  test('a readiness probe that only peeks moves nothing', () => {
    expect(adviceOn({ probes: { liveness: livez, readiness: probeSpec({ action: get('/healthz?peek') }) } })).toEqual(
      [],
    )
  })

  test('a probe’s own grace means nothing to a kubelet of 1.20', () => {
    const probes = { liveness: { ...livez, graceSeconds: 5 } }
    expect(adviceOn({ probes })).toEqual([])
    expect(adviceOn({ probes }, KUBELETS['1.20'])).toEqual(["rely on the pod's own terminationGracePeriodSeconds"])
  })
})

describe('what a rehearsal shows of a manifest', () => {
  const base = { container: 'failweb', life: 0 }
  const probes = (count: number, tookMs: number): readonly Notice[] =>
    Array.from({ length: count }, (_, at) => ({
      ...({ ...base, kind: 'probe', at, probe: 'liveness', result: 'success', message: '', tookMs, tries: 1 } as const),
    }))
  const end = (at: number, exitCode = 0, [killedBy]: readonly [ProbeKind?] = ['liveness']): Notice => ({
    ...({ ...base, kind: 'end', at, killedBy, livedMs: at } as const),
    ending: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message: '' },
  })
  const killing = (at: number): Notice => ({
    ...({ kind: 'event', at, type: 'Normal', reason: 'Killing', message: '', container: 'failweb' } as const),
  })
  const recordOf = (notices: readonly Notice[]) => {
    const record = new RehearsalRecord(0, ['failweb'])
    record.add({ ...base, kind: 'start', at: 0 })
    for (const notice of notices) record.add(notice)
    return record
  }
  const said = (spec: PodSpec, notices: readonly Notice[], kubelet = KUBELETS.current) =>
    adviseOnRecord(spec, recordOf(notices), kubelet).map(({ advice, reason }) => `${advice}: ${reason}`)
  const adviceAfter = (...notices: readonly Notice[]) => said(podSpec({ probes: { liveness: livez } }), notices)

  test('a timeout near the measured p99', () => {
    expect(adviceAfter(...probes(100, 20))).toEqual([])
    expect(adviceAfter(...probes(100, 400))).toEqual([
      'raise it to 2 s or more: 99 of 100 liveness probes took up to 400 ms here, against a timeout of 1 s: under load they would fail',
    ])
    expect(adviceAfter(...probes(5, 400))).toEqual([])
  })

  test('a grace that is longer than needed, or shorter', () => {
    expect(adviceAfter(killing(1000), end(1040))[0]).toMatch(/^2 s would do: it ended within 40 ms/)
    expect(adviceAfter(killing(1000), end(9000))).toEqual([])
    expect(adviceAfter(killing(1000), end(31_000, 137))[0]).toMatch(/^end at SIGTERM, or lengthen the grace/)
  })

  test('a process 1 that ignores SIGTERM, whose grace no other length would mend', () => {
    const ending = { exitCode: 137, reason: 'Error', message: '', ignoredTerm: true } as const
    const ended: Notice = { ...base, kind: 'end', at: 31_000, killedBy: 'liveness', livedMs: 31_000, ending }
    expect(adviceAfter(killing(1000), ended)).toEqual([
      'let process 1 hear SIGTERM: have its shell exec the service and the service handle it, or begin with an init: it has no handler for SIGTERM, which process 1 of a container then ignores: each stop takes the whole grace of 30 s and ends in a kill',
    ])
  })

  test('a life that a probe killed is held against the probe’s own grace, where the kubelet knows it', () => {
    const place = { file: 'deploy.yml', path: 'spec.livenessProbe.terminationGracePeriodSeconds', line: 7 }
    const places = { terminationGracePeriodSeconds: place }
    const spec = podSpec({ probes: { liveness: { ...livez, graceSeconds: 5, places } } })
    const killed = [killing(1000), end(6000, 137)]
    expect(said(spec, killed)[0]).toMatch(/^end at SIGTERM, or lengthen the grace: .* its grace of 5 s was over/)
    expect(adviseOnRecord(spec, recordOf(killed), KUBELETS.current)[0]?.place).toBe(place)
    expect(said(spec, killed, KUBELETS['1.20'])).toEqual([])
    const generous = podSpec({ probes: { liveness: { ...livez, graceSeconds: 60 } }, graceSeconds: 2 })
    expect(said(generous, [killing(1000), end(1040)])[0]).toMatch(/hold its restart up for all of 60 s$/)
  })

  test('the pod’s grace is held against the lives that ended with the pod, whatever a probe’s grace is', () => {
    const spec = podSpec({ probes: { liveness: { ...livez, graceSeconds: 5 } } })
    expect(said(spec, [killing(1000), end(31_000, 137, [])])[0]).toMatch(/its grace of 30 s was over/)
    expect(said(spec, [killing(1000), end(7000, 137, [])])).toEqual([])
  })

  describe('of a grace that several containers share', () => {
    const names = ['web', 'log', 'proxy'] as const
    const [web, log, proxy] = names.map((name) => containerSpec({ name })) as [
      ContainerSpec,
      ContainerSpec,
      ContainerSpec,
    ]
    const spec = { ...podSpec(), containers: [web, log, proxy] as const }
    /** By container: after how many milliseconds it ended, and with which exit code. */
    const stopped = (ends: Readonly<Record<string, readonly [tookMs: number, exitCode: number]>>) => {
      const record = new RehearsalRecord(0, names)
      for (const [container, [tookMs, exitCode]] of Object.entries(ends)) {
        record.add({ ...base, kind: 'start', at: 0, container })
        record.add({ ...killing(1000), container } as Notice)
        record.add({ ...end(1000 + tookMs, exitCode, []), container } as Notice)
      }
      return adviseOnRecord(spec, record, KUBELETS.current).map(({ advice, reason }) => `${advice}: ${reason}`)
    }

    test('there is one piece of advice, with what the slowest needs', () => {
      expect(stopped({ web: [40, 0], log: [1200, 0], proxy: [90, 0] })).toEqual([
        '6 s would do: each container ended within 1200 ms of being told to; one that hangs would hold its restart up for all of 30 s',
      ])
    })

    test('one that needs more is named, and nobody is told that less would do', () => {
      expect(stopped({ web: [40, 0], log: [30_000, 137], proxy: [90, 0] })).toEqual([
        'end at SIGTERM, or lengthen the grace: log was still running when its grace of 30 s was over, and was killed with whatever it was doing',
      ])
      expect(stopped({ web: [30_000, 137], log: [30_000, 137], proxy: [90, 0] })[0]).toMatch(
        /: web and log were still running when their grace of 30 s was over, and were killed with whatever they were doing$/,
      )
      expect(stopped({ web: [40, 0], log: [5000, 0] })).toEqual([])
    })
  })

  test('lives that are shorter than the back-off', () => {
    const wait: Notice = { kind: 'wait', at: 60_000, container: 'failweb', waitMs: 80_000, message: '' }
    expect(adviceAfter(end(60_000, 1), wait)[0]).toContain('no longer than 1m0s, which is shorter than the back-off')
  })
})
