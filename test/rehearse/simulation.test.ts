import { describe, expect, test } from 'vitest'
import { KUBELETS } from '../../src/rehearse/kubelet/profile.ts'
import { decayModel, historyModel, rateModel } from '../../src/rehearse/simulation/failure-model.ts'
import { restartOdds } from '../../src/rehearse/simulation/restart-odds.ts'
import { type SimulationOptions, simulate } from '../../src/rehearse/simulation/simulation.ts'
import { simulationText } from '../../src/rehearse/simulation/simulation-text.ts'
import { meanAtRate, oddsOf } from '../../src/stats/odds.ts'
import { containerSpec, podSpec, probeSpec } from './specs.ts'

const liveness = probeSpec({ periodSeconds: 1, failureThreshold: 3 })

const play = (own: Partial<SimulationOptions> = {}) =>
  simulate({
    spec: podSpec({ probes: { liveness } }),
    name: { name: 'failweb-abc', uid: 'UID' },
    kubelet: KUBELETS.current,
    model: decayModel({ failweb: 2 }),
    runs: 100,
    forMs: 300_000,
    stopTakesMs: 0,
    exitCode: 69,
    seed: 1,
    ...own,
  })

/** A line of a recording, of the container failweb where nothing else is said. */
const recorded = (kind: string, own: object) => JSON.stringify({ kind, container: 'failweb', ...own })

const playHistory = (lines: readonly string[], own: Partial<SimulationOptions> = {}) =>
  play({ model: historyModel('run.jsonl', lines.join('\n')), runs: 5, forMs: 60_000, ...own })

describe('many runs in virtual time', () => {
  test('two thousand first lives under the real prober: 27.12 probes on average, sd 7.60', async () => {
    const { probesUntilKill } = await play({ runs: 2000, forMs: 100_000, restarts: 1 })
    expect(probesUntilKill?.count).toBe(2000)
    expect(Math.abs((probesUntilKill?.mean ?? 0) - 27.1232)).toBeLessThan(4 * 0.17)
    expect(Math.abs((probesUntilKill?.sd ?? 0) - 7.5975)).toBeLessThan(0.5)
  }, 60_000)

  test('agrees with what is computed: restarts within five minutes, and when CrashLoopBackOff comes', async () => {
    const { restarts, crashLoopShare, crashLoopAfterSeconds } = await play()
    const pace = { periodSeconds: 1, initialDelaySeconds: 0, stopSeconds: 0 }
    const computed = restartOdds(oddsOf({ step: 2, failureThreshold: 3 }), pace, 300)
    const error = (restarts?.sd ?? 0) / Math.sqrt(100)
    expect(Math.abs((restarts?.mean ?? 0) - computed.restarts)).toBeLessThan(5 * error + 0.1)
    expect(crashLoopShare).toBeCloseTo(computed.crashLoop, 1)
    expect(Math.abs((crashLoopAfterSeconds?.mean ?? 0) - (computed.crashLoopAfterSeconds ?? 0))).toBeLessThan(10)
  })

  test('a readiness probe that asks the heartbeat shortens lives, one with ?peek does not', async () => {
    const readiness = (path: string) => ({
      ...liveness,
      action: { how: 'httpGet', scheme: 'HTTP', path, port: 8080, headers: {} } as const,
    })
    const means = await Promise.all(
      ['/healthz', '/healthz?peek', '/readyz'].map(async (path) => {
        const spec = podSpec({ probes: { liveness, readiness: readiness(path) } })
        return (await play({ spec, runs: 300, restarts: 1 })).probesUntilKill?.mean ?? 0
      }),
    )
    expect(Math.abs((means[0] ?? 0) - 16.5)).toBeLessThan(1.2)
    expect(Math.abs((means[1] ?? 0) - 27.1)).toBeLessThan(2)
    expect(Math.abs((means[2] ?? 0) - 27.1)).toBeLessThan(2)
  })

  test('a constant rate gives the textbook’s mean', async () => {
    const { probesUntilKill } = await play({ model: rateModel(0.5), runs: 1000, restarts: 1 })
    expect(Math.abs((probesUntilKill?.mean ?? 0) - meanAtRate(0.5, 3))).toBeLessThan(1.6)
  })

  test('lives that go on when the time is over are told, for the mean of those that were killed is too low', async () => {
    const summary = await play({ model: rateModel(0.1), runs: 50, forMs: 300_000 })
    const { probesUntilKill, lives, livesStillGoing } = summary
    expect(probesUntilKill?.mean).toBeLessThan(meanAtRate(0.1, 3) / 4)
    expect(lives).toBe(livesStillGoing + (probesUntilKill?.count ?? 0))
    const told = simulationText(summary, 'a model', { forMs: 300_000, seed: 1 })
    expect(told).toContain(
      `(of ${probesUntilKill?.count})\nstill going           ${livesStillGoing} of ${lives} lives, when the time was over; they are not in the line above, which is too low without them\n`,
    )
    const none = await play({ model: rateModel(0), runs: 2, forMs: 20_000 })
    expect(none).toMatchObject({ probesUntilKill: undefined, lives: 2, livesStillGoing: 2 })
    expect(simulationText(none, 'a model', { forMs: 20_000, seed: 1 })).toMatch(
      /^still going +2 of 2 lives, when the time was over$/m,
    )
  })

  test('a life that had just begun when the last restart was counted does not go on', async () => {
    const summary = await play({ runs: 20, restarts: 1 })
    expect(summary).toMatchObject({ lives: 20, livesStillGoing: 0 })
    expect(simulationText(summary, 'a model', { forMs: 300_000, seed: 1 })).not.toContain('still going')
  })

  test('the same seed gives the same result', async () => {
    expect(await play({ runs: 20 })).toEqual(await play({ runs: 20 }))
    expect(await play({ runs: 20 })).not.toEqual(await play({ runs: 20, seed: 2 }))
  })

  test('a recorded history is played again: its kills and its exits', async () => {
    const probe = (life: number, result: string) =>
      JSON.stringify({ kind: 'probe', container: 'failweb', life, probe: 'liveness', result })
    const killed = ['success', 'success', 'failure', 'failure', 'failure'].map((result) => probe(0, result))
    const { probesUntilKill } = await play({ model: historyModel('run.jsonl', killed.join('\n')), runs: 5 })
    expect(probesUntilKill).toMatchObject({ mean: 5, sd: 0 })
    const exited = [
      probe(0, 'success'),
      JSON.stringify({ kind: 'end', container: 'failweb', life: 0, livedMs: 5000, ending: { exitCode: 1 } }),
    ]
    const { restarts } = await play({ model: historyModel('run.jsonl', exited.join('\n')), runs: 5, forMs: 60_000 })
    expect(restarts?.p50).toBe(3)
  })

  test('a life that was recorded to its rehearsal’s end has not crashed, whatever it exited with', async () => {
    const stopped = [
      recorded('start', { life: 0 }),
      recorded('probe', { life: 0, probe: 'liveness', result: 'success' }),
      recorded('event', { reason: 'Killing', message: 'Stopping container failweb' }),
      recorded('end', { life: 0, livedMs: 5000, ending: { exitCode: 143 } }),
    ]
    const { restarts } = await playHistory(stopped)
    expect(restarts?.mean).toBe(0)
  })

  test('a life that ended by itself with exit code 0 ends again', async () => {
    const { restarts } = await playHistory([
      recorded('start', { life: 0 }),
      recorded('end', { life: 0, livedMs: 5000, ending: { exitCode: 0 } }),
    ])
    expect(restarts?.p50).toBe(3)
  })

  test('each kind of probe meets its own results', async () => {
    const both = ['success', 'success', 'success', 'failure', 'failure', 'failure'].flatMap((result) => [
      recorded('probe', { life: 0, probe: 'liveness', result }),
      recorded('probe', { life: 0, probe: 'readiness', result: 'success' }),
    ])
    const spec = podSpec({ probes: { liveness, readiness: liveness } })
    const { probesUntilKill, readyRatio } = await playHistory(both, { spec, restarts: 1 })
    expect(probesUntilKill).toMatchObject({ mean: 6, sd: 0 })
    expect(readyRatio?.mean).toBeGreaterThan(0.8)
  })

  test('a readiness probe that was recorded as failing never was ready', async () => {
    const unready = [
      recorded('probe', { life: 0, probe: 'liveness', result: 'success' }),
      recorded('probe', { life: 0, probe: 'readiness', result: 'failure' }),
    ]
    const spec = podSpec({ probes: { liveness, readiness: liveness } })
    expect((await playHistory(unready, { spec })).readyRatio?.mean).toBe(0)
  })

  test('a pod is never ready beside a container that never is', async () => {
    const containers = [
      containerSpec({ name: 'web' }),
      containerSpec({ name: 'log', probes: { readiness: liveness } }),
    ] as const
    const { readyRatio } = await play({ spec: { ...podSpec(), containers }, model: rateModel(1), runs: 5 })
    expect(readyRatio?.mean).toBe(0)
  })

  test('a container meets its own lives: a sidecar that ran all the time does not end as its neighbour did', async () => {
    const lives = [
      recorded('start', { life: 0 }),
      recorded('start', { life: 0, container: 'log' }),
      recorded('end', { life: 0, livedMs: 5000, ending: { exitCode: 1 } }),
    ]
    const containers = [containerSpec({ name: 'log' }), containerSpec({ name: 'failweb' })] as const
    const { restarts } = await playHistory(lives, { spec: { ...podSpec(), containers } })
    expect(restarts?.p50).toBe(3)
  })

  test.each([
    ['', 'run.jsonl: holds no probes; failweb rehearse --json writes them'],
    ['null', 'run.jsonl:1: expected one JSON object a line, as failweb rehearse --json writes them'],
    ['{}\nnot json', 'run.jsonl:2: expected one JSON object a line, as failweb rehearse --json writes them'],
  ])('a history that is none: %j', (text, message) => {
    expect(() => historyModel('run.jsonl', text)).toThrow(message)
  })
})
