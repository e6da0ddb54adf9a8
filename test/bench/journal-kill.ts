import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faultsIn, type Kill, killOne } from '../journal/kills.ts'
import { progress, recordSection, tableOf } from './detection/report.ts'

/** `npm run build` first: what is killed is a process as the package ships it. */
const KILLS = 300
const CHAINS = 3

const folder = mkdtempSync(join(tmpdir(), 'failweb-kills-'))
const { step } = progress('kills', KILLS)

async function killAgain(name: string): Promise<readonly Kill[]> {
  const kills: Kill[] = []
  while (kills.length < KILLS / CHAINS) {
    kills.push(await killOne(join(folder, name)))
    step()
  }
  return kills
}

const chains = await Promise.all(Array.from({ length: CHAINS }, (_, n) => killAgain(`${n}`)))
rmSync(folder, { recursive: true })
const kills = chains.flat()
const faults = chains.flatMap((chain) => chain.flatMap((kill, n) => faultsIn(kill, chain[n - 1])))
const rows: [string, number][] = [
  ['kill -9 at a random moment within 150 ms of writing', kills.length],
  ['lines written by then, all of them together', kills.reduce((sum, { known }) => sum + known, 0)],
  [
    'lines lost that were known to be written',
    kills.reduce((sum, { known, found }) => sum + Math.max(0, known - found), 0),
  ],
  [
    'lines there that the process did not live to know of',
    kills.reduce((sum, { known, found }) => sum + Math.max(0, found - known), 0),
  ],
  ['last lines torn, dropped and said', kills.filter(({ left }) => left?.torn).length],
  ['next starts that were told wrongly, or not at all', faults.length],
]
const body = tableOf(
  ['what', 'count'],
  rows.map(([what, count]) => [what, `${count}`]),
)
console.log(body, faults)
recordSection(
  {
    heading: 'Kills while the journal is written',
    command: 'npm run build && npx tsx test/bench/journal-kill.ts',
    body,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
process.exitCode = faults.length === 0 ? 0 : 1
