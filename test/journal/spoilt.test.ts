import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from '../../src/journal/journal.ts'
import { pastRuns, tellPreviousRun } from '../../src/journal/past-run.ts'
import { FakeClock } from '../fake-clock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-spoilt-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const leave = (name: 'journal.jsonl' | 'alive' | 'last-words', text: string) => writeFileSync(join(folder, name), text)

/** A line, or a sign, of a run that began well; `spoilt` is put in place of what it says. */
const text = (spoilt: string) => `{"run":"a","entry":"start","n":0,${spoilt}}\n`

const CANNOT_BE = [
  '"up":1e999,"at":"2026-01-01T00:00:00Z"',
  '"up":-9e15,"at":"2026-01-01T00:00:00Z"',
  '"up":-1,"at":"2026-01-01T00:00:00Z"',
  '"up":1e10,"at":"2026-01-01T00:00:00Z"',
  '"up":"1","at":"2026-01-01T00:00:00Z"',
  '"up":1,"at":"-271821-04-20T00:00:00.000Z"',
  '"up":1,"at":"+275760-09-14T00:00:00.000Z"',
  '"up":1,"at":2026',
  '"up":1,"at":"never"',
  '"at":"2026-01-01T00:00:00Z"',
]

describe('a journal that a disk or a hand has spoilt', () => {
  test.each(CANNOT_BE)('%s is no line, and no sign of life', (spoilt) => {
    leave('journal.jsonl', text(spoilt))
    leave('alive', text(spoilt))
    expect(pastRuns(folder)).toEqual([])
  })

  test.each(['-1', '0.5', '1e300', '1e999', 'null'])('a line numbered %s is none', (n) => {
    leave('journal.jsonl', `{"run":"a","entry":"start","n":${n},"up":1,"at":"2026-01-01T00:00:00Z"}\n`)
    expect(pastRuns(folder)).toEqual([])
  })

  test('loses no line beside it', () => {
    const sound = '{"run":"a","entry":"end","n":1,"up":41,"at":"2026-01-01T00:00:42Z"}\n'
    leave('journal.jsonl', CANNOT_BE.map(text).join('') + sound)
    expect(pastRuns(folder)).toMatchObject([{ end: 'clean', lived: 41, lost: 0 }])
  })

  test('last words of a time that no date says are not held to be new', () => {
    leave('journal.jsonl', text('"up":1,"at":"2026-01-01T00:00:00Z"'))
    leave('last-words', 'the main thread has been silent for 12 s')
    // Not every file system can say such a time; on those that cannot, this is its latest.
    utimesSync(join(folder, 'last-words'), 99_999_999_999_999, 99_999_999_999_999)
    expect(pastRuns(folder)).toMatchObject([{ end: 'killed', why: 'the main thread has been silent for 12 s' }])
  })

  test('whatever stands in it, the next run is told something, and starts', async () => {
    const number = fc.constantFrom('1e999', '-1e999', '-9e15', '9e15', '1e10', '-0', '1e-320', '41')
    const odd = fc.constantFrom(
      '{"toString":1,"valueOf":null}',
      '[{"toString":null}]',
      'null',
      '[]',
      '"x"',
      'true',
      '""',
    )
    const value = fc.oneof(
      number,
      odd,
      fc.jsonValue().map((value) => JSON.stringify(value)),
    )
    const details = [
      'to',
      'name',
      'by',
      'why',
      'because',
      'origin',
      'stack',
      'code',
      'advice',
      'checkAdvice',
      'release',
    ]
    const more = ['drawnAfter', 'notedAfter', 'remedy', 'helped', 'result', 'check', 'active', 'trouble', 'host', 'pid']
    const entry = fc.constantFrom('start', 'stopping', 'end', 'uncaught', 'exit', 'transition', 'fault', 'remedy')
    const at = fc.oneof(
      fc.constantFrom(
        '2026-01-01T00:00:00Z',
        '1970-01-01',
        '+275760-09-13T00:00:00.000Z',
        '-271821-04-20T00:00:00.000Z',
      ),
      fc.string(),
    )
    const line = fc
      .record({
        entry,
        at,
        run: fc.constantFrom('a', 'b', '__proto__'),
        n: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 9 }).map(String) }, value),
        up: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('0', '41.5', '9999999999') }, number),
        own: fc.dictionary(fc.constantFrom(...details, ...more), value),
      })
      .map(({ entry, at, run, n, up, own }) => {
        const said = Object.entries(own).map(([name, value]) => `,"${name}":${value}`)
        return `{"run":"${run}","entry":"${entry}","n":${n},"up":${up},"at":${JSON.stringify(at)}${said.join('')}}`
      })
    const words = fc.oneof(fc.constant(''), fc.string())
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), line, words, async (lines, sign, said) => {
        leave('journal.jsonl', `${lines.join('\n')}\n`)
        leave('alive', sign)
        leave('last-words', said)
        for (const run of pastRuns(folder)) {
          expect(tellPreviousRun(run)).toMatch(/^previous run lived /)
          expect(Number.isNaN(Date.parse(run.startedAt))).toBe(false)
          expect(run.lived).toBeGreaterThanOrEqual(0)
        }
        const journal = openJournal({ folder, clock: new FakeClock(), release: '1.4.0' })
        await journal.end()
        expect(existsSync(join(folder, 'journal.jsonl'))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
