import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startPrometheus } from '../e2e/prometheus.ts'
import { startService } from '../e2e/service-process.ts'
import { freePort } from '../free-port.ts'
import { progress, recordSection, tableOf } from './detection/report.ts'

/**
 * Whether the alerts keep quiet: a healthy failweb under load, scraped by a real Prometheus with the rules as they are shipped.
 * Needs `npm run build`, and prometheus installed.
 */
const MINUTES = 10
const REQUESTS_PER_SECOND = 50
const HEARTBEATS_PER_SECOND = 1

const ruleText = (name: string) => readFileSync(new URL(`../../deploy/prometheus/${name}`, import.meta.url), 'utf8')
const rules = [ruleText('recording.yml'), ruleText('alerts.yml')]
const alerts = rules.join('').match(/- alert: /g)?.length ?? 0

const guardPort = await freePort()
const service = await startService({
  args: ['--decay.step', '0', '--guard.enabled', 'true', '--guard.listen', `127.0.0.1:${guardPort}`],
})
const prometheus = await startPrometheus({
  rules,
  every: '15s',
  targets: [
    { address: new URL(service.url).host, pod: 'healthy', endpoint: 'http' },
    { address: `127.0.0.1:${guardPort}`, pod: 'healthy', endpoint: 'guard' },
  ],
})

// Until the first scrape has been evaluated FailwebAbsent is pending, and rightly.
while ((await prometheus.query('up == 1')).length < 2 || (await prometheus.alerts()).length > 0) {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
}

let requests = 0
let nth = 0
const asking = setInterval(() => {
  // The names repeat, so that the greetings' cache is used as one.
  ask(`/?name=visitor-${nth++ % 500}`)
}, 1_000 / REQUESTS_PER_SECOND)
const beating = setInterval(() => ask('/healthz'), 1_000 / HEARTBEATS_PER_SECOND)

const seen = { pending: new Set<string>(), firing: new Set<string>() }
const { step } = progress('minutes', MINUTES)
const begun = performance.now()
for (let minute = 1; minute <= MINUTES; minute++) {
  while (performance.now() - begun < minute * 60_000) {
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    for (const { name, state } of await prometheus.alerts()) seen[state].add(name)
  }
  step()
}
clearInterval(asking)
clearInterval(beating)
const [heartbeats] = await prometheus.query('sum(failweb_heartbeats_total)')
await prometheus.stop()
service.signal('SIGTERM')
await service.exited

const named = (names: ReadonlySet<string>) => (names.size === 0 ? 'none' : [...names].toSorted().join(', '))
const body = tableOf(
  [`${MINUTES} minutes of ${REQUESTS_PER_SECOND} requests and ${HEARTBEATS_PER_SECOND} heartbeat a second`, 'figure'],
  [
    ['requests that were answered', String(requests)],
    ['heartbeats, as Prometheus counted them', String(heartbeats?.value ?? Number.NaN)],
    ['alerts that there are, as shipped', String(alerts)],
    ['alerts that were pending at any time', named(seen.pending)],
    ['alerts that fired', named(seen.firing)],
  ],
)
console.log(body)
recordSection(
  { heading: 'Alerts of a healthy service', command: 'npm run build && npx tsx test/bench/quiet-alerts.ts', body },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
if (seen.firing.size > 0) process.exitCode = 1

function ask(path: string): void {
  service.ask(path, {}).then(
    () => {
      requests += 1
    },
    () => {},
  )
}
