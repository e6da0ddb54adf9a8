import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Draw } from '../../src/core/draw.ts'
import type { Snapshot } from '../../src/core/snapshot.ts'
import { Farewell } from '../../src/journal/farewell.ts'
import { FakeClock } from '../fake-clock.ts'
import { snapshotOf, state } from './states.ts'

let folder: string
let paths: readonly [string, string]
let uptimeSeconds: number
let clock: FakeClock
let snapshot: Snapshot
let farewell: Farewell

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-farewell-'))
  paths = [join(folder, 'termination-log'), join(folder, 'last-words')]
  writeFileSync(paths[0], '')
  clock = new FakeClock()
  uptimeSeconds = 41
  stand('pass')
  farewell = new Farewell({
    clock,
    paths,
    parting: () => ({ snapshot, asks: ['restart'], uptimeSeconds }),
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function stand(status: 'pass' | 'warn' | 'fail', because = `memory ${status}s`): void {
  snapshot = snapshotOf([state('memory', { status, because })])
}

function message(): string {
  return readFileSync(paths[0], 'utf8')
}

function firstLine(): string | undefined {
  return message().split('\n')[0]
}

/** A decay that draws as told. */
function decayOf(draws: readonly Draw[]) {
  let next = 0
  return {
    draw: () => draws[next++] ?? { percent: 100, failed: true },
    get last() {
      return draws[next - 1] ?? { percent: 0, failed: false }
    },
  }
}

describe('the farewell', () => {
  test('says nothing while nothing fails', async () => {
    farewell.changed()
    stand('warn')
    farewell.changed()
    await clock.advance(10_000)
    expect(message()).toBe('')
    expect(farewell.why).toBeUndefined()
  })

  test('is written at once when liveness begins to fail, for the kubelet and for the next run', () => {
    stand('fail')
    farewell.changed()
    expect(firstLine()).toBe('memory: memory fails')
    expect(readFileSync(paths[1], 'utf8')).toBe(message())
    expect(farewell.why).toBe('memory: memory fails')
  })

  test('follows each change, twice a second at most', async () => {
    stand('fail', 'first')
    farewell.changed()
    stand('fail', 'second')
    farewell.changed()
    stand('fail', 'third')
    farewell.changed()
    expect(firstLine()).toBe('memory: first')
    await clock.advance(499)
    expect(firstLine()).toBe('memory: first')
    await clock.advance(1)
    expect(firstLine()).toBe('memory: third')
    expect(clock.sleepers).toBe(0)
  })

  test('says that the run is well again, and after what', async () => {
    stand('fail')
    farewell.changed()
    await clock.advance(1_000)
    stand('pass')
    farewell.changed()
    expect(message()).toBe('healthy again, after: memory: memory fails\nnothing is failing\nup for 41 s')
  })

  test('counts the draws that failed one after another', async () => {
    const decay = farewell.listening(
      decayOf([
        { percent: 2, failed: false },
        { percent: 4, failed: true },
        { percent: 6, failed: true },
        { percent: 8, failed: false },
      ]),
    )
    expect(decay.draw()).toEqual({ percent: 2, failed: false })
    expect(message()).toBe('')
    decay.draw()
    expect(decay.last).toEqual({ percent: 4, failed: true })
    expect(firstLine()).toBe('heartbeat failed 1 time: decay 4%')
    decay.draw()
    await clock.advance(500)
    expect(firstLine()).toBe('heartbeat failed 2 times: decay 6%')
    await clock.advance(500)
    decay.draw()
    expect(firstLine()).toBe('healthy again, after: heartbeat failed 2 times: decay 6%')
  })

  test('of a run that stops while its draws fail the journal keeps since when', async () => {
    const [passed, failed] = [
      { percent: 2, failed: false },
      { percent: 4, failed: true },
    ]
    const decay = farewell.listening(decayOf([failed, passed, failed, failed, failed]))
    for (uptimeSeconds = 41; uptimeSeconds < 46; uptimeSeconds++) {
      decay.draw()
      await clock.advance(1_000)
    }
    expect(farewell.stopping(true)).toMatchObject({ why: 'heartbeat failed 3 times: decay 4%', drawnAfter: 43 })
  })

  test('of a run that stops while unhealthy is its newest words, and why', async () => {
    stand('fail', 'first')
    farewell.changed()
    stand('fail', 'newest')
    farewell.changed()
    expect(farewell.stopping(true)).toEqual({ why: 'memory: newest', failing: true, warned: false })
    expect(firstLine()).toBe('memory: newest')
    stand('pass')
    farewell.changed()
    await clock.advance(1_000)
    expect(firstLine()).toBe('memory: newest')
  })

  test('of a run that stops while something warns the journal keeps that, and the kubelet gets no words', () => {
    stand('warn', 'it grows')
    farewell.changed()
    expect(farewell.stopping(false)).toEqual({
      why: 'warned: memory: it grows; no check was failing',
      failing: false,
      warned: true,
    })
    expect(message()).toBe('')
  })

  test('of a run that stops the journal keeps what was noted beside checks that pass', () => {
    expect(farewell.stopping(false, ['users got errors', 'the thread is busy'])).toEqual({
      why: 'noted: users got errors; noted: the thread is busy; no check was failing',
      failing: false,
      warned: true,
    })
  })

  test('of a healthy run that stops is none, whatever was before, and whoever wrote it', async () => {
    writeFileSync(paths[0], 'the main thread stands still')
    expect(farewell.stopping(false)).toEqual({})
    expect(message()).toBe('')
  })

  test('of an uncaught error begins with it and where it was thrown', () => {
    stand('fail')
    farewell.uncaught(new TypeError('x is not a function'), 'uncaughtException')
    expect(message()).toMatch(
      /^uncaught TypeError: x is not a function \(at .*farewell\.test\.ts.*\)\nmemory: memory fails\n/,
    )
  })

  test.each([
    [null, 'null'],
    ['text', 'text'],
    [Object.create(null), 'something that cannot be shown'],
  ])('survives that %j is thrown', (thrown, words) => {
    farewell.uncaught(thrown, 'uncaughtException')
    expect(firstLine()).toBe(`uncaught ${words}`)
  })

  test('takes notes, the newest five', () => {
    for (let n = 1; n <= 6; n++) farewell.note(`note ${n}`)
    expect(message()).toBe('')
    stand('fail')
    farewell.changed()
    expect(message()).not.toContain('note 1')
    expect(message()).toContain('note 2\nnote 3\nnote 4\nnote 5\nnote 6\nup for')
  })

  test('replaces what somebody wrote for a main thread that stood still, once that turns again', () => {
    writeFileSync(paths[0], 'the main thread has stood still for 41 s')
    farewell.recoveredFrom('the main thread stood still for 41 s')
    expect(firstLine()).toBe('healthy again, after: the main thread stood still for 41 s')
  })

  test('goes on where nothing can be written', () => {
    rmSync(folder, { recursive: true })
    stand('fail')
    farewell.changed()
    expect(farewell.stopping(true)).toEqual({ why: 'memory: memory fails', failing: true, warned: false })
  })
})
