import { Agent, get } from 'node:http'
import { quantile } from '../contest.ts'

/** Callers who wait for nobody before they come, each on a connection of its own; as JSON in the first argument. */
export interface Calling {
  readonly port: number
  readonly perSecond: number
  readonly seconds: number
}

/** What they waited, in milliseconds from when they called; `lost` were not answered. */
export interface Waited {
  readonly calls: number
  readonly lost: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const { port, perSecond, seconds } = JSON.parse(process.argv[2] ?? '{}') as Calling
process.on('disconnect', () => process.exit())
const agent = new Agent({ keepAlive: false })
const begun = performance.now()
const waits: number[] = []
let [calls, lost] = [0, 0]
const call = () => {
  const at = performance.now()
  calls++
  get({ port, host: '127.0.0.1', agent }, (answer) => {
    answer.resume().on('end', () => waits.push(performance.now() - at))
  }).on('error', () => {
    lost++
  })
}
const calling = setInterval(() => {
  const passed = Math.min(seconds, (performance.now() - begun) / 1_000)
  while (calls < passed * perSecond) call()
  if (passed < seconds) return
  clearInterval(calling)
  const [p50Ms = Number.NaN, p99Ms = Number.NaN] = [0.5, 0.99].map((q) => quantile(waits, q))
  process.send?.({ calls, lost, p50Ms, p99Ms } satisfies Waited, () => process.exit())
}, 5)
