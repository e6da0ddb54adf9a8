import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtInChecks } from '../../checks/index.ts'
import { assembleHealth, surroundingsOf } from '../../src/assembly.ts'
import { type Check, defineCheck } from '../../src/core/check.ts'
import { type Journal, openJournal } from '../../src/journal/journal.ts'
import { LADDER_DEFAULTS } from '../../src/remedies/ladder-settings.ts'
import { purgeCache } from '../../src/remedies/purge-cache.ts'
import { createRemedies } from '../../src/remedies/remedies.ts'
import { FakeClock } from '../fake-clock.ts'

const MOOD_MS = 30_000
const JOURNAL_BYTES = 64 * 1024

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-two-hours-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Passes for half a minute, fails for half a minute: as many changes as a bad day has. */
const moody: Check<number> = defineCheck<number>({
  name: 'moody',
  about: 'changes its mind',
  cure: 'person',
  rhythm: { everyMs: 1_000, timeoutMs: 500, toWorsen: 2, toRecover: 2 },
  keep: 60,
  values: { mood_ratio: 'how it feels' },
  observes: { measurement: 'utilization', value: 'mood_ratio' },
  sense: () => 1,
  judge: (samples) => {
    const bad = Math.floor((samples.at(-1)?.at ?? 0) / MOOD_MS) % 2 === 1
    return { status: bad ? 'fail' : 'pass', because: bad ? 'it feels bad' : 'it feels well', values: { mood_ratio: 1 } }
  },
})

test('two hours of looks, traffic, changes and remedies: what is held stays what it was after one', async () => {
  const clock = new FakeClock()
  const { surface, health, remember, trips, journal } = serviceOn(clock)
  await health.start()
  const held: Record<string, number>[] = []
  for (let minute = 1; minute <= 120; minute++) {
    for (let second = 0; second < 60; second++) {
      for (let request = 0; request < 5; request++) trips.record(`GET /orders/${minute * 60 + second}`, 3 + request)
      await clock.advance(1_000)
    }
    await surface.metrics.text()
    await journal.written()
    if (minute === 62 || minute === 120) held.push(await holdings())
  }
  const [after = {}, atEnd = {}] = held
  expect(after['looks']).toBeGreaterThan(500)
  expect(after['transitions']).toBeGreaterThan(20)
  for (const [what, count] of Object.entries(atEnd)) {
    // Spans of a day's history are the one thing that is meant to grow for longer: one in five minutes of each check.
    const more = what === 'spans' ? (60 / 5 + 1) * surface.snapshot().checks.length : allowance(what, after[what] ?? 0)
    expect(count, what).toBeLessThanOrEqual((after[what] ?? 0) + more)
  }
  expect(atEnd['attempts']).toBeLessThanOrEqual(50)
  expect(atEnd['transitions']).toBeLessThanOrEqual(100)
  expect(atEnd['journal bytes']).toBeLessThanOrEqual(JOURNAL_BYTES)
  const stopped = health.stop()
  await clock.advance(5_000)
  await stopped
  await remember.end()
  // The journal gives its disk a second.
  await clock.advance(1_000)
  expect(clock.sleepers).toBe(0)

  async function holdings(): Promise<Record<string, number>> {
    const histories = surface.snapshot().checks.flatMap(({ name }) => surface.history(name) ?? [])
    const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
    return {
      looks: sum(histories.map(({ looks }) => looks.length)),
      points: sum(histories.map(({ fine }) => fine.length)),
      spans: sum(histories.map(({ coarse }) => coarse.length)),
      transitions: surface.transitions().length,
      attempts: surface.attempts().length,
      routes: trips.tally(250).routes.length,
      'sleepers on the clock': clock.sleepers,
      'listeners of the process': sum(process.eventNames().map((name) => process.listenerCount(name))),
      'lines of metrics': (await surface.metrics.text()).split('\n').length,
      'journal bytes': sum(readdirSync(folder).map((name) => statSync(join(folder, name)).size)),
    }
  }
})

/** Between one look and the next a few more may be under way; the number of bytes depends on where in a file it is. */
function allowance(what: string, count: number): number {
  if (what === 'journal bytes') return JOURNAL_BYTES
  return what === 'sleepers on the clock' || what === 'lines of metrics' ? 5 : what === 'attempts' ? 50 : count * 0.02
}

function serviceOn(clock: FakeClock) {
  const surroundings = surroundingsOf(clock)
  const journal: Journal = openJournal({ folder, clock, release: '1', maxBytes: JOURNAL_BYTES })
  const entries = new Map<number, number>()
  surroundings.caches.register({ name: 'orders', size: () => entries.size, purge: () => entries.clear() })
  const remedies = createRemedies({
    clock,
    remedies: [purgeCache(surroundings.caches)],
    ladders: [{ ...LADDER_DEFAULTS, check: 'moody', remedies: ['purge-cache'], holdMs: 10_000 }],
    onAttempt: (attempt) => journal.note({ entry: 'remedy', ...attempt }),
  })
  // Those that wait for the kernel, or for themselves, do so in real time: that is not this clock's.
  const waiting = ['disk-usage', 'latency']
  const checks = [moody as Check, ...builtInChecks.filter(({ name }) => !waiting.includes(name))]
  const { health, surface } = assembleHealth(
    { clock, checks, onTransition: (change) => journal.transition(change) },
    { surroundings, remedies, temper: remedies.temper },
  )
  return { health, surface, journal, remember: journal, trips: surroundings.trips }
}
