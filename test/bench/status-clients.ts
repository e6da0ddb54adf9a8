import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { type ServiceProcess, startService, until } from '../e2e/service-process.ts'
import { medianOf, progress, recordSection, tableOf } from './detection/report.ts'

/**
 * What five hundred readers of live news cost the service that sends them, and whether they can slow the heartbeat; and how long a
 * browser waits for the page. Needs `npm run build` and Chromium.
 */
const READERS = 500
const ROUNDS = 2
const SECONDS = 6
const BEATS_PER_SECOND = 20
const [MOST_MIB, MOST_PAINT_MS] = [20, 100]

const FIRST_PAINT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`

interface Round {
  /** As it is, and once what is not needed any more has been collected. */
  readonly mib: number
  readonly keptMiB: number
  readonly percent: number
  readonly beats: readonly number[]
  readonly bytesPerSecond: number
}

/** What must go on as it was: the heartbeat, asked on a connection that stays. */
async function beats(url: string, seconds: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: number[] = []
  for (let beat = 0; beat < seconds * BEATS_PER_SECOND; beat++) {
    const begun = performance.now()
    await new Promise<void>((resolve, reject) => {
      const answered = (response: NodeJS.ReadableStream) => response.resume().once('end', resolve)
      get(`${url}/healthz`, { agent }, answered).once('error', reject)
    })
    times.push(performance.now() - begun)
    await sleep(Math.max(0, 1000 / BEATS_PER_SECOND - (performance.now() - begun)))
  }
  agent.destroy()
  return times.toSorted((a, b) => a - b)
}

interface Crowd {
  readonly bytes: () => number
  leave(): void
}

const READER = fileURLToPath(new URL('status-readers.mjs', import.meta.url))

function crowd(url: string): Promise<Crowd> {
  const child = spawn(process.execPath, [READER, url, `${READERS}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (told) => {
      bytes = Number(`${told}`.trim().split('\n').at(-1))
      resolve({ bytes: () => bytes, leave: () => void child.kill() })
    })
    child.once('exit', (code) => reject(new Error(`the readers ended with ${code}`)))
  })
}

async function round(service: ServiceProcess, readers: boolean): Promise<Round> {
  const joined = readers ? await crowd(service.url) : undefined
  await sleep(3_000)
  const [cpu, bytes] = [cpuMs(service), joined?.bytes() ?? 0]
  const times = await beats(service.url, SECONDS)
  const percent = (cpuMs(service) - cpu) / SECONDS / 10
  const bytesPerSecond = ((joined?.bytes() ?? 0) - bytes) / SECONDS
  const mib = residentMiB(service)
  await service.ask('/remedies/gc', { method: 'POST' })
  await sleep(1_000)
  const keptMiB = residentMiB(service)
  joined?.leave()
  return { mib, keptMiB, percent, beats: times, bytesPerSecond }
}

async function paints(url: string): Promise<readonly number[]> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const page = await browser.newPage()
  const times: number[] = []
  for (let load = 0; load < 25; load++) {
    await page.goto(`${url}/status`, { waitUntil: 'load' })
    times.push((await until(() => page.evaluate<number | undefined>(FIRST_PAINT), Boolean)) ?? Number.NaN)
  }
  await browser.close()
  return times.slice(5).toSorted((a, b) => a - b)
}

const statOf = (service: ServiceProcess, file: string) => readFileSync(`/proc/${service.child.pid}/${file}`, 'utf8')
const residentMiB = (service: ServiceProcess) => Number(/VmRSS:\s+(\d+)/.exec(statOf(service, 'status'))?.[1]) / 1024
function cpuMs(service: ServiceProcess): number {
  const [user = 0, system = 0] = statOf(service, 'stat').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? []
  return (user + system) * 10
}
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const shareOf = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN

const alone: Round[] = []
const read: Round[] = []
const { step } = progress('rounds', ROUNDS * 2)
for (let index = 0; index < ROUNDS; index++) {
  for (const readers of [false, true]) {
    const service = await startService({ node: ['--expose-gc'] })
    ;(readers ? read : alone).push(await round(service, readers))
    service.signal('SIGTERM')
    await service.exited
    step()
  }
}
const service = await startService()
await service.ask('/healthz')
const painted = await paints(service.url)
const pageBytes = Buffer.byteLength((await service.ask('/status')).body)
service.signal('SIGTERM')
await service.exited

const of = (rounds: readonly Round[], pick: (one: Round) => number) => medianOf(rounds.map(pick))
const row = (what: string, pick: (one: Round) => number, digits = 1) => [
  what,
  of(alone, pick).toFixed(digits),
  of(read, pick).toFixed(digits),
]
const added = of(read, ({ keptMiB }) => keptMiB) - of(alone, ({ keptMiB }) => keptMiB)
const body = `A service with all built-in checks, its heartbeat asked ${BEATS_PER_SECOND} times a second, so that there is news every second; ${ROUNDS} rounds of
${SECONDS} s alone and with ${READERS} readers of \`/status/events\`, each in a new process; medians.

${tableOf(
  ['', 'alone', `${READERS} readers`],
  [
    row('resident memory, MiB', ({ mib }) => mib),
    row('the same after a garbage collection, MiB', ({ keptMiB }) => keptMiB),
    row('CPU, % of a core', ({ percent }) => percent),
    row('heartbeat, median, ms', ({ beats }) => shareOf(beats, 0.5), 2),
    row('heartbeat, 99 of 100 within, ms', ({ beats }) => shareOf(beats, 0.99), 2),
    row('heartbeat, slowest, ms', ({ beats }) => beats.at(-1) ?? Number.NaN, 1),
    row('sent to each reader, KiB a second', ({ bytesPerSecond }) => bytesPerSecond / READERS / 1024),
  ],
)}

${READERS} readers keep ${added.toFixed(1)} MiB (at most ${MOST_MIB}), ${((added * 1024) / READERS).toFixed(0)} KiB each.

The page is ${(pageBytes / 1024).toFixed(1)} KiB; Chromium on the same machine first painted it after ${shareOf(painted, 0.5).toFixed(0)} ms in the median of ${painted.length} loads
(least ${shareOf(painted, 0).toFixed(0)}, most ${(painted.at(-1) ?? Number.NaN).toFixed(0)}; at most ${MOST_PAINT_MS} wanted), process start and five loads to warm up not counted.`

recordSection(
  { heading: 'Readers of the status page', command: 'npx tsx test/bench/status-clients.ts', body },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
console.log(body)
