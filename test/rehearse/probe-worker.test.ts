import { describe, expect, test } from 'vitest'
import { ProbeWorker } from '../../src/rehearse/kubelet/probe-worker.ts'
import type { ProbeKind, ProbeSpec } from '../../src/rehearse/manifest/pod-spec.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { probeSpec } from './specs.ts'

type Result = 'success' | 'failure' | 'error'

/** A worker, the container it looks at, and everything that it publishes. */
function setUp(kind: ProbeKind, own: Partial<ProbeSpec> = {}, phaseMs = 0) {
  const clock = new FakeClock()
  const container = {
    life: 0 as number | undefined,
    running: true,
    startedAt: clock.now(),
    started: kind !== 'startup',
  }
  const probedAt: number[] = []
  const changes: string[] = []
  const world = { next: 'success' as Result, takesMs: 0 }
  const worker = new ProbeWorker(container, {
    kind,
    spec: probeSpec({ periodSeconds: 1, failureThreshold: 3, ...own }),
    clock,
    phaseMs,
    async ask() {
      probedAt.push(clock.now() - 1000)
      if (world.takesMs > 0) await clock.sleep(world.takesMs)
      return { result: world.next, message: '', tookMs: world.takesMs }
    },
    onProbe: () => {},
    onChange: (published) => changes.push(published),
  })
  const rounds = async (...results: Result[]) => {
    for (const result of results) {
      world.next = result
      await worker.round()
    }
    return worker.publishedOf(container.life)
  }
  const restart = () => {
    container.life = (container.life ?? 0) + 1
    container.startedAt = clock.now()
  }
  return { clock, container, worker, world, rounds, restart, probedAt, changes }
}

describe('what is published', () => {
  test('before the first result: not ready, alive, startup unknown', async () => {
    for (const [kind, published] of [
      ['readiness', 'failure'],
      ['liveness', 'success'],
      ['startup', 'unknown'],
    ] as const) {
      const { worker, container, rounds } = setUp(kind, { failureThreshold: 10, successThreshold: 10 })
      await rounds('error')
      expect(worker.publishedOf(container.life)).toBe(published)
    }
  })

  test('liveness fails at its third failure in a row, and one success begins the row anew', async () => {
    const { rounds } = setUp('liveness')
    expect(await rounds('failure', 'failure')).toBe('success')
    expect(await rounds('success', 'failure', 'failure')).toBe('success')
    expect(await rounds('failure')).toBe('failure')
  })

  test('a prober’s own error moves no counter', async () => {
    const { rounds } = setUp('liveness')
    expect(await rounds('failure', 'error', 'failure', 'error')).toBe('success')
    expect(await rounds('failure')).toBe('failure')
  })

  test('a condemned container is not asked again until there is a new one, whose first failure counts as the first', async () => {
    const { rounds, restart, probedAt } = setUp('liveness')
    await rounds('failure', 'failure', 'failure')
    await rounds('success', 'success')
    expect(probedAt).toHaveLength(3)
    restart()
    expect(await rounds('failure', 'failure')).toBe('success')
    expect(await rounds('failure')).toBe('failure')
  })

  test('a readiness row outlives the container: successes from before let the new one in at once', async () => {
    const { rounds, restart } = setUp('readiness', { successThreshold: 3 })
    expect(await rounds('success', 'success', 'success')).toBe('success')
    restart()
    expect(await rounds('success')).toBe('success')
  })

  test('readiness is withdrawn when the container no longer runs, and given back only by a probe', async () => {
    const { rounds, restart, container } = setUp('readiness')
    expect(await rounds('success')).toBe('success')
    container.running = false
    expect(await rounds('success')).toBe('failure')
    container.running = true
    restart()
    expect(await rounds('success')).toBe('success')
  })
})

describe('when a probe is made', () => {
  test('liveness and readiness wait for startup, and startup is never asked again after it', async () => {
    for (const kind of ['liveness', 'readiness'] as const) {
      const { rounds, container, probedAt } = setUp(kind)
      container.started = false
      await rounds('success', 'success')
      expect(probedAt).toHaveLength(0)
    }
    const { rounds, container, probedAt } = setUp('startup')
    await rounds('success')
    container.started = true
    await rounds('success', 'success')
    expect(probedAt).toHaveLength(1)
  })

  test('the first comes at the first tick after the delay, and ticks keep the phase they began with', async () => {
    const { clock, worker, probedAt } = setUp('liveness', { initialDelaySeconds: 3, periodSeconds: 2 }, 700)
    const stop = new AbortController()
    const running = worker.run(stop.signal)
    await clock.advance(10_000)
    expect(probedAt).toEqual([4700, 6700, 8700])
    stop.abort()
    await settle()
    await running
  })

  test('a restart does not move the ticks', async () => {
    const { clock, worker, probedAt, restart } = setUp('liveness', { periodSeconds: 2 }, 700)
    const stop = new AbortController()
    const running = worker.run(stop.signal)
    await clock.advance(4000)
    restart()
    await clock.advance(4000)
    expect(probedAt).toEqual([700, 2700, 4700, 6700])
    stop.abort()
    await running
  })

  test('of the ticks that fall into a slow probe one is kept, and the others are lost', async () => {
    const { clock, worker, world, probedAt } = setUp('liveness', { periodSeconds: 1 })
    world.takesMs = 2500
    const stop = new AbortController()
    const running = worker.run(stop.signal)
    await clock.advance(5200)
    expect(probedAt).toEqual([0, 2500, 5000])
    world.takesMs = 0
    await clock.advance(4000)
    expect(probedAt).toEqual([0, 2500, 5000, 7500, 8000, 9000])
    stop.abort()
    await running
  })

  test('a nudge makes a round at once, between two ticks', async () => {
    const { clock, worker, probedAt } = setUp('readiness', { periodSeconds: 10 })
    const stop = new AbortController()
    const running = worker.run(stop.signal)
    await clock.advance(4000)
    worker.nudge()
    await clock.advance(8000)
    expect(probedAt).toEqual([0, 4000, 10_000])
    stop.abort()
    await running
  })
})
