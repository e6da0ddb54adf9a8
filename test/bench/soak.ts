import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { kendall } from '../../src/stats/kendall.ts'
import { bucketMinima } from '../../src/stats/minima.ts'
import { type Point, seriesOf } from '../../src/stats/series.ts'
import { theilSen } from '../../src/stats/theil-sen.ts'
import { type ServiceProcess, startService, until } from '../e2e/service-process.ts'
import { progress, recordSection, tableOf } from './detection/report.ts'

/**
 * Whether a service under load keeps its size: with guard, journal and remedies, asked for everything that it answers. It is judged as
 * `memory-growth` judges: not by what is resident, which is garbage in part, but by what collections leave and by minima, with Kendall's
 * test and the line of Theil and Sen. Needs `npm run build`; `-- SECONDS` for a shorter run.
 */
const SECONDS = Number(process.argv[2] ?? 600)
/** For so long V8 still compiles, and finds the size of its heap. */
const WARM_SECONDS = 300
const REQUESTS_A_SECOND = 150
const EVERY_SECONDS = 10
const BUCKETS = 32
/** One in a thousand, one-sided: what the check asks for. */
const SIGNIFICANT_Z = 3.09
/** Of the limit: what rises by less in the whole window is noise to the check. */
const MATERIAL_RATIO = 0.015
const MIB = 2 ** 20
const RESIDENT = 'resident'
/** What the manifests for production give it. */
const LIMIT_BYTES = 256 * MIB
/**
 * V8 would take half of that container, and fill it with garbage for half an hour before it has to collect: what is resident would rise as
 * long as that. This much is filled while it warms up, so that the whole of it can be judged too.
 */
const HEAP_MIB = 40

const folder = mkdtempSync(join(tmpdir(), 'failweb-soak-'))
const service = await startService({
  args: [
    ...['--decay.step', '0', '--journal.folder', join(folder, 'state'), '--guard.enabled', 'true'],
    ...['--guard.listen', '127.0.0.1:0', '--checks.memory-growth.everyMs', `${EVERY_SECONDS * 1_000}`],
  ],
  node: [`--max-old-space-size=${HEAP_MIB}`],
})
// Until then it is not ready, and would be asked whether it is.
await until(
  () => service.ask('/readyz'),
  ({ status }) => status === 200,
)
const load = autocannon({ ...loadOf(service.url), duration: WARM_SECONDS + SECONDS })
const signals = await watch(service)
const { '2xx': answered, non2xx, errors, timeouts } = await load
const others = await verdicts(service)
const own = (await service.ask('/healthz/memory-growth')).body.split('\n')[0] ?? ''
service.signal('SIGTERM')
const { code } = await service.exited
rmSync(folder, { recursive: true })

const trends = [...signals].map(([name, points]) => ({ name, ...trendOf(points) }))
const body = `${REQUESTS_A_SECOND} requests a second for ${SECONDS} s, after ${WARM_SECONDS} s of warming up, with a heap of ${HEAP_MIB} MiB: ${answered} answered, ${non2xx + errors + timeouts} failed. Exit code ${code}; checks that did not pass at the end: ${others}.

${tableOf(
  ['MiB', 'first', 'last', 'a hour, 98 % interval', 'z', 'significant', 'and material'],
  trends.map((trend) => [trend.name, ...trend.cells]),
)}

Significant: z over ${SIGNIFICANT_Z} and the interval over 0. Material: over ${((MATERIAL_RATIO * LIMIT_BYTES) / MIB).toFixed(1)} MiB in all, 1.5 % of 256 MiB. Resident memory holds garbage, which rises until the next major collection; the others are what the check goes by.
What it said of itself: \`${own}\``
process.stdout.write(`${body}\n`)
if (SECONDS >= 600) {
  recordSection(
    { heading: 'Ten minutes at load', command: 'npm run build && npx tsx test/bench/soak.ts', body },
    fileURLToPath(new URL('RESULTS.md', import.meta.url)),
  )
}
process.exitCode = trends.some(({ name, leaks }) => name !== RESIDENT && leaks) ? 1 : 0

function trendOf(points: readonly Point[]): { readonly cells: readonly string[]; readonly leaks: boolean } {
  const [first, last] = [points[0], points.at(-1)]
  const minima = bucketMinima(seriesOf(points), first?.t ?? 0, last?.t ?? 0, BUCKETS)
  const line = theilSen(minima)
  const { z } = kendall(minima.values)
  const significant = z > SIGNIFICANT_Z && (line?.low ?? 0) > 0
  const leaks = significant && (line?.slope ?? 0) * SECONDS > MATERIAL_RATIO * LIMIT_BYTES
  const mib = (bytes = Number.NaN) => (bytes / MIB).toFixed(1)
  const hour = (slope = Number.NaN) => mib(slope * 3_600)
  const pace = `${hour(line?.slope)} (${hour(line?.low)} to ${hour(line?.high)})`
  const cells = [mib(first?.v), mib(last?.v), pace, z.toFixed(2), significant ? 'yes' : 'no', leaks ? 'yes' : 'no']
  return { cells, leaks }
}

function loadOf(url: string): autocannon.Options {
  const accept = { Accept: 'application/health+json' }
  const paths = [
    '/',
    '/healthz',
    '/healthz?verbose',
    '/livez',
    '/readyz',
    '/metrics',
    '/healthz/latency?history',
    '/?name=Kana',
  ]
  const names = Array.from({ length: 200 }, (_, n) => ({ path: `/?name=guest${n}` }))
  const requests = [...paths.map((path) => ({ path })), { path: '/healthz', headers: accept }, ...names]
  return { url, connections: 10, overallRate: REQUESTS_A_SECOND, requests }
}

/** The signals of `memory-growth`, and what is resident, once in ten seconds. */
async function watch(service: ServiceProcess): Promise<ReadonlyMap<string, readonly Point[]>> {
  const rounds = (WARM_SECONDS + SECONDS) / EVERY_SECONDS
  const { step } = progress('rounds', rounds)
  const signals = new Map<string, Point[]>()
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_SECONDS * 1_000))
    step()
    if (round * EVERY_SECONDS < WARM_SECONDS) continue
    const t = performance.now() / 1_000
    const seen = [...(await signalsOf(service)), [RESIDENT, residentBytes(service.child.pid)] as const]
    for (const [name, v] of seen) signals.set(name, [...(signals.get(name) ?? []), { t, v }])
  }
  return signals
}

async function signalsOf({ ask }: ServiceProcess): Promise<readonly (readonly [name: string, bytes: number])[]> {
  const { body } = await ask('/healthz/memory-growth', { headers: { Accept: 'application/health+json' } })
  const parts: { componentId: string; values: { used_bytes: number } }[] =
    JSON.parse(body).checks['memory-growth:utilization']
  return parts.map(({ componentId, values }) => [componentId, values.used_bytes])
}

function residentBytes(pid = 0): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

async function verdicts({ ask }: ServiceProcess): Promise<string> {
  const { body } = await ask('/healthz?peek&verbose')
  const others = body.split('\n').filter((text) => /^\[[^+]\]/.test(text))
  return others.length === 0 ? 'none' : others.map((text) => text.split(':', 1)).join('; ')
}
