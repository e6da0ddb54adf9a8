import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { Terms } from '../../src/core/assignment.ts'
import type { Check, Sample } from '../../src/core/check.ts'
import type { Foretold } from '../../src/core/foretold.ts'
import type { CheckState, Transition } from '../../src/core/snapshot.ts'
import type { Judged } from '../../src/core/status.ts'
import type { Watcher } from '../../src/engine/monitor.ts'
import { Registry, TRANSITIONS_KEPT } from '../../src/engine/registry.ts'
import { systemClock } from '../../src/system-clock.ts'
import { assignment, defineCheck, scripted, steady, surroundings } from '../assignments.ts'
import { FakeClock, settle } from '../fake-clock.ts'

const RHYTHM: Partial<Terms> = { everyMs: 1000, timeoutMs: 200, toWorsen: 2, toRecover: 2 }

interface Odds {
  random?: () => number
  watcher?: Watcher
  clock?: FakeClock
}

function registryOf(
  checks: readonly Check[],
  { random = () => 0.5, watcher = {}, clock = new FakeClock() }: Odds = {},
) {
  const assignments = checks.map((check) => assignment(check, RHYTHM))
  const registry = new Registry(assignments, { clock, random, surroundings: surroundings(clock), watchers: [watcher] })
  const state = (name: string): CheckState => {
    const found = registry.snapshot().byName.get(name)
    if (!found) throw new Error(`no check ${name}`)
    return found
  }
  return { clock, registry, state }
}

function counting(name: string, sense: () => unknown) {
  const looks = { begun: 0 }
  const check = defineCheck({
    name,
    about: 'counts its looks',
    cure: 'restart',
    sense: () => {
      looks.begun++
      return sense()
    },
    judge: () => ({ status: 'pass', because: 'all is well', values: {} }),
  })
  return { check, looks }
}

/** Node's timers are of whole milliseconds, and wake up to so much early. */
class EarlyClock extends FakeClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms > 2 ? ms - 1.5 : ms, signal)
  }
}

describe('rhythm', () => {
  test('a timer that wakes early is no second look at the same moment', async () => {
    const { check, looks } = counting('beat', () => 1)
    const { clock, registry } = registryOf([check], { clock: new EarlyClock() })
    registry.start()
    await clock.advance(10_000)
    expect(looks.begun).toBe(11)
  })

  test('the signal of a look that ended in time does not abort', async () => {
    const signals: AbortSignal[] = []
    const check = defineCheck({
      name: 'signalled',
      about: 'keeps its signals',
      cure: 'wait',
      sense: ({ signal }) => signals.push(signal),
      judge: () => ({ status: 'pass', because: 'all is well', values: {} }),
    })
    const { clock, registry } = registryOf([check])
    registry.start()
    await clock.advance(5_000)
    expect(signals.length).toBeGreaterThan(3)
    expect(signals.map(({ aborted }) => aborted)).not.toContain(true)
  })

  test('a check looks at start, again after a random part of the period, then every period', async () => {
    const { check, looks } = counting('beat', () => 1)
    const { clock, registry } = registryOf([check], { random: () => 0.25 })
    registry.start()
    await clock.advance(0)
    expect(looks.begun).toBe(1)
    await clock.advance(249)
    expect(looks.begun).toBe(1)
    await clock.advance(1)
    expect(looks.begun).toBe(2)
    await clock.advance(5000)
    expect(looks.begun).toBe(7)
  })

  test('the first looks come one after the other, with turns for others between them', async () => {
    const order: string[] = []
    const checks = ['first', 'second', 'third'].map((name) => counting(name, () => order.push(name)).check)
    const assignments = checks.map((check) => assignment(check, RHYTHM))
    const lent = surroundings(new FakeClock())
    const registry = new Registry(assignments, { clock: systemClock, random: () => 0.5, surroundings: lent })
    registry.start()
    await settle().then(() => order.push('somebody else'))
    await settle()
    expect(order).toEqual(['first', 'second', 'somebody else', 'third'])
    await registry.stop()
  })

  test('who could not look at first tries again after 5 s, however slow the rhythm, and then keeps to that', async () => {
    let broken = true
    const { check, looks } = counting('slow', () => {
      if (broken) throw new Error('not yet')
      return 1
    })
    const clock = new FakeClock()
    const slow = [assignment(check, { ...RHYTHM, everyMs: 60_000 })]
    const registry = new Registry(slow, { clock, random: () => 0.5, surroundings: surroundings(clock) })
    registry.start()
    await clock.advance(10_000)
    expect(looks.begun).toBe(3)
    broken = false
    await clock.advance(5_000)
    expect(registry.snapshot().byName.get('slow')?.status).toBe('pass')
    broken = true
    await clock.advance(15_000)
    expect(looks.begun).toBe(5)
    await clock.advance(60_000)
    expect(looks.begun).toBe(6)
    await registry.stop()
  })

  test('after a suspend the missed rounds are not made up for', async () => {
    const { check, looks } = counting('beat', () => 1)
    const { clock, registry } = registryOf([check])
    registry.start()
    await clock.advance(600)
    clock.block(60_000)
    await clock.advance(1000)
    expect(looks.begun).toBeLessThanOrEqual(4)
  })

  test('reading starts no look, however often', async () => {
    const { check, looks } = counting('beat', () => 1)
    const { clock, registry } = registryOf([check])
    registry.start()
    await clock.advance(0)
    for (let i = 0; i < 100; i++) registry.snapshot()
    await settle()
    expect(looks.begun).toBe(1)
  })

  test('stop ends every look and every timer, and gives back what was opened', async () => {
    const closed: unknown[] = []
    const check = defineCheck({
      name: 'holder',
      about: 'holds something',
      cure: 'restart',
      open: () => 'a descriptor',
      close: (held: string) => void closed.push(held),
      sense: ({ held }) => held,
      judge: () => ({ status: 'pass', because: 'held', values: {} }),
    })
    const { clock, registry } = registryOf([check, steady('other', 'pass')])
    registry.start()
    await clock.advance(3000)
    await registry.stop()
    expect(closed).toEqual(['a descriptor'])
    expect(clock.sleepers).toBe(0)
  })
})

describe('what a person is to do', () => {
  const advised = (advice: string | undefined, script: readonly Judged[]) => {
    const check = scripted('advised', script) as Check
    const judge: Check['judge'] = (...given) => {
      const verdict = check.judge(...given)
      return verdict.status === 'warn' ? { ...verdict, advice: 'do just this' } : verdict
    }
    return { ...check, judge, ...(advice !== undefined && { advice }) } as Check
  }

  test('is the verdict’s own advice as long as that is said, else the check’s', async () => {
    const { clock, registry, state } = registryOf([
      advised('do that', ['pass', 'warn', 'warn', 'pass', 'pass', 'fail']),
    ])
    registry.start()
    const told: (string | undefined)[] = []
    for (let look = 0; look < 7; look++) {
      await clock.advance(look === 0 ? 0 : 1000)
      told.push(`${state('advised').status}: ${state('advised').advice}`)
    }
    expect([...new Set(told)]).toEqual(['pass: do that', 'warn: do just this', 'fail: do that'])
  })

  test('is the check’s own again, be it none', async () => {
    const { clock, registry, state } = registryOf([advised(undefined, ['warn', 'warn', 'pass', 'pass', 'pass'])])
    registry.start()
    await clock.advance(1_500)
    expect(state('advised')).toMatchObject({ status: 'warn', advice: 'do just this' })
    await clock.advance(5_000)
    expect(state('advised').status).toBe('pass')
    expect(state('advised')).not.toHaveProperty('advice')
  })
})

describe('what is opened only after', () => {
  test.each<[string, (clock: FakeClock, registry: Registry) => Promise<void>]>([
    ['the stop', (_clock, registry) => registry.stop()],
    ['the deadline', (clock) => clock.advance(200)],
  ])('%s is not looked at for a look that nobody waits for', async (_what, comesFirst) => {
    const order: string[] = []
    const opening = new AbortController()
    const opened = once(opening.signal, 'abort')
    const check = defineCheck({
      name: 'slow-to-open',
      about: 'opens slowly',
      cure: 'restart',
      open: async () => void (await opened),
      close: () => void order.push('closed'),
      sense: () => order.push('looked'),
      judge: () => ({ status: 'pass', because: 'seen', values: {} }),
    })
    const { clock, registry } = registryOf([check])
    registry.start()
    await clock.advance(0)
    await comesFirst(clock, registry)
    opening.abort()
    await settle()
    expect(order).not.toContain('looked')
    await clock.advance(1000)
    await registry.stop()
    expect(order.at(-1)).toBe('closed')
  })
})

describe('what a check may do wrong is one unknown check with a sentence', () => {
  const verdict = (given: unknown) => ({ sense: () => 1, judge: () => given })
  const fine = { status: 'pass', because: 'x', values: {} }
  const wrong: readonly [title: string, part: object, sentence: RegExp][] = [
    ['a look that throws', { sense: () => Promise.reject(new Error('no route to host')) }, /look failed: no route/],
    ['a look that returns undefined', { sense: () => undefined }, /returned undefined/],
    ['a look that returns NaN', { sense: () => Number.NaN }, /returned NaN, which no limit can judge/],
    ['a look with a NaN field', { sense: () => ({ used: Number.NaN }) }, /used = NaN/],
    ['a judge that throws', { sense: () => 1, judge: () => JSON.parse('{') }, /judge failed: /],
    ['a judge that returns a string', verdict('ok'), /gave a verdict as "ok"; expected an object/],
    ['a judge that returns nothing', verdict(undefined), /gave a verdict as undefined/],
    ['a status that is none', verdict({ status: 'up', because: 'x', values: {} }), /the status as "up"; expected pass/],
    ['no sentence', verdict({ status: 'pass', because: '', values: {} }), /because as ""; expected a sentence/],
    [
      'advice that is none',
      verdict({ status: 'pass', because: 'x', values: {}, advice: '' }),
      /its advice as ""; expected a sentence/,
    ],
    [
      'a limit that is NaN',
      verdict({ status: 'pass', because: 'x', values: {}, limits: { warn: Number.NaN } }),
      /limit warn as NaN/,
    ],
    ['a value that is NaN', verdict({ status: 'pass', because: 'x', values: { a: Number.NaN } }), /value a as NaN/],
    [
      'a value not declared',
      verdict({ status: 'pass', because: 'x', values: { b: 1 } }),
      /value b, which the check does/,
    ],
    [
      'misspelt limits',
      verdict({ ...fine, limit: { warn: 1 } }),
      /^its judge gave limit, and a verdict has no such field; did you mean limits\?$/,
    ],
    [
      'a misspelt field of a part',
      verdict({ ...fine, parts: [{ suject: 'a', ...fine }] }),
      /^its judge gave suject, and a part has no such field; did you mean subject\?$/,
    ],
    ['what cannot be opened', { open: () => Promise.reject(new Error('EMFILE')) }, /look failed: EMFILE/],
  ]

  test.each(wrong)('%s', async (_title, part, sentence) => {
    const broken = { ...steady('broken', 'pass', { values: { a: 'a number' } }), ...part } as Check
    const { clock, registry, state } = registryOf([broken, steady('good', 'pass')])
    registry.start()
    await clock.advance(5000)
    expect(state('broken')).toMatchObject({ status: 'unknown', looked: true })
    expect(state('broken').because).toMatch(sentence)
    expect(state('good').status).toBe('pass')
  })

  test('a verdict may carry what is nobody’s business but its check’s', async () => {
    const judge = () => ({ ...fine, limits: { warn: 1 }, limit: 3, seen: [1], toString: () => 'mine' })
    const { clock, registry, state } = registryOf([{ ...steady('own', 'pass'), judge } as Check])
    registry.start()
    await clock.advance(0)
    expect(state('own')).toMatchObject({ status: 'pass', because: 'x', limits: { warn: 1 } })
  })

  test('a look that never returns is given up at its timeout, and no other is begun until it returns', async () => {
    let comeBack = (_: number) => {}
    const { check, looks } = counting('hung', () => new Promise<number>((resolve) => (comeBack = resolve)))
    const { clock, registry, state } = registryOf([check, steady('good', 'pass')])
    registry.start()
    await clock.advance(10_000)
    expect(looks.begun).toBe(1)
    expect(state('hung')).toMatchObject({ status: 'unknown', looked: true })
    expect(state('hung').because).toMatch(
      /still not returned: what it asks hangs, or this process is hardly let run; no other is begun/,
    )
    expect(state('good').status).toBe('pass')
    comeBack(1)
    await clock.advance(1000)
    expect(looks.begun).toBe(2)
  })

  test('its signal aborts at the timeout', async () => {
    let given: AbortSignal | undefined
    const check = defineCheck({
      ...steady('slow', 'pass'),
      sense: ({ signal }: { signal: AbortSignal }) => {
        given = signal
        return new Promise<never>(() => {})
      },
    })
    const { clock, registry } = registryOf([check as Check])
    registry.start()
    await clock.advance(199)
    expect(given?.aborted).toBe(false)
    await clock.advance(1)
    expect(given?.aborted).toBe(true)
  })

  test.each([
    {
      title: 'nobody can tell why',
      queuedMs: undefined,
      status: 'unknown',
      because: /^the event loop stood still for 200 ms while it looked, .*, or because the process was not let run/,
    },
    { title: 'the thread waited 195 ms for a processor', queuedMs: 195, status: 'pass', because: /^saw pass/ },
    {
      title: 'the thread waited 60 ms for a processor',
      queuedMs: 60,
      status: 'unknown',
      because: /by its look, that .*, but for 60 ms in which the process was not let run; /,
    },
    {
      title: 'the thread waited for none',
      queuedMs: 0,
      status: 'unknown',
      because: /by its look, that computes or waits for a blocking call; at most 100 ms/,
    },
  ] as const)('a look in which the event loop stands still for 200 ms, of which $title: $status', async (one) => {
    const clock = new FakeClock()
    const blocker = { ...steady('blocker', 'pass'), sense: () => clock.block(200) ?? 'pass' } as Check
    const registry = new Registry([assignment(blocker, RHYTHM)], {
      clock,
      random: () => 0.5,
      surroundings: surroundings(clock),
      queued: () => () => one.queuedMs,
    })
    registry.start()
    await clock.advance(5000)
    const { status, because } = registry.snapshot().byName.get('blocker') ?? {}
    expect(status).toBe(one.status)
    expect(because).toMatch(one.because)
  })

  test('hung, throwing and rubbish checks keep nothing for each round', async () => {
    const hung = { ...steady('hung', 'pass'), sense: () => new Promise(() => {}) } as Check
    const { clock, registry } = registryOf([hung, steady('good', 'pass')])
    registry.start()
    await clock.advance(200_000)
    expect(registry.history('hung')?.looks).toHaveLength(60)
    // One sleeping rhythm a check, and no timer left behind by an abandoned look.
    expect(clock.sleepers).toBe(2)
  })

  test('a watcher that throws stops nothing', async () => {
    const watcher: Watcher = {
      looked: () => {
        throw new Error('a broken log')
      },
    }
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const { clock, registry, state } = registryOf([steady('good', 'pass')], { watcher })
    registry.start()
    await clock.advance(2000)
    expect(state('good').status).toBe('pass')
    expect((await warned).message).toBe('a broken log')
  })
})

describe('what is said', () => {
  test('a change is told once, with its sentence', async () => {
    const told: Transition[] = []
    const check = scripted('flips', ['pass', 'fail', 'fail', 'fail'])
    const { clock, registry } = registryOf([check], { watcher: { changed: (transition) => told.push(transition) } })
    registry.start()
    await clock.advance(6000)
    expect(told.map(({ from, to }) => [from, to])).toEqual([
      ['unknown', 'pass'],
      ['pass', 'fail'],
    ])
    expect(told[1]?.because).toBe('saw fail at look 3')
    expect(registry.transitions()).toEqual(told)
  })

  test('a fail whose end is sure to come before its patience is through is told at once, and is not held back', async () => {
    const told: Transition[] = []
    const ends: (Foretold | undefined)[] = []
    const dying = {
      ...scripted('dying', ['pass', 'fail']),
      judge: ([sample]: readonly Sample<unknown>[]) => ({
        status: sample?.reading as Judged,
        because: 'the heap fills',
        values: {},
        forecast: { limit: 'the heap', etaSeconds: [0.5, 1, 2] as const },
      }),
    } as Check
    const clock = new FakeClock()
    const registry = new Registry([assignment(dying, RHYTHM)], {
      clock,
      random: () => 0.5,
      surroundings: surroundings(clock),
      watchers: [{ changed: (transition) => told.push(transition) }],
      temper(look) {
        ends.push(look.end)
        return look
      },
    })
    registry.start()
    await clock.advance(600)
    expect(told.map(({ to }) => to)).toEqual(['pass', 'fail'])
    expect(ends).toEqual([undefined, { soonestMs: 500, likelyMs: 1_000, latestMs: 2_000 }])
  })

  test('of many changes the newest are remembered', async () => {
    const fourEach = Array.from({ length: 1_000 }, (_, nth) => (nth % 8 < 4 ? 'fail' : 'pass'))
    const { clock, registry } = registryOf([scripted('flips', fourEach)])
    registry.start()
    await clock.advance(1_000_000)
    expect(registry.transitions()).toHaveLength(TRANSITIONS_KEPT)
    expect(registry.transitions().at(-1)?.at).toBeGreaterThan(registry.transitions()[0]?.at ?? 0)
  })

  test('a look changes one state and leaves the others, in the order of the checks', async () => {
    const clock = new FakeClock()
    const slow = assignment(scripted('slow', ['pass']), { everyMs: 60_000 })
    const quick = assignment(scripted('quick', ['pass', 'fail']), RHYTHM)
    const registry = new Registry([slow, quick], { clock, random: () => 0.5, surroundings: surroundings(clock) })
    registry.start()
    await clock.advance(500)
    const before = registry.snapshot()
    expect(before.checks.map(({ name }) => name)).toEqual(['slow', 'quick'])
    await clock.advance(1_000)
    const after = registry.snapshot()
    expect(after).not.toBe(before)
    expect(after.checks[0]).toBe(before.checks[0])
    expect(after.byName.get('quick')).toBe(after.checks[1])
    expect(before.byName.get('quick')).toBe(before.checks[1])
  })

  test('the reason stays with what is said while patience waits', async () => {
    const { clock, registry, state } = registryOf([scripted('once', ['pass', 'fail', 'pass'])])
    registry.start()
    await clock.advance(600)
    expect(state('once')).toMatchObject({ status: 'pass', sighting: 'fail', because: 'saw pass at look 1' })
  })

  test('a fail that nobody can see any more stays fail and says since when it was not seen', async () => {
    const check = scripted('lost', ['fail', 'fail', new Error('EIO')])
    const { clock, registry, state } = registryOf([check])
    registry.start()
    await clock.advance(10_000)
    expect(state('lost').status).toBe('fail')
    expect(state('lost').because).toMatch(
      /^saw fail at look 2; not seen since 2026-01-01T00:00:01.500Z: its look failed: EIO$/,
    )
  })

  test('who is told and is an async function may fail, too', async () => {
    const warnings: string[] = []
    const onWarning = ({ message }: Error) => warnings.push(message)
    process.on('warning', onWarning)
    const changed = async () => {
      throw new Error('told too late')
    }
    const { clock, registry } = registryOf([steady('good', 'pass')], { watcher: { changed } })
    registry.start()
    await clock.advance(2_600)
    await settle()
    process.off('warning', onWarning)
    expect(warnings).toEqual(['told too late'])
  })

  test('what was foretold comes nearer while nobody can look', async () => {
    const forecast = { limit: 'full', etaSeconds: [1, 600, null] } as const
    const part = { subject: '/', status: 'warn', because: 'fills', values: {}, forecast } as const
    const lost = scripted('lost', ['warn', new Error('EIO'), new Error('EIO'), new Error('EIO')])
    const check = {
      ...lost,
      judge: () => ({ status: 'warn', because: 'fills', values: {}, forecast, parts: [part] }) as const,
    }
    const { clock, registry, state } = registryOf([check])
    registry.start()
    await clock.advance(1)
    const seenAt = state('lost').lookedAt ?? 0
    expect(state('lost').forecast).toEqual(forecast)
    await clock.advance(2_600)
    const passed = ((state('lost').lookedAt ?? 0) - seenAt) / 1000
    expect(passed).toBeGreaterThan(1)
    const nearer = { limit: 'full', etaSeconds: [0, 600 - passed, null] }
    expect(state('lost').forecast).toEqual(nearer)
    expect(state('lost').parts[0]?.forecast).toEqual(nearer)
  })

  test('after three silent rounds a pass is unknown, a fail stays fail, and both say so', async () => {
    const { clock, registry, state } = registryOf([steady('good', 'pass'), steady('bad', 'fail')])
    registry.start()
    await clock.advance(2600)
    expect([state('good').status, state('bad').status]).toEqual(['pass', 'fail'])
    clock.block(3300)
    expect([state('good').status, state('bad').status]).toEqual(['unknown', 'fail'])
    // From when it went stale, which is three rounds and a timeout after its last look.
    expect(state('good').since - (state('good').lookedAt ?? 0)).toBe(3_200)
    expect(state('good').because).toMatch(/^saw pass at look 4; not seen since .*: no look since 2026-/)
    expect(state('bad').because).toMatch(/^saw fail at look 4; not seen since /)
  })

  test('the worst part is the status of the whole', async () => {
    const parts = ['pass', 'fail', 'warn'].map((status) => ({ subject: status, status, because: 'x', values: {} }))
    const check = { ...steady('parts', 'pass'), judge: () => ({ status: 'pass', because: 'x', values: {}, parts }) }
    const { clock, registry, state } = registryOf([check as Check])
    registry.start()
    await clock.advance(600)
    expect(state('parts')).toMatchObject({ sighting: 'fail', because: 'fail: x' })
  })

  test('what was overlooked in a part is told with its own numbers, and without the advice of all is well', async () => {
    const part = { subject: 'b', status: 'fail', because: 'holds 100', values: { depth: 100 }, limits: { fail: 9 } }
    const whole = { status: 'pass', because: 'x', values: { depth: 3 }, advice: 'nothing to do', parts: [part] }
    const check = { ...steady('parts', 'pass', { values: { depth: 'a' } }), judge: () => whole }
    const { clock, registry, state } = registryOf([check as unknown as Check])
    registry.start()
    await clock.advance(600)
    expect(state('parts')).toMatchObject({ because: 'b: holds 100', values: { depth: 100 }, limits: { fail: 9 } })
    expect(state('parts').advice).not.toBe('nothing to do')
  })

  test('fields of its own that a verdict has are its own affair', async () => {
    const more = { status: 'pass', because: 'x', values: {}, ports: [80], party: 1, names: [] }
    const { clock, registry, state } = registryOf([{ ...steady('own', 'pass'), judge: () => more } as unknown as Check])
    registry.start()
    await clock.advance(600)
    expect(state('own')).toMatchObject({ status: 'pass', because: 'x' })
  })

  test('judge sees the last samples it asked for, and what was said before of each part', async () => {
    const seen: { samples: readonly unknown[]; said: unknown }[] = []
    let reading = 0
    const check: Check = {
      ...steady('keeper', 'pass', { keep: 3 }),
      sense: () => ++reading,
      judge: (samples, _settings, said) => {
        seen.push({ samples: samples.map((sample) => sample.reading), said })
        const parts = [{ subject: 'a', status: 'warn' as const, because: 'x', values: {} }]
        return { status: 'pass', because: 'x', values: {}, parts }
      },
    }
    const { clock, registry } = registryOf([check])
    registry.start()
    await clock.advance(3600)
    expect(seen.map(({ samples }) => samples)).toEqual([[1], [1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]])
    expect(seen[0]?.said).toEqual({ status: 'unknown', parts: {} })
    expect(seen[4]?.said).toEqual({ status: 'warn', parts: { a: 'warn' } })
  })
})

describe('snapshots', () => {
  test('are frozen, and the same object until something changes', async () => {
    const { clock, registry } = registryOf([steady('good', 'pass')])
    registry.start()
    await clock.advance(0)
    const first = registry.snapshot()
    expect(registry.snapshot()).toBe(first)
    expect(Object.isFrozen(first) && Object.isFrozen(first.checks) && Object.isFrozen(first.checks[0])).toBe(true)
    await clock.advance(500)
    expect(registry.snapshot()).not.toBe(first)
    expect(first.checks[0]?.lookedAt).not.toBe(registry.snapshot().checks[0]?.lookedAt)
  })

  test('before the first look a check is unknown and has not looked', () => {
    const { state } = registryOf([steady('good', 'pass')])
    expect(state('good')).toMatchObject({ status: 'unknown', looked: false, because: 'it has not looked yet' })
  })
})
