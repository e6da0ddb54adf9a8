import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { medianOf, progress, recordSection, tableOf } from './detection/report.ts'

/** Does the heartbeat cost the same with 1, 10 and 1,000 checks? Each in a process of its own, in turns, so that noise hits all. */
const COUNTS = [1, 10, 1_000] as const
const ROUNDS = 7
const SECONDS = 3

const script = fileURLToPath(new URL('heartbeat-server.ts', import.meta.url))
const servers = await Promise.all(COUNTS.map(start))
const rates = COUNTS.map((): number[] => [])
const p99s = COUNTS.map((): number[] => [])
const { step } = progress('heartbeat', ROUNDS * COUNTS.length)
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { url }] of servers.entries()) {
      const { requests, latency, non2xx } = await autocannon({ url, connections: 10, duration: SECONDS })
      if (non2xx > 0) throw new Error(`${non2xx} answers were not 2xx`)
      rates[index]?.push(requests.average)
      p99s[index]?.push(latency.p99)
      step()
    }
  }
} finally {
  for (const { child } of servers) child.kill('SIGTERM')
}

const base = rates[0] ?? []
const body = tableOf(
  ['checks', 'heartbeats/s (median)', 'ratio to 1 check (median of rounds)', 'p99 ms (median)'],
  COUNTS.map((count, index) => {
    const own = rates[index] ?? []
    const ratios = own.map((rate, round) => rate / (base[round] ?? Number.NaN))
    return [`${count}`, medianOf(own).toFixed(0), medianOf(ratios).toFixed(3), medianOf(p99s[index] ?? []).toFixed(0)]
  }),
)
console.log(body)
recordSection(
  {
    heading: 'The heartbeat with 1, 10 and 1,000 checks',
    command: 'npx tsx test/bench/heartbeat.ts',
    body: `${ROUNDS} rounds of ${SECONDS} s each, 10 connections, in turns.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)

function start(count: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, `${count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve) => {
    child.stdout?.once('data', (port) => resolve({ child, url: `http://127.0.0.1:${Number(port)}/healthz` }))
  })
}
