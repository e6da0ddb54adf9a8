import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from '../../src/journal/journal.ts'
import { pastRuns } from '../../src/journal/past-run.ts'
import { FakeClock } from '../fake-clock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-crash-loop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

test('the journal of runs that only start and crash keeps within its bytes, after each line', () => {
  const faults: string[] = []
  for (let n = 0; n < 400; n++) {
    const journal = openJournal({ folder, clock: new FakeClock(), release: 'test', maxBytes: 65_536 })
    const known = Math.min(n, journal.pastRuns.length)
    if (n > 0 && journal.pastRuns.at(-1)?.end !== 'uncaught') faults.push(`run ${n} knows not how the last ended`)
    if (n > 100 && known < 40) faults.push(`run ${n} knows of ${known}`)
    journal.uncaught(Object.assign(new Error(`no. ${n}`), { stack: 's'.repeat((n * 37) % 900) }), 'uncaughtException')
    for (const name of readdirSync(folder).filter((name) => name.startsWith('journal'))) {
      const { size } = statSync(join(folder, name))
      if (size > 32_768) faults.push(`run ${n} leaves ${size} bytes in ${name}`)
    }
  }
  expect(faults).toEqual([])
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['journal.jsonl', 'journal.old.jsonl']))
  for (const name of ['journal.jsonl', 'journal.old.jsonl']) {
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^\{"at":[^\n]*"n":0,"entry":"start"/)
  }
  expect(pastRuns(folder).at(-1)).toMatchObject({ end: 'uncaught', why: expect.stringContaining('no. 399'), lost: 0 })
})
