import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { medianOf, recordSection, tableOf } from './detection/report.ts'
import { cpuMs, FAILWEB_COMMAND, sleep, start, stop } from './server.ts'

/**
 * The CPU of a service that nobody asks, with all default checks, and nothing else on the machine that works: a busy neighbour makes
 * every waking dearer. What one costs differs from hour to hour, so a bare Node that wakes ten times a second (the watch of the event loop
 * does so seven times), and does nothing then, stands beside it. Needs `npm run build`.
 */
const SERVICES = 3
const [SETTLE_SECONDS, REST_SECONDS] = [20, 60]
const TIMER_MS = 100

const service = (nth: number) => ({
  name: `service ${nth + 1}`,
  script: FAILWEB_COMMAND,
  args: ({ port }: { readonly port: number }) => ['--port', `${port}`, '--decay.step', '0'],
})
const services = await Promise.all(Array.from({ length: SERVICES }, (_, nth) => start(service(nth), false)))
const timer = { child: spawn(process.execPath, ['-e', `setInterval(() => {}, ${TIMER_MS})`], { stdio: 'ignore' }) }
const all = [...services, timer]
await sleep(SETTLE_SECONDS * 1_000)
const before = all.map(cpuMs)
await sleep(REST_SECONDS * 1_000)
const percents = all.map((one, index) => (cpuMs(one) - (before[index] ?? 0)) / (10 * REST_SECONDS))
const bare = percents.pop() ?? Number.NaN
await Promise.all(all.map(stop))

const rows = [
  ...services.map(({ name }, index) => [name, percents[index] ?? Number.NaN] as const),
  ['median', medianOf(percents)] as const,
  [`a bare Node with a timer of ${TIMER_MS} ms`, bare] as const,
]
const body = tableOf(
  ['', '% of a core'],
  rows.map(([name, percent]) => [name, percent.toFixed(2)]),
)
console.log(body)
recordSection(
  {
    heading: 'CPU at rest, with nothing else at work',
    command: 'npm run build && npx tsx test/bench/idle.ts',
    body: `${REST_SECONDS} s, all default checks, after ${SETTLE_SECONDS} s to settle.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
