import { fileURLToPath } from 'node:url'
import { medianOf, recordSection, tableOf } from './detection/report.ts'
import { cpuMs, FAILWEB_COMMAND, sleep, start, stop } from './server.ts'

/**
 * The CPU of a service that nobody asks, with all default checks, and nothing else on the machine that works: a busy neighbour makes
 * every waking dearer. Needs `npm run build`.
 */
const SERVICES = 3
const [SETTLE_SECONDS, REST_SECONDS] = [20, 60]

const service = (nth: number) => ({
  name: `service ${nth + 1}`,
  script: FAILWEB_COMMAND,
  args: ({ port }: { readonly port: number }) => ['--port', `${port}`, '--decay.step', '0'],
})
const services = await Promise.all(Array.from({ length: SERVICES }, (_, nth) => start(service(nth), false)))
await sleep(SETTLE_SECONDS * 1_000)
const before = services.map(cpuMs)
await sleep(REST_SECONDS * 1_000)
const percents = services.map((one, index) => (cpuMs(one) - (before[index] ?? 0)) / (10 * REST_SECONDS))
await Promise.all(services.map(stop))

const body = tableOf(
  ['', '% of a core'],
  [...services.map(({ name }, index) => [name, percents[index]] as const), ['median', medianOf(percents)] as const].map(
    ([name, percent]) => [name, (percent ?? Number.NaN).toFixed(2)],
  ),
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
