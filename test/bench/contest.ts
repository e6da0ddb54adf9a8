import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { medianOf, progress } from './detection/report.ts'

/** One server of a contest: a script of this folder that prints its port. */
export interface Contestant {
  readonly name: string
  readonly script: string
  readonly args?: readonly string[]
}

export interface Rules {
  readonly path: string
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
}

/** Medians over the rounds; the ratio is to the first contestant in the same round, so that a noisy machine is noisy for both. */
export interface Result {
  readonly name: string
  readonly perSecond: number
  readonly ratio: number
  readonly p99Ms: number
}

/** Puts the same load on each server in turns, each in a process of its own. */
export async function contest(contestants: readonly Contestant[], rules: Rules): Promise<readonly Result[]> {
  const servers = await Promise.all(contestants.map(start))
  const { step } = progress('contest', rules.rounds * contestants.length)
  const rates = contestants.map((): number[] => [])
  const p99s = contestants.map((): number[] => [])
  try {
    for (let round = 0; round < rules.rounds; round++) {
      for (const [index, { url }] of servers.entries()) {
        const { connections, seconds: duration } = rules
        const { requests, latency, non2xx } = await autocannon({ url: url + rules.path, connections, duration })
        if (non2xx > 0) throw new Error(`${non2xx} answers were not 2xx`)
        rates[index]?.push(requests.average)
        p99s[index]?.push(latency.p99)
        step()
      }
    }
  } finally {
    for (const { child } of servers) child.kill('SIGTERM')
  }
  const first = rates[0] ?? []
  return contestants.map(({ name }, index) => {
    const own = rates[index] ?? []
    const ratios = own.map((rate, round) => rate / (first[round] ?? Number.NaN))
    return { name, perSecond: medianOf(own), ratio: medianOf(ratios), p99Ms: medianOf(p99s[index] ?? []) }
  })
}

function start({ script, args = [] }: Contestant): Promise<{ child: ChildProcess; url: string }> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve) => {
    child.stdout?.once('data', (port) => resolve({ child, url: `http://127.0.0.1:${Number(port)}` }))
  })
}
