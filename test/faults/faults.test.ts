import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFaultRequest } from '../../src/faults/fault-request.ts'
import { FAULTS } from '../../src/faults/list.ts'
import { createScene, type Scene, until } from './bench.ts'

let scene: Scene
beforeEach(() => {
  scene = createScene()
})
afterEach(() => scene.end())

const activeNames = () => scene.faults.active().map(({ name }) => name)

describe('the life of a fault', () => {
  test('at first none is active', () => {
    expect(scene.faults.list().map(({ name }) => name)).toEqual(FAULTS.map(({ name }) => name))
    expect(activeNames()).toEqual([])
  })

  test('it ends by itself when its time is over, a minute where nothing was said', async () => {
    scene.faults.set('stop', { ignore: true })
    scene.faults.set('errors', {}, 10)
    await scene.clock.advance(9_999)
    expect(activeNames()).toEqual(['errors', 'stop'])
    await scene.clock.advance(1)
    expect(activeNames()).toEqual(['stop'])
    await scene.clock.advance(50_000)
    expect(activeNames()).toEqual([])
    expect(scene.faults.list().find(({ name }) => name === 'stop')).toMatchObject({ active: false, ended: 'expired' })
  })

  test('it shows its settings, since when and until when', () => {
    const since = scene.clock.date()
    expect(scene.faults.set('latency', { headersMs: 500 }, 30)).toMatchObject({
      name: 'latency',
      active: true,
      settings: { headersMs: 500, bodyMs: 0, share: 1, routes: ['*'] },
      since: since.toISOString(),
      until: new Date(since.getTime() + 30_000).toISOString(),
      progress: { delayed_requests: 0 },
    })
  })

  test('set again it is replaced, with a new time to live', async () => {
    scene.faults.set('stop', { delayMs: 5 }, 10)
    await scene.clock.advance(8_000)
    scene.faults.set('stop', { delayMs: 7 }, 10)
    await scene.clock.advance(8_000)
    expect(scene.faults.stopDelayMs()).toBe(7)
    await scene.clock.advance(2_000)
    expect(scene.faults.stopDelayMs()).toBe(0)
  })

  test('one is cleared, or all are; clearing what is not active changes nothing', async () => {
    for (const name of ['stop', 'errors', 'latency']) scene.faults.set(name)
    await scene.faults.clear('errors')
    await scene.faults.clear('errors')
    expect(activeNames()).toEqual(['latency', 'stop'])
    await scene.faults.clear()
    expect(activeNames()).toEqual([])
    expect(scene.clock.sleepers).toBe(0)
  })

  test('each beginning and each end is told', async () => {
    scene.faults.set('stop', {}, 1)
    await scene.clock.advance(1_000)
    scene.faults.set('stop', {}, 1)
    scene.faults.set('stop', {}, 5)
    await scene.faults.clear('stop')
    expect(scene.changes.map(({ active, because }) => `${active} ${because}`)).toEqual([
      'true set for 1 s',
      'false expired',
      'true set for 1 s',
      'false replaced',
      'true set for 5 s',
      'false cleared',
    ])
  })

  test('one that cannot go on is over, and says why', async () => {
    await scene.end()
    scene = createScene({ folder: '/dev/null/nowhere' })
    scene.faults.set('disk-fill')
    await until(() => activeNames().length === 0)
    const { active, ended } = scene.faults.list().find(({ name }) => name === 'disk-fill') ?? {}
    expect([active, ended]).toEqual([false, expect.stringMatching(/^failed: ENOTDIR/)])
  })

  test('after the end nothing is left to wait for', async () => {
    for (const { name } of FAULTS) if (!BREAKS_THE_TEST.includes(name)) scene.faults.set(name)
    await scene.faults.stop()
    expect(activeNames()).toEqual([])
    expect(scene.clock.sleepers).toBe(0)
  })
})

/** A loop that waits for a clock which stands still. */
const BREAKS_THE_TEST = ['cpu-burn']

describe('what is refused', () => {
  test.each<[string, Record<string, unknown>, unknown, string]>([
    ['latency', { headersMs: -1 }, 60, 'latency: headersMs: expected a whole number from 0 to 600000; got -1'],
    ['latency', { headersMs: '5' }, 60, 'latency: headersMs: expected a whole number from 0 to 600000; got "5"'],
    [
      'latency',
      { headerMs: 5 },
      60,
      'latency: "headerMs": expected one of headersMs, bodyMs, share, routes, ttlSeconds',
    ],
    ['latency', { share: Number.NaN }, 60, 'latency: share: expected a number from 0 to 1; got NaN'],
    ['latency', { routes: [] }, 60, 'latency: routes: expected a list of paths'],
    ['errors', { routes: ['/faults'] }, 60, 'errors: routes: expected a list of paths'],
    [
      'errors',
      { routes: ['/remedies/purge-cache'] },
      60,
      'never /metrics, /status, /faults, /remedies; got ["/remedies/',
    ],
    ['errors', { routes: '/a?b' }, 60, 'errors: routes: expected a list of paths'],
    ['errors', { status: 200 }, 60, 'errors: status: expected a whole number from 400 to 599; got 200'],
    ['heap-leak', { bytesPerSecond: '1GiB' }, 60, 'heap-leak: bytesPerSecond: expected bytes from 1024 to 268435456'],
    ['disk-fill', { maxBytes: 65 * 2 ** 20 }, 60, 'disk-fill: maxBytes: expected bytes from 1024 to 67108864'],
    ['descriptor-leak', { leaveFree: 7 }, 60, 'descriptor-leak: leaveFree: expected a whole number from 8'],
    ['block', { how: 'sleep' }, 60, 'block: how: expected one of loop, regex, wait, exec; got "sleep"'],
    ['block', { everyMs: 100 }, 60, 'block: ms: expected how long each block takes'],
    ['stop', { ignore: 'yes' }, 60, 'stop: ignore: expected true or false; got "yes"'],
    ['stop', {}, 3_601, 'stop: ttlSeconds: expected a number from 1 to 3600; got 3601'],
    ['stop', {}, '60', 'stop: ttlSeconds: expected a number from 1 to 3600; got "60"'],
    ['stop', {}, null, 'stop: ttlSeconds: expected a number from 1 to 3600; got null'],
    [
      'stop',
      { __proto__: null, constructor: 1 },
      60,
      'stop: "constructor": expected one of ignore, delayMs, ttlSeconds',
    ],
  ])('%s %j for %s s', (name, settings, ttlSeconds, message) => {
    scene.faults.set('stop', { delayMs: 5 })
    const set = () => scene.faults.set(name, settings, ttlSeconds)
    expect(set).toThrow(
      expect.objectContaining({ status: 400, expose: true, message: expect.stringContaining(message) }),
    )
    // What was refused has changed nothing.
    expect(scene.faults.stopDelayMs()).toBe(5)
    expect(activeNames()).toEqual(['stop'])
  })

  test('all mistakes at once', () => {
    const set = () => scene.faults.set('stop', { ignore: 1, delayMs: 2.5, more: 3 })
    expect(set).toThrow(/^stop: "more": .*\nstop: ignore: .*\nstop: delayMs: /)
  })

  test('an unknown name, which is told the known ones', async () => {
    const unknown = expect.objectContaining({
      status: 404,
      message: expect.stringContaining('there is latency, errors'),
    })
    expect(() => scene.faults.set('latenci')).toThrow(unknown)
    await expect(scene.faults.clear('toString')).rejects.toEqual(unknown)
  })
})

describe('a request for a fault', () => {
  test.each([
    ['{"headersMs":500,"ttlSeconds":30}', { settings: { headersMs: 500 }, ttlSeconds: 30 }],
    ['{}', { settings: {} }],
    ['', { settings: {} }],
    [' \n', { settings: {} }],
  ])('%j', (body, request) => {
    expect(readFaultRequest(body)).toEqual(request)
  })

  test.each(['nonsense', '[1]', '"latency"', 'null', '5', '{"a":'])('%j is refused', (body) => {
    expect(() => readFaultRequest(body)).toThrow(/^body: expected a JSON object such as \{"ttlSeconds":30\}; got /)
  })
})

describe('the list', () => {
  test('says of each fault what it accepts, in words', () => {
    for (const { name, about, accepts } of scene.faults.list()) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(about.length).toBeGreaterThan(10)
      expect(Object.keys(accepts).length).toBeGreaterThan(0)
    }
    expect(scene.faults.list().find(({ name }) => name === 'stop')?.accepts).toEqual({
      ignore: 'true or false; false by default',
      delayMs: 'a whole number from 0 to 600000; 0 by default',
    })
  })

  test('has every name once', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length)
  })
})

describe('stopping', () => {
  test('is ignored, or late, while the fault says so', async () => {
    expect([scene.faults.ignoresStop(), scene.faults.stopDelayMs()]).toEqual([false, 0])
    scene.faults.set('stop', { ignore: true, delayMs: 4_000 }, 10)
    expect([scene.faults.ignoresStop(), scene.faults.stopDelayMs()]).toEqual([true, 4_000])
    await scene.clock.advance(10_000)
    expect([scene.faults.ignoresStop(), scene.faults.stopDelayMs()]).toEqual([false, 0])
  })
})
