import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { GUESSES_PER_MINUTE } from '../../src/access/guesses.ts'
import { createGuard } from '../../src/guard/guard.ts'
import { systemClock } from '../../src/system-clock.ts'
import { type Guarded, pause, SILENCE_MS, startGuarded, until } from './guarded-process.ts'

const FILE = String.raw`\(.*/guarded\.mjs:\d+\)`

let running: Guarded[] = []
afterEach(() => {
  for (const one of running) one.end()
  running = []
})

async function start(...settings: Parameters<typeof startGuarded>): Promise<Guarded> {
  const one = await startGuarded(...settings)
  running.push(one)
  return one
}

const event = ({ events }: Guarded, name: string) => events.find((one) => one.event === name)
const liveness = async ({ ask }: Guarded) => (await ask('/livez')).status
const metric = async ({ ask }: Guarded, name: string) =>
  Number(new RegExp(`^failweb_guard_${name} (.+)$`, 'm').exec((await ask('/metrics')).body)?.[1])

const STARVED = 'starved of CPU: .*,'

describe('a main thread that is blocked for ever', () => {
  test.each<[string, string, RegExp]>([
    // On a busy machine a thread that would execute is starved at times.
    ['by a loop', 'spinForEver', new RegExp(`: (executing|${STARVED}) in spinForEver ${FILE}`)],
    ['by a regular expression', 'matchForEver', new RegExp(`: (executing|${STARVED}) in matchForEver ${FILE}`)],
    [
      'by Atomics.wait',
      'waitForEver 1000000',
      new RegExp(String.raw`: blocked in a call: futex \(a lock, or Atomics.wait\), in waitForEver ${FILE}`),
    ],
    [
      'by execSync',
      'runForEver 60',
      /: blocked in a call: epoll_p?wait \(called by JavaScript: it waits for a child process, as execSync, spawnSync and execFileSync do\) \(at/,
    ],
    ['by a read', 'readForEver', /: blocked in a call: read \(at/],
  ])('%s: liveness fails after the silence and not before, and the last words say where', async (_by, act, words) => {
    const guarded = await start()
    expect(await guarded.ask('/livez')).toMatchObject({ status: 200, body: 'OK\n' })

    const begun = performance.now()
    guarded.act(act)
    await until(
      () => liveness(guarded),
      (status) => status === 503,
    )
    // Its last beat may have been a little before.
    expect(performance.now() - begun).toBeGreaterThan(SILENCE_MS - 300)
    expect(await metric(guarded, 'main_silent_seconds')).toBeGreaterThanOrEqual(SILENCE_MS / 1000)
    expect(await metric(guarded, 'main_state{state="stopped"}')).toBe(1)

    await until(guarded.words, (left) => words.test(left))
    expect(guarded.words()).toMatch(/^the main thread has been silent for /)
    expect(guarded.words()).toMatch(/\ncache-size: 12 000 entries; warns at 10 000\n$/)
    expect(event(guarded, 'main-thread')).toMatchObject({ state: 'stopped', time: expect.any(String) })
    const heartbeat = await guarded.ask('/healthz?peek')
    expect(heartbeat.status).toBe(500)
    expect(heartbeat.body).toMatch(/^Server Error 14%\nmain-thread: silent for .*, fails after 1.5 s: /)
  })

  test.each([
    ['a loop', 'spinForEver 3500'],
    ['a call that no debugger reaches', 'runForEver 4'],
  ])(
    'turns again after %s: nothing is left that halts it, and the last words are in the past tense',
    async (_what, act) => {
      const guarded = await start()
      guarded.act(act)
      await until(
        () => liveness(guarded),
        (status) => status === 503,
      )
      await until(
        () => guarded.events.some(({ event, state }) => event === 'main-thread' && state === 'turning'),
        Boolean,
      )
      guarded.act('post 20')
      await until(
        () => guarded.ask('/healthz?peek'),
        ({ status, body }) => status === 200 && body.startsWith('OK 20%'),
      )
      expect(await liveness(guarded)).toBe(200)
      // On a busy machine a thread that would execute is starved at times.
      expect(guarded.words()).toMatch(
        /^the main thread was silent for .*: (executing in spinForEver|starved of CPU: .* in spinForEver|blocked in a call: epoll).*until/,
      )
      expect(await metric(guarded, 'main_stalls_total')).toBe(1)
      expect(await metric(guarded, 'main_longest_stall_seconds')).toBeGreaterThanOrEqual(SILENCE_MS / 1000)
    },
  )

  test('is left halted where somebody else debugs it', async () => {
    const guarded = await start()
    guarded.act('debug 4500')
    await until(guarded.words, (left) => /: a debugger has halted it \(at/.test(left))
    const stillFor = await metric(guarded, 'main_silent_seconds')
    await until(
      () => metric(guarded, 'main_silent_seconds'),
      (seconds) => seconds > stillFor + 1,
    )
    await until(
      () => liveness(guarded),
      (status) => status === 200,
    )
  })
})

describe('a main thread that is not stuck', () => {
  test('may be busy all the time, in slices of 200 ms: liveness never fails', async () => {
    const guarded = await start()
    guarded.act('slices 3000')
    const seen = new Set<number>()
    while (!event(guarded, 'sliced')) seen.add(await liveness(guarded))
    expect([...seen]).toEqual([200])
    expect(guarded.words()).toBe('')
  })

  test('may be stopped together with its guard: no verdict is given for that time', async () => {
    const guarded = await start()
    guarded.child.kill('SIGSTOP')
    await pause(SILENCE_MS + 2_000)
    // Asked while it is stopped, and answered by whatever the guard first thinks when it is not.
    const first = Promise.all(Array.from({ length: 5 }, () => liveness(guarded)))
    guarded.child.kill('SIGCONT')
    expect(await first).toEqual([200, 200, 200, 200, 200])
    const seen = new Set<number>()
    await until(
      async () => {
        seen.add(await liveness(guarded))
        return metric(guarded, 'own_gaps_seconds_total')
      },
      (seconds) => seconds > SILENCE_MS / 1000,
    )
    expect([...seen]).toEqual([200])
    expect(await metric(guarded, 'main_stalls_total')).toBe(0)
    expect(guarded.words()).toBe('')
  })
})

describe('the guard itself', () => {
  test('is started again when it dies, where it was, with the newest answers, and says so', async () => {
    const guarded = await start()
    guarded.act('killGuard')
    await until(() => event(guarded, 'guard-died'), Boolean)
    expect(event(guarded, 'guard-died')).toMatchObject({ because: 'it ended by itself', againInMs: 1_000 })
    guarded.act('post 30')
    await until(
      () => guarded.events.filter(({ event }) => event === 'guard-listening').length,
      (starts) => starts === 2,
    )
    expect(guarded.events.at(-1)).toMatchObject({ event: 'guard-listening', port: guarded.port, restarts: 1 })
    expect((await guarded.ask('/healthz?peek')).body).toMatch(/^OK 30%/)
  })

  test('ends when it is told to, and keeps no process alive until then', async () => {
    const [stopped, left] = [await start(), await start()]
    stopped.act('stop')
    await until(() => event(stopped, 'guard-stopped'), Boolean)
    await expect(stopped.ask('/livez')).rejects.toThrow('fetch failed')
    stopped.act('end')
    left.act('end')
    expect(await Promise.all([stopped.exited, left.exited])).toEqual([0, 0])
  })

  test('says which port it cannot have', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const guarded = start({ listen: `127.0.0.1:${port}` })
    await expect(guarded).rejects.toThrow(`guard.listen: port ${port} is in use on 127.0.0.1; choose another`)
    taken.close()
  })

  test('tells reasons and metrics only to those who know the token, where there is one', async () => {
    const guarded = await start({ token: 's3cret' })
    const known = { headers: { authorization: 'Bearer s3cret' } }
    guarded.act('waitForEver 1000000')
    await until(
      () => guarded.ask('/livez', known),
      ({ status, body }) => status === 503 && body.includes('waitForEver'),
    )
    const { body } = await guarded.ask('/livez')
    expect(body).toMatch(/^Service Unavailable\nmain-thread: silent for .*: reason withheld\n$/)
    expect((await guarded.ask('/metrics')).status).toBe(401)
    expect((await guarded.ask('/metrics', known)).body).toContain('failweb_guard_main_state')
    const guesses = Array.from({ length: GUESSES_PER_MINUTE }, (_, nth) => ({
      headers: { authorization: `Bearer ${nth}` },
    }))
    for (const guess of guesses) expect((await guarded.ask('/metrics', guess)).status).toBe(401)
    expect((await guarded.ask('/metrics', known)).status).toBe(401)
  })

  test('ended while it begins, says nothing of a failure', async () => {
    const guard = createGuard({ clock: systemClock, listen: '127.0.0.1:0' })
    const begun = guard.start().then(
      () => 'it listens',
      (error) => `it failed: ${error}`,
    )
    await guard.stop()
    const silence = new Promise((resolve) => setImmediate(() => resolve('nothing')))
    expect(await Promise.race([begun, silence])).toBe('nothing')
  })

  test('answers in one write that nobody keeps, and closes', async () => {
    const guarded = await start()
    const { headers, body } = await guarded.ask('/livez')
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': `${body.length}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    expect(await guarded.ask('/livez', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
    expect((await guarded.ask('/livez', { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD')
    expect((await guarded.ask('/readyz')).status).toBe(404)
  })

  test('answers those who ask, however many connections only hang', async () => {
    const guarded = await start()
    const idle = Array.from({ length: 400 }, () => connect(guarded.port, '127.0.0.1').on('error', () => {}))
    await Promise.all(idle.map((socket) => once(socket, 'connect')))
    for (let i = 0; i < 20; i++) expect(await liveness(guarded)).toBe(200)
    const closed = () => idle.filter((socket) => socket.destroyed || socket.readableEnded || socket.closed).length
    for (const socket of idle) socket.resume()
    await until(closed, (count) => count >= 300)
    for (const socket of idle) socket.destroy()
  })

  test('outlives the reader of its log', async () => {
    const guarded = await start()
    guarded.child.stdout?.destroy()
    guarded.act('spinForEver')
    await until(
      () => liveness(guarded),
      (status) => status === 503,
    )
    await until(guarded.words, (left) => left.includes('spinForEver'))
  })
})
