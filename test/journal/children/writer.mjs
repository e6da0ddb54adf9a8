// Writes a journal as fast as it can until it is killed: `writer.mjs FOLDER`.
// It first prints what it knows of the run before, then, after each few lines, how many it knows to be written.
import { openJournal } from '../../../src/journal/journal.ts'
import { systemClock } from '../../../src/system-clock.ts'

const [, , folder] = process.argv
const journal = openJournal({ folder, clock: systemClock, release: 'test', maxBytes: 65_536 })
process.stdout.write(
  `${JSON.stringify({ pastRuns: journal.pastRuns.length, previous: journal.pastRuns.at(-1) ?? null })}\n`,
)

for (let count = 0; ; ) {
  const burst = 1 + Math.floor(Math.random() * 3)
  for (let line = 0; line < burst; line++) {
    count += 1
    journal.note({ entry: 'count', count, text: 'x'.repeat(Math.floor(Math.random() * 900)) })
  }
  await journal.written()
  process.stdout.write(`${count}\n`)
}
