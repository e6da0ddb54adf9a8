import { fileURLToPath } from 'node:url'
import { type Round, roundOf, type While } from './crowd.ts'
import { medianOf, progress, recordSection, tableOf } from './detection/report.ts'
import { type Paints, paintsOf } from './paints.ts'
import { ask, type Contender, FAILWEB_COMMAND, start, stop } from './server.ts'

/**
 * What five hundred readers of live news cost the service that sends them, whether they can slow the heartbeat, and how long a browser
 * waits for the page; each beside the least that Node and the browser take for the like. Needs `npm run build` and Chromium.
 */
const READERS = 500
const ROUNDS = 2
const LOADS = 20
const [MOST_MIB, MOST_PAINT_MS] = [20, 100]

const SERVICE: Contender = {
  name: 'failweb',
  script: FAILWEB_COMMAND,
  args: ({ port }) => ['--port', `${port}`],
  // How full this machine's disk happens to be is not to change the page.
  env: { FAILWEB_CHECKS_DISK_USAGE_WARN_AT: '1', FAILWEB_CHECKS_DISK_USAGE_FAIL_AT: '1' },
}
const BARE: Contender = { name: 'bare node:http', script: 'servers/bare-news.mjs' }

const rounds: { service: Round[]; bare: Round[] } = { service: [], bare: [] }
const { step } = progress('parts', ROUNDS * 2 + 1)
for (let index = 0; index < ROUNDS; index++) {
  rounds.service.push(await roundOf(SERVICE, READERS))
  step()
  rounds.bare.push(await roundOf(BARE, READERS))
  step()
}
const { pageBytes, painted } = await paintAll()
step()

async function paintAll() {
  const [service, bare] = [await start(SERVICE, false), await start(BARE, false)]
  const { bytes } = await ask(service.port, '/status', { timeoutMs: 10_000 })
  const [own, other] = [service, bare].map(({ port }) => `http://127.0.0.1:${port}/`)
  const all = await paintsOf([`${own}status`, `${own}`, `${other}?bytes=${bytes}`], LOADS)
  await Promise.all([service, bare].map(stop))
  return { pageBytes: bytes, painted: all }
}

const shareOf = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
const columns: readonly ((pick: (one: While) => number) => number)[] = [
  (pick) => medianOf(rounds.service.map(({ alone }) => pick(alone))),
  (pick) => medianOf(rounds.service.map(({ read }) => pick(read))),
  (pick) => medianOf(rounds.bare.map(({ alone }) => pick(alone))),
  (pick) => medianOf(rounds.bare.map(({ read }) => pick(read))),
]
const row = (what: string, pick: (one: While) => number, digits = 1) => [
  what,
  ...columns.map((column) => column(pick).toFixed(digits)),
]
const added = (all: readonly Round[], of: (read: While) => number) =>
  medianOf(all.map(({ alone, read }) => of(read) - alone.mib))
const kept = added(rounds.service, ({ mib }) => mib)
const most = added(rounds.service, ({ mostMiB }) => mostMiB)
const bareKept = added(rounds.bare, ({ mib }) => mib)
const eachKiB = (mib: number) => ((mib * 1024) / READERS).toFixed(0)

const PAGES = [
  `\`/status\`, ${(pageBytes / 1024).toFixed(1)} KiB`,
  'one line of text from the same process: `/`',
  'one word in as many bytes, from bare `node:http`',
]
const paintRow = (what: string, { again, anew }: Paints) => [
  what,
  ...[shareOf(again, 0.5), again[0], shareOf(anew, 0.5), anew[0]].map((ms = Number.NaN) => ms.toFixed(0)),
]

const body = `A service with all built-in checks, its heartbeat asked 20 times a second, so that there is news every second; ${ROUNDS} processes, each alone
and then with ${READERS} readers of \`/status/events\`, 10 s each after 15 and 30 s to settle; medians. Beside it a bare \`node:http\` server with
as many answers that never end, on which nothing is sent.

${tableOf(
  ['', 'alone', `${READERS} readers`, 'bare, alone', `${READERS} answers`],
  [
    row('resident memory, MiB', ({ mib }) => mib),
    row('the most of it from the beginning, MiB', ({ mostMiB }) => mostMiB),
    row('CPU, % of a core', ({ percent }) => percent),
    row('heartbeat, median, ms', ({ beats }) => shareOf(beats, 0.5), 2),
    row('heartbeat, 99 of 100 within, ms', ({ beats }) => shareOf(beats, 0.99), 2),
    row('heartbeat, slowest, ms', ({ beats }) => beats.at(-1) ?? Number.NaN),
    row('sent to each reader, KiB a second', ({ bytesPerSecond }) => bytesPerSecond / READERS / 1024),
  ],
)}

${READERS} readers add ${kept.toFixed(1)} MiB (at most ${MOST_MIB}), ${eachKiB(kept)} KiB each; ${most.toFixed(1)} MiB at the most, just after they have come. The bare answers add
${bareKept.toFixed(1)} MiB, ${eachKiB(bareKept)} KiB each.

What Chromium on the same machine takes until it first paints something; ${LOADS} loads of each in turn, after five to warm up:

${tableOf(
  ['', 'again, median, ms', 'least', 'in a new window, median, ms', 'least'],
  painted.map((times, nth) => paintRow(PAGES[nth] ?? '', times)),
)}

At most ${MOST_PAINT_MS} ms are wanted for \`/status\` in a window that has shown it before. What the others take, the browser takes for almost nothing.`

recordSection(
  { heading: 'Readers of the status page', command: 'npm run build && npx tsx test/bench/status-clients.ts', body },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
console.log(body)
