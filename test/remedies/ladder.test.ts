import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Status } from '../../src/core/status.ts'
import {
  begun,
  type Circumstances,
  ended,
  endedInVain,
  GROUND,
  type Ladder,
  type LadderState,
  type LastRun,
  nextStep,
} from '../../src/remedies/ladder.ts'

const LADDER: Ladder = {
  check: 'memory-growth',
  remedies: ['purge-cache', 'gc'],
  from: 'warn',
  waitMs: 10_000,
  cooldownMs: 60_000,
  perHour: 4,
  holdMs: 150_000,
}
const HOUR_MS = 3_600_000

/** A world with a clock, in which remedies run for a second and nobody else asks for one. */
class World {
  now = 1_000_000
  state: LadderState = GROUND
  running: Circumstances['running'] = 'none'
  readonly lastRuns = new Map<string, LastRun>()
  readonly ladder: Ladder
  /** Remedies that, by their own numbers, change nothing. */
  idle: readonly string[] = []

  constructor(ladder: Partial<Ladder> = {}) {
    this.ladder = { ...LADDER, ...ladder }
  }

  /** Time passes, the check looks, and what the ladder then says is done. */
  look(status: Status, afterMs = 5_000, tookMs = 1, endsInMs?: number): string {
    this.now += afterMs
    const lastRun = (remedy: string) => this.lastRuns.get(remedy)
    const look = { status, beganAt: this.now - tookMs, ...(endsInMs !== undefined && { endsInMs }) }
    const { step, state, holds } = nextStep(this.ladder, this.state, look, {
      now: this.now,
      running: this.running,
      lastRun,
    })
    this.state = state
    if (step.do === 'try') this.run(step.remedy)
    const mark = holds || status !== 'fail' ? '' : ' (stands)'
    return step.do === 'try'
      ? `try ${step.remedy}${mark}`
      : step.do === 'rest'
        ? 'rest'
        : `${step.do}${mark}: ${step.because}`
  }

  run(remedy: string): void {
    this.state = begun(this.state, remedy, this.now)
    const inVain = this.idle.includes(remedy)
    this.lastRuns.set(remedy, { begunAt: this.now, endedAt: this.now + 1_000, inVain })
    this.now += 1_000
    this.state = inVain ? endedInVain(this.state) : ended(this.state, this.now)
  }
}

describe('the ladder', () => {
  test('nothing is done while the check is well, or has only milder trouble than it is for', () => {
    const world = new World({ from: 'fail' })
    expect([world.look('pass'), world.look('warn'), world.look('unknown')]).toEqual(['rest', 'rest', 'rest'])
  })

  test('a remedy is tried, its effect awaited, and the check is well', () => {
    const world = new World()
    expect(world.look('warn')).toBe('try purge-cache')
    expect(world.look('warn')).toBe('wait: purge-cache was tried, too lately for this look to judge')
    expect(world.look('pass', 6_000)).toBe('rest')
    expect(world.state).toMatchObject({ tried: [], worst: 'warn' })
  })

  test('one after the other is tried; when none has helped, the verdict stands', () => {
    const world = new World()
    expect(world.look('fail')).toBe('try purge-cache')
    expect(world.look('fail', 11_000)).toBe('try gc')
    expect(world.look('fail', 11_000)).toBe('stand (stands): purge-cache and gc did not help')
    expect(world.look('fail', HOUR_MS)).toBe('stand (stands): purge-cache and gc did not help')
  })

  test('a look that began before the wait was over judges nothing, whenever it ended', () => {
    const world = new World()
    world.look('fail')
    expect(world.look('fail', 12_000, 3_000)).toMatch(/^wait: purge-cache/)
    expect(world.look('fail', 1_000)).toBe('try gc')
  })

  test('not being able to look judges nothing, and what was tried stays tried', () => {
    const world = new World()
    world.look('fail')
    expect(world.look('unknown', 20_000)).toMatch(/^wait: purge-cache/)
    expect(world.look('fail')).toBe('try gc')
    expect(world.look('fail', 11_000)).toMatch(/^stand/)
    expect(world.look('unknown')).toBe('rest')
    expect(world.look('fail')).toMatch(/^stand/)
  })

  test('after it was well, what comes again soon finds the remedy cooling down; later it is tried anew', () => {
    const world = new World({ remedies: ['purge-cache'], waitMs: 0 })
    expect([world.look('fail'), world.look('pass')]).toEqual(['try purge-cache', 'rest'])
    expect(world.look('fail')).toBe(
      'stand (stands): purge-cache ran less than 1 min ago, and is tried again once that time is over',
    )
    expect(world.look('fail', 50_000)).toBe('try purge-cache')
  })

  test('while one cools down the next is tried', () => {
    const world = new World()
    world.lastRuns.set('purge-cache', { begunAt: world.now - 30_000, endedAt: world.now - 29_000 })
    expect(world.look('warn')).toBe('try gc')
  })

  test('a run for somebody else, just now, is judged like one of its own', () => {
    const world = new World()
    world.lastRuns.set('purge-cache', { begunAt: world.now, endedAt: world.now + 1_000 })
    expect(world.look('warn', 5_000)).toBe('wait: purge-cache was tried, too lately for this look to judge')
    expect(world.look('warn', 7_000)).toBe('try gc')
  })

  test('what changed nothing by its own numbers waits for no look: the next one is tried, and then the verdict stands', () => {
    const world = new World()
    world.idle = ['purge-cache', 'gc']
    expect(world.look('fail')).toBe('try purge-cache')
    expect(world.look('fail', 100)).toBe('try gc')
    expect(world.look('fail', 100)).toBe('stand (stands): purge-cache and gc did not help')
    expect(world.look('fail', HOUR_MS)).toBe('stand (stands): purge-cache and gc did not help')
  })

  test('nor is a run for somebody else awaited that changed nothing', () => {
    const world = new World()
    world.lastRuns.set('purge-cache', { begunAt: world.now, endedAt: world.now + 1_000, inVain: true })
    expect(world.look('warn', 5_000)).toBe('try gc')
    expect(world.look('warn', 11_000)).toMatch(/^stand: purge-cache ran less than 1 min ago/)
    expect(world.look('warn', 60_000)).toBe('try purge-cache')
  })

  test('what changed nothing for a warning is tried once more for a fail, after it has cooled down', () => {
    const world = new World({ remedies: ['purge-cache'] })
    world.idle = ['purge-cache']
    expect(world.look('warn')).toBe('try purge-cache')
    expect(world.look('fail', 1_000)).toMatch(/^stand \(stands\): purge-cache ran less than 1 min ago/)
    expect(world.look('fail', 60_000)).toBe('try purge-cache (stands)')
    expect(world.look('fail', HOUR_MS)).toBe('stand (stands): purge-cache did not help')
  })

  test('what has become worse may be tried once more, which holds up nothing', () => {
    const world = new World()
    world.look('warn')
    world.look('warn', 11_000)
    expect(world.look('warn', 11_000)).toMatch(/^stand/)
    expect(world.look('fail', 11_000)).toMatch(/^stand \(stands\): purge-cache and gc ran less than 1 min ago/)
    expect(world.look('fail', 60_000)).toBe('try purge-cache (stands)')
    expect(world.look('fail', 11_000)).toBe('try gc (stands)')
    expect(world.look('fail', HOUR_MS)).toMatch(/^stand/)
  })

  test('a fail is held back only while its end likely leaves the time for that', () => {
    const world = new World()
    expect(world.look('fail', 5_000, 1, 180_001)).toBe('try purge-cache')
    expect(world.look('fail', 5_000, 1, 173_000)).toMatch(/^wait \(stands\): purge-cache/)
    expect(world.look('fail', 5_000, 1, 200_000)).toMatch(/^wait: purge-cache/)
    expect(new World().look('fail', 5_000, 1, 180_000)).toBe('try purge-cache (stands)')
  })

  test('what becomes worse half way up goes on from there, and is waited for', () => {
    const world = new World()
    expect(world.look('warn')).toBe('try purge-cache')
    expect(world.look('fail', 11_000)).toBe('try gc')
  })

  test('never two at once; one that has not returned is not waited for', () => {
    const world = new World()
    world.running = 'one'
    expect(world.look('fail')).toBe('wait: purge-cache is to be tried after another remedy')
    world.running = 'stuck'
    expect(world.look('fail')).toBe('stand (stands): purge-cache is not tried: a remedy before it has not returned')
    world.running = 'none'
    expect(world.look('fail')).toBe('try purge-cache')
  })

  test('however often others run the remedy, a verdict is held back for no longer than it may be', () => {
    const world = new World({ remedies: ['purge-cache'], holdMs: 30_000 })
    const seen: string[] = []
    for (let look = 0; look < 10; look++) {
      world.lastRuns.set('purge-cache', { begunAt: world.now, endedAt: world.now })
      seen.push(world.look('fail'))
    }
    const wait = 'purge-cache was tried, too lately for this look to judge'
    expect(seen.slice(0, 6)).toEqual(Array(6).fill(`wait: ${wait}`))
    expect(seen.slice(6)).toEqual(Array(4).fill(`wait (stands): ${wait}`))
  })

  test('the budget of an hour is kept, and is there again an hour later', () => {
    const world = new World({ remedies: ['purge-cache'], waitMs: 0, perHour: 2 })
    const flap = () => [world.look('fail', 70_000), world.look('pass')][0]
    expect([flap(), flap()]).toEqual(['try purge-cache', 'try purge-cache'])
    expect(flap()).toBe('stand (stands): no remedy is tried: 2 attempts an hour are allowed, and were made')
    world.look('pass', HOUR_MS)
    expect(flap()).toBe('try purge-cache')
  })
})

describe('laws of the ladder', () => {
  const status = fc.constantFrom<Status>('pass', 'warn', 'unknown', 'fail')
  const looks = fc.array(fc.record({ status, afterMs: fc.integer({ min: 100, max: 400_000 }) }), { maxLength: 200 })
  const ladders = fc.record({
    remedies: fc.constantFrom(['purge-cache'], ['purge-cache', 'gc'], ['a', 'b', 'c']),
    from: fc.constantFrom<'warn' | 'fail'>('warn', 'fail'),
    waitMs: fc.integer({ min: 0, max: 60_000 }),
    cooldownMs: fc.integer({ min: 0, max: 120_000 }),
    perHour: fc.integer({ min: 1, max: 8 }),
    holdMs: fc.integer({ min: 0, max: 300_000 }),
  })
  const idle = fc.subarray(['purge-cache', 'gc', 'a', 'b', 'c'])
  const climbed = (
    ladder: Partial<Ladder>,
    story: readonly { status: Status; afterMs: number }[],
    idle: readonly string[] = [],
  ) => {
    const world = new World(ladder)
    world.idle = idle
    return story.map(({ status, afterMs }) => {
      const said = world.look(status, afterMs)
      return { at: world.now, status, said, remedy: /^try (\S+)/.exec(said)?.[1] }
    })
  }

  test('never more attempts within an hour than the budget, never the same one before it has cooled down', () => {
    fc.assert(
      fc.property(ladders, looks, idle, (ladder, story, idle) => {
        const attempts = climbed(ladder, story, idle).filter(({ remedy }) => remedy !== undefined)
        for (const [index, { at, remedy }] of attempts.entries()) {
          const lately = attempts.slice(0, index + 1).filter((one) => at - one.at < HOUR_MS)
          expect(lately.length).toBeLessThanOrEqual(ladder.perHour)
          const last = attempts.slice(0, index).findLast((one) => one.remedy === remedy)
          if (last) expect(at - last.at).toBeGreaterThanOrEqual(ladder.cooldownMs)
        }
      }),
    )
  })

  test('a check that keeps failing is not held for longer than its remedies, a wait and a look for each', () => {
    fc.assert(
      fc.property(ladders, fc.integer({ min: 2_000, max: 60_000 }), idle, (ladder, everyMs, idle) => {
        const story = Array.from({ length: 400 }, () => ({ status: 'fail' as const, afterMs: everyMs }))
        const steps = climbed({ ...ladder, perHour: 100 }, story, idle)
        const [first, stands] = [steps[0]?.at ?? 0, steps.find(({ said }) => said.includes('(stands)'))?.at]
        const longest = ladder.remedies.length * (1_000 + ladder.waitMs + 2 * everyMs + 1)
        const held = (stands ?? Number.POSITIVE_INFINITY) - first
        expect(held).toBeLessThanOrEqual(Math.min(longest, ladder.holdMs + 1_000 + everyMs))
      }),
    )
  })

  test('nothing is tried for a check that is well, or that cannot look', () => {
    fc.assert(
      fc.property(ladders, looks, (ladder, story) => {
        for (const { status, remedy } of climbed(ladder, story)) {
          if (status === 'pass' || status === 'unknown') expect(remedy).toBeUndefined()
        }
      }),
    )
  })
})
