import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { kendall } from '../../src/stats/kendall.ts'
import { bucketMinima } from '../../src/stats/minima.ts'
import { seriesOf } from '../../src/stats/series.ts'
import { type Point, theilSen } from '../../src/stats/theil-sen.ts'
import { type ServiceProcess, startService } from '../e2e/service-process.ts'
import { progress, recordSection, tableOf } from './detection/report.ts'

/**
 * Whether a service under load keeps its size: with guard, journal and remedies, asked for everything that it answers. Its memory is judged
 * as `memory-growth` judges: minima of buckets, Kendall's test, the line of Theil and Sen. Needs `npm run build`; `-- SECONDS` for a shorter run.
 */
const SECONDS = Number(process.argv[2] ?? 600)
/** V8 sizes its young generation, compiles and fills free lists, and the windows of five minutes fill: that is no leak, and over by then. */
const WARM_SECONDS = Math.min(300, SECONDS)
const REQUESTS_A_SECOND = 150
const BUCKETS = 32
/** One in a thousand, one-sided: what the check asks for. */
const SIGNIFICANT_Z = 3.09
/** Of the limit: what rises by less in the whole window is noise to the check. */
const MATERIAL_RATIO = 0.015
const MIB = 2 ** 20
/** What the manifests for production give it. */
const LIMIT_BYTES = 256 * MIB

let begun = ''
const folder = mkdtempSync(join(tmpdir(), 'failweb-soak-'))
const service = await startService({
  args: [
    ...['--decay.step', '0', '--journal.folder', join(folder, 'state'), '--guard.enabled', 'true'],
    ...['--guard.listen', '127.0.0.1:0', '--remedies.automatic', 'true'],
  ],
})
const load = autocannon({ ...loadOf(service.url), duration: WARM_SECONDS + SECONDS })
const points = await watch(service)
const floors = await floorsOf(service)
const { '2xx': answered, non2xx, errors, timeouts } = await load
const others = await verdicts(service)
const own = (await service.ask('/healthz/memory-growth')).body.split('\n')[0] ?? ''
service.signal('SIGTERM')
const { code } = await service.exited
rmSync(folder, { recursive: true })

const minima = bucketMinima(seriesOf(points), points[0]?.t ?? 0, points.at(-1)?.t ?? 0, BUCKETS)
const line = theilSen(minima)
const { tau, z } = kendall(minima)
const perHour = (slope = Number.NaN) => ((slope * 3_600) / MIB).toFixed(1)
const significant = z > SIGNIFICANT_Z && (line?.low ?? 0) > 0
const riseBytes = (line?.slope ?? 0) * SECONDS
const material = riseBytes > MATERIAL_RATIO * LIMIT_BYTES
const resident = points.map(({ v }) => v / MIB)
const body = `${REQUESTS_A_SECOND} requests a second for ${SECONDS} s, after ${WARM_SECONDS} s of warming up; resident memory once a second, minima of ${BUCKETS} buckets.

${tableOf(
  ['what', 'figure'],
  [
    ['requests answered', `${answered}`],
    ['requests failed', `${non2xx + errors + timeouts}`],
    ['resident, least and most', `${Math.min(...resident).toFixed(0)}–${Math.max(...resident).toFixed(0)} MiB`],
    [
      'slope (Theil–Sen), with its 98 % interval',
      `${perHour(line?.slope)} (${perHour(line?.low)} to ${perHour(line?.high)}) MiB/h`,
    ],
    ['Kendall’s tau and z', `${tau.toFixed(2)}, ${z.toFixed(2)}`],
    [`a significant rise (z > ${SIGNIFICANT_Z}, interval over 0)`, significant ? 'yes' : 'no'],
    [
      `a material one (over ${((MATERIAL_RATIO * LIMIT_BYTES) / MIB).toFixed(1)} MiB, 1.5 % of 256 MiB)`,
      `${material ? 'yes' : 'no'}: ${(riseBytes / MIB).toFixed(2)} MiB`,
    ],
    ['what collections leave, at first, MiB', begun],
    ['and at the end', floors],
    ['checks that did not pass at the end', `${others}`],
    ['exit code', `${code}`],
  ],
)}

What the service said of itself at the end: \`${own}\`

A rise counts where it is significant and material, which is over 1.5 % of the limit: so much of what a heap does is no leak.`
console.log(body)
if (SECONDS >= 600) {
  recordSection(
    { heading: 'Ten minutes at load', command: 'npm run build && npx tsx test/bench/soak.ts', body },
    fileURLToPath(new URL('RESULTS.md', import.meta.url)),
  )
}
process.exitCode = significant && material ? 1 : 0

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

/** What collections leave behind, as the service sees it: free of garbage, unlike what is resident. */
async function floorsOf({ ask }: ServiceProcess): Promise<string> {
  const { body } = await ask('/healthz/memory-growth', { headers: { Accept: 'application/health+json' } })
  const parts: { componentId?: string; values?: Record<string, number> }[] =
    JSON.parse(body).checks['memory-growth:utilization']
  return parts
    .map(({ componentId, values }) => `${componentId} ${((values?.['used_bytes'] ?? 0) / MIB).toFixed(1)}`)
    .join(', ')
}

async function watch(service: ServiceProcess): Promise<readonly Point[]> {
  const { step } = progress('seconds', WARM_SECONDS + SECONDS)
  const points: Point[] = []
  for (let second = 0; second < WARM_SECONDS + SECONDS; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    if (second === WARM_SECONDS) begun = await floorsOf(service)
    if (second >= WARM_SECONDS) points.push({ t: performance.now() / 1_000, v: residentBytes(service.child.pid) })
    step()
  }
  return points
}

function residentBytes(pid = 0): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

async function verdicts({ ask }: ServiceProcess): Promise<string> {
  const { body } = await ask('/healthz?peek&verbose')
  const others = body.split('\n').filter((text) => /^\[[^+]\]/.test(text))
  return others.length === 0 ? 'none' : others.map((text) => text.split(':', 1)).join('; ')
}
