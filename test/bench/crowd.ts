import { spawn } from 'node:child_process'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { medianOf } from './detection/report.ts'
import { type Contender, cpuMs, type Running, residentMiB, sleep, start, stop } from './server.ts'

const BEATS_PER_SECOND = 20
const SECONDS = 10
/** Until V8 has given back what it took for the start, or for the readers' coming: it does so by and by, from 8 s on. */
const SETTLE_SECONDS = { alone: 15, read: 30 }
const READER = fileURLToPath(new URL('status-readers.mjs', import.meta.url))

/** A server with readers of news, or without, asked all the time. */
export interface While {
  readonly mib: number
  /** The largest, from the beginning. */
  readonly mostMiB: number
  /** CPU, of one core. */
  readonly percent: number
  /** What each heartbeat took, in milliseconds, sorted. */
  readonly beats: readonly number[]
  readonly bytesPerSecond: number
}

/** The same process before its readers come, and with them: one process and the next need not have the same room for young objects. */
export interface Round {
  readonly alone: While
  readonly read: While
}

export async function roundOf(contender: Contender, readers: number): Promise<Round> {
  const server = await start(contender, false)
  const alone = await watch(server, SETTLE_SECONDS.alone, () => 0)
  const { bytes, leave } = await crowd(server.port, readers)
  const read = await watch(server, SETTLE_SECONDS.read, bytes)
  leave()
  await stop(server)
  return { alone, read }
}

async function watch(server: Running, settleSeconds: number, bytes: () => number): Promise<While> {
  const sizes: number[] = []
  const watching = setInterval(() => sizes.push(residentMiB(server)), 250)
  await beats(server.port, settleSeconds)
  const settling = sizes.splice(0)
  const before = { cpu: cpuMs(server), bytes: bytes() }
  const times = await beats(server.port, SECONDS)
  clearInterval(watching)
  return {
    mib: medianOf(sizes),
    mostMiB: Math.max(...settling, ...sizes),
    percent: (cpuMs(server) - before.cpu) / SECONDS / 10,
    beats: times,
    bytesPerSecond: (bytes() - before.bytes) / SECONDS,
  }
}

/** What must go on as it was: the heartbeat, asked on a connection that stays. */
async function beats(port: number, seconds: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: number[] = []
  for (let beat = 0; beat < seconds * BEATS_PER_SECOND; beat++) {
    const begun = performance.now()
    await new Promise<void>((resolve, reject) => {
      const answered = (response: NodeJS.ReadableStream) => response.resume().once('end', resolve)
      get({ host: '127.0.0.1', port, path: '/healthz', agent }, answered).once('error', reject)
    })
    times.push(performance.now() - begun)
    await sleep(Math.max(0, 1000 / BEATS_PER_SECOND - (performance.now() - begun)))
  }
  agent.destroy()
  return times.toSorted((a, b) => a - b)
}

interface Crowd {
  bytes(): number
  leave(): void
}

/** Resolves when all have come, in a process of their own. */
function crowd(port: number, readers: number): Promise<Crowd> {
  const args = [READER, `http://127.0.0.1:${port}`, `${readers}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (told) => {
      bytes = Number(`${told}`.trim().split('\n').at(-1))
      resolve({ bytes: () => bytes, leave: () => void child.kill() })
    })
    child.once('exit', (code) => reject(new Error(`the readers ended with ${code}`)))
  })
}
