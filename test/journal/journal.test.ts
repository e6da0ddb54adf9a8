import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SetupError } from '../../src/core/setup-error.ts'
import type { Transition } from '../../src/core/snapshot.ts'
import type { Status } from '../../src/core/status.ts'
import { attribute } from '../../src/guard/attribution.ts'
import { silentSentence } from '../../src/guard/finding.ts'
import { writeTerminationMessage } from '../../src/host/termination-message.ts'
import type { ThreadReading } from '../../src/host/thread.ts'
import { type Journal, type JournalSetup, openJournal } from '../../src/journal/journal.ts'
import { pastRuns, previousRun, tellPreviousRun } from '../../src/journal/past-run.ts'
import { FakeClock } from '../fake-clock.ts'

let folder: string
let clock: FakeClock
let begun: Journal[]
beforeEach(() => {
  begun = []
  folder = join(mkdtempSync(join(tmpdir(), 'failweb-journal-')), 'state')
  clock = new FakeClock()
})
// A run that nobody ended may still be leaving a sign of life.
afterEach(async () => {
  await Promise.all(begun.map((journal) => journal.end()))
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

function begin(setup: Partial<JournalSetup> = {}): Journal {
  const journal = openJournal({ folder, clock, release: '1.4.0', ...setup })
  begun.push(journal)
  return journal
}

function change(name: string, to: Status, because = `${name} is ${to}`): Transition {
  return { name, from: 'pass', to, because, at: 0 }
}

/** A run of 41 s in which something happens. That it is not ended here is what a kill leaves. */
async function run(happens: (journal: Journal) => void | Promise<void>): Promise<Journal> {
  const journal = begin()
  await clock.advance(41_000)
  await happens(journal)
  await journal.written()
  return journal
}

/** A run that lives may make its file anew between the listing of its folder and the end of the removal: then there is more to remove. */
async function remove(folder: string): Promise<void> {
  await vi.waitFor(() => rmSync(folder, { recursive: true, force: true }))
}

/** Says when, in seconds of the run, somebody left last words. */
function spokenAt({ lastWordsPath }: Journal, up: number): void {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, 1 + up))
  utimesSync(lastWordsPath, at, at)
}

describe('the next run', () => {
  test('knows of none, the first time', () => {
    expect(begin().pastRuns).toEqual([])
    expect(tellPreviousRun(undefined)).toBe('no previous run is known')
  })

  test('is told of a clean stop', async () => {
    await run(async (journal) => {
      journal.stopping({ by: 'SIGTERM', unhealthy: false })
      await journal.end()
    })
    expect(begin().pastRuns).toEqual([
      {
        end: 'clean',
        exit: 'SIGTERM',
        startedAt: '2026-01-01T00:00:01.000Z',
        endedAt: '2026-01-01T00:00:42.000Z',
        lived: 41,
        why: 'no check was failing',
        failing: false,
        orderly: true,
        release: '1.4.0',
        torn: false,
        lost: 0,
      },
    ])
  })

  test('is told when what failed at the end had come to fail', async () => {
    const journal = begin()
    await clock.advance(2_000)
    journal.transition(change('latency', 'fail'))
    await clock.advance(3_000)
    journal.transition(change('cache-size', 'fail'))
    await clock.advance(4_000)
    journal.transition(change('latency', 'pass'))
    await journal.written()
    expect(pastRuns(folder)).toMatchObject([{ failedAfter: 5 }])
    expect(pastRuns(folder)[0]).not.toHaveProperty('warnedAfter')
    journal.transition(change('cache-size', 'pass'))
    await journal.written()
    expect(pastRuns(folder)[0]).not.toHaveProperty('failedAfter')
    journal.transition(change('cache-size', 'warn'))
    await journal.written()
    expect(pastRuns(folder)).toMatchObject([{ warnedAfter: 9 }])
  })

  test('is told when what failed at the end was first not well: it may have warned before', async () => {
    const journal = begin()
    const tell = async (afterMs: number, ...entries: (() => void)[]) => {
      await clock.advance(afterMs)
      for (const entry of entries) entry()
      await journal.written()
      return pastRuns(folder)[0]
    }
    const warn = () => journal.transition(change('cpu', 'warn'))
    const remedy = (helped?: boolean) => () =>
      journal.note({
        entry: 'remedy',
        remedy: 'gc',
        check: 'cpu',
        tookMs: 500,
        ...(helped !== undefined && { helped }),
      })
    await tell(2_000, warn, () => journal.transition(change('cpu', 'pass')))
    // Tried at the first look, which nobody was told of yet.
    await tell(2_500, remedy(), remedy(false))
    expect(await tell(10_000, warn)).toMatchObject({ warnedAfter: 14.5, illAfter: 4 })
    await tell(1_000, remedy())
    const failing = await tell(5_000, () => journal.transition(change('cpu', 'fail')))
    expect(failing).toMatchObject({ failedAfter: 20.5, illAfter: 4 })
    // What it helped against is over, and so is what was tried long before anything was said.
    await tell(1_000, () => journal.transition(change('cpu', 'pass')), remedy(), remedy(true))
    expect(await tell(1_000, warn)).toMatchObject({ illAfter: 22.5 })
    await tell(1_000, () => journal.transition(change('cpu', 'pass')), remedy(), remedy(false))
    expect(await tell(121_000, warn)).toMatchObject({ illAfter: 144.5 })
  })

  test('is told which faults were set on purpose when it ended', async () => {
    const fault = (journal: Journal, name: string, active: boolean) =>
      journal.note({ entry: 'fault', name, active, because: 'by hand' })
    await run((journal) => {
      fault(journal, 'latency', true)
      fault(journal, 'block', true)
      fault(journal, 'latency', false)
    })
    await run(async (journal) => {
      fault(journal, 'heap-leak', true)
      journal.stopping({ by: 'SIGTERM', unhealthy: true, why: 'a' })
      // A stop ends them.
      fault(journal, 'heap-leak', false)
      await journal.end()
    })
    await run(() => {})
    expect(pastRuns(folder).map(({ faults }) => faults)).toEqual([['block'], ['heap-leak'], undefined])
  })

  test.each<[string, (journal: Journal) => void | Promise<void>, object, string]>([
    [
      'of a stop while unhealthy',
      async (journal) => {
        journal.stopping({ by: 'SIGTERM', unhealthy: true, why: 'heartbeat failed 3 times: decay 62%', drawnAfter: 38 })
        await journal.end()
      },
      { end: 'unhealthy', exit: 'SIGTERM', drawn: 'counter', failedAfter: 38 },
      'previous run lived 41 s: heartbeat failed 3 times: decay 62%',
    ],
    [
      'of a stop in good order while something failed that no restart cures',
      async (journal) => {
        journal.stopping({ by: 'SIGTERM', unhealthy: false, failing: true, why: 'disk-usage: 95% of /data is used' })
        await journal.end()
      },
      { end: 'clean', exit: 'SIGTERM', failing: true },
      'previous run lived 41 s: disk-usage: 95% of /data is used',
    ],
    [
      'of a stop while something warned',
      async (journal) => {
        journal.stopping({ by: 'SIGTERM', unhealthy: false, warned: true, why: 'warned: cpu; no check was failing' })
        await journal.end()
      },
      { end: 'clean', failing: false, warned: true },
      'previous run lived 41 s: warned: cpu; no check was failing',
    ],
    [
      'of a stop while users got errors, and what to do about that',
      async (journal) => {
        const [why, advice] = ['noted: users got errors; no check was failing', ['its log says why']]
        journal.stopping({ by: 'SIGTERM', unhealthy: false, warned: true, why, advice })
        await journal.end()
      },
      { end: 'clean', warned: true, noted: true, advice: ['its log says why'] },
      'previous run lived 41 s: noted: users got errors; no check was failing',
    ],
    [
      'of a stop after /livez was answered too late',
      async (journal) => {
        const why =
          'noted: probes were answered too late 3 times in 5 min (/livez of kube-probe, whose asker had hung up: 3; at x)'
        journal.stopping({ by: 'SIGTERM', unhealthy: false, warned: true, why, late: true })
        await journal.end()
      },
      { noted: true, late: true },
      'previous run lived 41 s: noted: probes were answered too late 3 times in 5 min (/livez of kube-probe, whose asker had hung up: 3; at x)',
    ],
    [
      'since when there was something to note, and what the checks that stood then advised',
      async (journal) => {
        const checkAdvice = { cpu: 'give it more CPU' }
        journal.stopping({
          by: 'SIGTERM',
          unhealthy: false,
          warned: true,
          why: 'noted: x',
          notedAfter: 12,
          checkAdvice,
        })
        await journal.end()
      },
      { noted: true, warnedAfter: 12, checkAdvice: { cpu: 'give it more CPU' } },
      'previous run lived 41 s: noted: x',
    ],
    [
      'of remedies, each told when it ended and once more when it was judged',
      async (journal) => {
        for (const helped of [undefined, true, undefined, false, undefined])
          journal.note({ entry: 'remedy', remedy: 'gc', helped, tookMs: 1_000 })
        journal.note({ entry: 'remedy', remedy: 'purge-cache', result: 'dry-run' })
        journal.stopping({ by: 'SIGTERM', unhealthy: false })
        await journal.end()
      },
      { end: 'clean', tried: [{ remedy: 'gc', times: 3, after: 40, judged: 2, helped: 1 }] },
      'previous run lived 41 s: no check was failing',
    ],
    [
      'of an uncaught error while it stopped',
      (journal: Journal) => {
        journal.stopping({ by: 'SIGTERM', why: 'no check was failing', unhealthy: false })
        journal.uncaught(Object.assign(new Error('late'), { stack: 'Error: late' }), 'uncaughtException')
      },
      { end: 'uncaught', exit: 'uncaught' },
      'previous run lived 41 s: uncaught Error: late, while it stopped for SIGTERM',
    ],
    [
      'of last words whose trouble had passed',
      (journal: Journal) => {
        writeTerminationMessage(journal.lastWordsPath, 'healthy again, after: cpu: too busy')
        spokenAt(journal, 30)
        journal.transition(change('cpu', 'pass'))
      },
      { end: 'killed', failing: false },
      'previous run lived 41 s and was killed: healthy again, after: cpu: too busy',
    ],
    [
      'of what failed after last words whose trouble had passed',
      (journal: Journal) => {
        writeTerminationMessage(journal.lastWordsPath, 'healthy again, after: cpu: too busy')
        spokenAt(journal, 20)
        journal.transition(change('disks', 'fail'))
      },
      { end: 'killed', failing: true },
      'previous run lived 41 s and was killed: disks: disks is fail',
    ],
    [
      'of an uncaught error, and where it was thrown',
      (journal) => {
        const error = new TypeError('x is not a function')
        error.stack = `${error}\n    at checkout (/app/orders.js:41:7)\n    at /app/main.js:3:1`
        journal.uncaught(error, 'uncaughtException')
        journal.exited(70)
      },
      { end: 'uncaught', exit: 'uncaught' },
      'previous run lived 41 s: uncaught TypeError: x is not a function (at checkout (/app/orders.js:41:7))',
    ],
    [
      'of what was thrown and is no error, from nowhere',
      (journal) => {
        journal.uncaught('a string', 'unhandledRejection')
        journal.exited(70)
      },
      { end: 'uncaught', exit: 'uncaught' },
      'previous run lived 41 s: unhandled rejection a string',
    ],
    [
      'of a kill while something failed, with the newest reason first',
      (journal) => {
        for (const name of ['cpu', 'memory-growth', 'latency']) journal.transition(change(name, 'fail'))
        journal.transition(change('latency', 'pass'))
      },
      { end: 'killed', exit: 'killed' },
      'previous run lived 41 s and was killed: memory-growth: memory-growth is fail; cpu: cpu is fail',
    ],
    [
      'of a kill while something warned',
      (journal) => journal.transition(change('memory-growth', 'warn')),
      { end: 'killed' },
      'previous run lived 41 s and was killed: warned: memory-growth: memory-growth is warn; no check was failing when it was last heard of',
    ],
    [
      'of a kill with nothing that is tried again',
      (journal) =>
        journal.transition(
          change('cpu', 'fail', 'gc ran less than 1 min ago, and is tried again once that time is over'),
        ),
      { end: 'killed' },
      'previous run lived 41 s and was killed: cpu: gc ran less than 1 min ago',
    ],
    [
      'of a kill with more reasons than one reads',
      (journal) => {
        for (let n = 0; n < 5; n++) journal.transition(change(`check-${n}`, 'fail', 'so'))
      },
      { end: 'killed' },
      'previous run lived 41 s and was killed: check-4: so; check-3: so; check-2: so; and 2 more',
    ],
    [
      'of a kill with the last words that somebody left, which know more',
      (journal) => {
        journal.transition(change('memory-growth', 'fail'))
        writeTerminationMessage(
          journal.lastWordsPath,
          'the main thread stood still for 30 s: spin (faults.js:12)\nup for 41 s',
        )
        spokenAt(journal, 30)
      },
      { end: 'killed', hung: 'other' },
      'previous run lived 41 s and was killed: the main thread stood still for 30 s: spin (faults.js:12)',
    ],
    [
      'of a kill with last words that are younger than its last sign of life: it lived as long as that',
      async (journal) => {
        await vi.waitFor(() => expect(readFileSync(join(folder, 'alive'), 'utf8')).toContain('"up":41'))
        writeTerminationMessage(journal.lastWordsPath, 'the main thread has been silent for 12 s')
        spokenAt(journal, 53)
      },
      {
        end: 'killed',
        endedAt: '2026-01-01T00:00:54.000Z',
        guardSpoke: true,
        startedAt: '2026-01-01T00:00:01.000Z',
        failedAfter: 41,
      },
      'previous run lived 53 s and was killed: the main thread has been silent for 12 s',
    ],
    [
      'of a kill before the stop was over',
      (journal) => journal.stopping({ by: 'SIGTERM', unhealthy: true, why: 'decay 62%' }),
      { end: 'killed', exit: 'killed' },
      'previous run lived 41 s and was killed: it had not yet stopped for SIGTERM: decay 62%',
    ],
    [
      'of a stop cut short by a second signal',
      (journal) => {
        journal.stopping({ by: 'SIGINT', unhealthy: false })
        journal.exited(130)
      },
      { end: 'clean', exit: 'SIGINT' },
      'previous run lived 41 s: no check was failing; cut short with exit 130',
    ],
    [
      'of an exit that nobody ordered',
      (journal) => journal.exited(3),
      { end: 'uncaught', exit: 'exit 3' },
      'previous run lived 41 s: it ended itself with exit code 3',
    ],
    [
      'of an exit with 0',
      (journal) => journal.exited(0),
      { end: 'clean' },
      'previous run lived 41 s: it ended itself with exit code 0',
    ],
    [
      'of a stop without a reason',
      (journal) => journal.end(),
      { end: 'clean', exit: 'stopped' },
      'previous run lived 41 s: it was stopped',
    ],
  ])('is told %s', async (_what, happens, expected, sentence) => {
    await run(happens)
    const [previous] = begin().pastRuns
    expect(previous).toMatchObject(expected)
    expect(tellPreviousRun(previous)).toBe(sentence)
  })

  test('is not told that a kubelet may have ended it by what was noted alone', async () => {
    await run(async (journal) => {
      const why = 'noted: probes were answered too late 9 times in 5 min (/livez of kube-probe: 9; at x)'
      journal.stopping({ by: 'SIGTERM', unhealthy: false, warned: true, why })
      await journal.end()
    })
    expect(begin().pastRuns[0]).toMatchObject({ noted: true })
    expect(begin().pastRuns[0]).not.toHaveProperty('late')
  })

  /** Two looks of the guard at the main thread, a second apart, in which it ran for so long. */
  const looks = (reading: Partial<ThreadReading>, ranMs = 0) =>
    [0, 1_000].map((at) => ({ at, reading: { state: 'R', ...reading, ranMs: at === 0 ? 0 : ranMs } }))
  const SPIN = { name: 'spin', file: '/app/a.js', line: 1 }

  // In the guard's own words: what it says is all that it leaves.
  test.each([
    ['computes', looks({}, 1_000), { frames: [SPIN] as const }],
    ['waits', looks({ state: 'S', call: 'wait4' }), { frames: [SPIN] as const }],
    ['waits', looks({ state: 'S', call: 'futex' }), undefined],
    ['kept', looks({}, 30), undefined],
    ['kept', looks({ state: 'T' }), undefined],
    ['other', [], { frames: [SPIN] as const }],
  ])('is told of a main thread that hung: %s', async (hung, samples, capture) => {
    const finding = { attribution: attribute(samples), ...(capture && { capture }) }
    await run((journal) => {
      writeTerminationMessage(journal.lastWordsPath, silentSentence(12_000, finding))
    })
    expect(begin().pastRuns).toMatchObject([{ end: 'killed', hung }])
  })

  test('is not kept from starting by last words that cannot be looked at', async () => {
    const { lastWordsPath } = await run(() => {})
    symlinkSync(lastWordsPath, lastWordsPath)
    expect(pastRuns(folder)).toMatchObject([{ end: 'killed' }])
  })

  test('knows the age of a killed run to the second, by its signs of life', async () => {
    const journal = begin()
    await journal.written()
    await clock.advance(3_600_500)
    const seen = { end: 'killed', endedAt: '2026-01-01T01:00:01.000Z', lived: 3600 }
    await vi.waitFor(() => expect(previousRun(folder)).toMatchObject(seen))
  })

  test('knows every run before it, and takes the last words for those of the last alone', async () => {
    await run((journal) => void writeTerminationMessage(journal.lastWordsPath, 'the first'))
    await run((journal) => void writeTerminationMessage(journal.lastWordsPath, 'the second'))
    await run((journal) => journal.exited(3))
    const whys = begin().pastRuns.map(({ why }) => why)
    expect(whys).toEqual([
      'no check was failing when it was last heard of',
      'no check was failing when it was last heard of',
      'it ended itself with exit code 3',
    ])
  })

  test('drops a torn last line, says so, and begins on a line of its own', async () => {
    await run((journal) => journal.transition(change('memory-growth', 'fail')))
    appendFileSync(join(folder, 'journal.jsonl'), '{"at":"2026-01-01T00:0')
    const [previous] = begin().pastRuns
    expect(tellPreviousRun(previous)).toMatch(/: memory-growth is fail; its last line was torn and is dropped$/)
    expect(pastRuns(folder).map(({ torn }) => torn)).toEqual([true, false])
  })

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['noise', Buffer.from([0, 255, 10, 10, 123, 200])],
    ['JSON that is no journal', 'null\n[]\n{"run":1}\n{"run":"a","n":0,"up":1,"entry":"x","at":"never"}\n'],
  ])('makes nothing of %s in the place of a journal', (_what, content) => {
    mkdirSync(folder, { recursive: true })
    for (const name of ['journal.jsonl', 'journal.old.jsonl', 'alive', 'last-words'])
      writeFileSync(join(folder, name), content)
    expect(begin().pastRuns).toEqual([])
  })
})

describe('the journal', () => {
  test('is JSON lines that stand alone: when, how long into the run, which run, what', async () => {
    const journal = await run((journal) => {
      journal.transition(change('memory-growth', 'fail', 'the heap\ngrows'))
      journal.note({ entry: 'remedy', remedy: 'purge-cache', entries: { before: 200, after: 0 }, n: 99, at: 'never' })
    })
    await journal.end()
    const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n')
    const at = '2026-01-01T00:00:42.000Z'
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { n: 0, entry: 'start', up: 0, pid: process.pid, release: '1.4.0' },
      {
        n: 1,
        at,
        up: 41,
        entry: 'transition',
        name: 'memory-growth',
        from: 'pass',
        to: 'fail',
        because: 'the heap\ngrows',
      },
      { n: 2, at, entry: 'remedy', remedy: 'purge-cache', entries: { before: 200, after: 0 } },
      { n: 3, at, entry: 'end' },
    ])
  })

  test('keeps within its bytes, in two files that each begin with the start of the run', async () => {
    const journal = begin({ maxBytes: 65_536 })
    for (let n = 0; n < 1_000; n++) {
      journal.note({ entry: 'note', text: 'x'.repeat(200) })
      if (n % 10 === 0) await journal.written()
    }
    await journal.end()
    const files = ['journal.jsonl', 'journal.old.jsonl'].map((name) => join(folder, name))
    expect(files.map((file) => statSync(file).size).every((bytes) => bytes > 1_000 && bytes <= 32_768)).toBe(true)
    for (const file of files) expect(readFileSync(file, 'utf8')).toMatch(/^\{"at":[^\n]*"n":0,"entry":"start"/)
    expect(previousRun(folder)).toMatchObject({ end: 'clean', release: '1.4.0', lost: 0, torn: false })
  })

  test('cuts what is too long, and leaves out what JSON cannot say', async () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const journal = await run((journal) => {
      journal.note({ entry: 'long', text: 'x'.repeat(1e6) })
      journal.note({ entry: 'circle', circle })
    })
    await journal.end()
    expect(statSync(join(folder, 'journal.jsonl')).size).toBeLessThan(3_000)
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toContain('"entry":"circle"}\n')
  })

  test('writes an error before anything else may happen, with what still waits', () => {
    const journal = begin()
    journal.transition(change('memory-growth', 'fail'))
    journal.uncaught(new Error('too late'), 'uncaughtException')
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toMatch(/memory-growth.*\n.*"uncaught"/)
    expect(pastRuns(folder)).toMatchObject([{ end: 'uncaught', lost: 0 }])
  })

  test.each([
    ['is stopped', (journal: Journal) => journal.end()],
    ['dies of an error', (journal: Journal) => journal.uncaught(new Error('no more'), 'uncaughtException')],
  ])(
    'is begun anew when somebody empties its folder, and tells all that came since when the run %s',
    async (_how, ends) => {
      const journal = begin()
      journal.transition(change('memory-growth', 'fail'))
      await journal.written()
      await remove(folder)
      await clock.advance(41_000)
      journal.stopping({ by: 'SIGTERM', unhealthy: false, why: 'a new release' })
      await journal.written()
      await remove(folder)
      await ends(journal)
      expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toMatch(/^\{"at":[^\n]*"n":0,"entry":"start"/)
      expect(previousRun(folder)).toMatchObject({ lived: 41, release: '1.4.0' })
    },
  )

  test('signs that it lives in a folder that was emptied, too', async () => {
    begin()
    await clock.advance(2_000)
    await remove(folder)
    mkdirSync(folder)
    await clock.advance(3_000)
    await vi.waitFor(() => expect(readFileSync(join(folder, 'alive'), 'utf8')).toContain('"up":'))
  })

  test('takes no note for the end of the run, whatever its name', async () => {
    await run((journal) => {
      for (const entry of ['end', 'stopping', 'uncaught', 'exit', 'start'])
        journal.note({ entry, release: '2', code: 0 })
    })
    expect(previousRun(folder)).toMatchObject({ end: 'killed', release: '1.4.0' })
  })

  test('takes no more lines once the end is written', async () => {
    const journal = begin()
    journal.stopping({ by: 'SIGTERM', unhealthy: false })
    await journal.end()
    journal.transition(change('memory-growth', 'fail'))
    journal.uncaught(new Error('late'), 'uncaughtException')
    journal.exited(0)
    expect(previousRun(folder)).toMatchObject({ end: 'clean', exit: 'SIGTERM' })
    expect(clock.sleepers).toBeLessThanOrEqual(1)
  })
})

describe('wrong setup', () => {
  test.each<[string, () => Partial<JournalSetup>, RegExp]>([
    [
      'a file in the folder’s place',
      () => {
        writeFileSync(folder, '')
        return {}
      },
      /^journal\.folder: cannot write to .*state: a file has that name \(EEXIST\)$/,
    ],
    [
      'a folder that cannot be made',
      () => ({ folder: '/proc/failweb' }),
      /^journal\.folder: cannot write to \/proc\/failweb: /,
    ],
    [
      'a folder where the journal is to be',
      () => {
        mkdirSync(join(folder, 'journal.jsonl'), { recursive: true })
        return {}
      },
      /^journal\.folder: cannot write .*journal\.jsonl: /,
    ],
    ['too few bytes', () => ({ maxBytes: 1_000 }), /^journal\.maxBytes: must be at least 65536, not 1000$/],
  ])('%s stops the start with one message', (_what, arrange, message) => {
    const setup = arrange()
    expect(() => begin(setup)).toThrow(SetupError)
    expect(() => begin(setup)).toThrow(message)
  })

  test('reading a folder that is not there finds nothing, and makes nothing', () => {
    expect(previousRun(folder)).toBeUndefined()
    expect(readdirSync(join(folder, '..'))).toEqual([])
  })
})
