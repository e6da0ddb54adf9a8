import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventLoop, latency } from '../../../checks/index.ts'
import { createHealth } from '../../../src/index.ts'
import { quantile } from '../contest.ts'

/** What a child that may be asked for more than it can do does, as JSON in its first argument. */
export interface CrowdedLife {
  /** For how long a request keeps its only thread busy: 1,000 / workMs a second is what it can do. */
  readonly workMs: number
  readonly everyMs: number
}

/** What it says to its parent: where it listens, each change of a check, and when it is asked, what it knows. */
export type FromCrowd =
  | { readonly port: number }
  | { readonly name: string; readonly to: string; readonly because: string }
  | {
      /** Milliseconds: what a middleware sees, and what `latency` says. */
      readonly handledP99Ms: number
      readonly toldP99Ms: number
      readonly latency: string
      readonly eventLoop: string
    }

const { workMs, everyMs } = JSON.parse(process.argv[2] ?? '{}') as CrowdedLife
process.on('disconnect', () => process.exit())
const tell = (message: FromCrowd) => process.send?.(message)

const handled: number[] = []
const health = createHealth({
  checks: [latency({ everyMs }), eventLoop({ everyMs })],
  onTransition: ({ name, to, because }) => tell({ name, to, because }),
})
const server = createServer((req, res) => {
  health.measure(req, res)
  const begun = performance.now()
  while (performance.now() < begun + workMs);
  res.on('finish', () => handled.push(performance.now() - begun))
  res.end('Hello, World!\n')
})
process.on('message', () => {
  const { byName } = health.snapshot()
  tell({
    handledP99Ms: quantile(handled, 0.99),
    toldP99Ms: 1_000 * (byName.get('latency')?.values['p99_seconds'] ?? Number.NaN),
    latency: byName.get('latency')?.because ?? '',
    eventLoop: byName.get('event-loop')?.because ?? '',
  })
})
await health.start()
server.listen(0, '127.0.0.1', () => {
  tell({ port: (server.address() as AddressInfo).port })
})
