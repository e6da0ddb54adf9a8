import { Agent, request } from 'node:http'
import type { Clock } from '../core/clock.ts'

export interface LoadSettings {
  /** The service; loopback only. */
  readonly url: string
  /** Asked in turn. */
  readonly paths: readonly string[]
  readonly perSecond: number
  readonly connections: number
}

export interface LoadReport {
  /** A status below 400. */
  readonly answered: number
  /** How often what was no answer came, in words: `404 at /foo`, `no answer at /`. An error is made in no time, and says nothing of the work. */
  readonly failures: ReadonlyMap<string, number>
}

/** A timer of less is one of this. */
const SHORTEST_SLEEP_MS = 1

/**
 * Sends requests at a steady rate until `stop` aborts, and counts the answers. A request that finds no connection free waits for none:
 * it is left out, so that a slow service is not buried.
 */
export async function sendLoad(
  { url, paths, perSecond, connections }: LoadSettings,
  clock: Clock,
  stop: AbortSignal,
): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const failures = new Map<string, number>()
  const count = { answered: 0, underWay: 0, sent: 0 }
  const sendOne = () => {
    count.underWay++
    const path = paths[count.sent++ % paths.length] ?? '/'
    askOnce(url + path, agent).then((status) => {
      count.underWay--
      if (status !== undefined && status < 400) count.answered++
      else increase(failures, `${status ?? 'no answer'} at ${path}`)
    })
  }
  const begun = clock.now()
  // Sent is what has come due by then: timers are late and in whole milliseconds, and one for each request would be another rate.
  for (let taken = 0; !stop.aborted; ) {
    const next = ((taken + 1) * 1_000) / perSecond
    await clock.sleep(Math.max(SHORTEST_SLEEP_MS, next - (clock.now() - begun)), stop)
    if (stop.aborted) break
    const due = Math.floor(((clock.now() - begun) * perSecond) / 1_000)
    for (let free = Math.min(due - taken, connections - count.underWay); free > 0; free--) sendOne()
    taken = due
  }
  // Taken before the connections are cut: the requests that are under way then have not failed.
  const report = { answered: count.answered, failures: new Map(failures) }
  agent.destroy()
  return report
}

function increase(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1)
}

/** The status code; undefined where no whole answer came. */
function askOnce(url: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, timeout: 10_000 }, (res) => {
      res.resume()
      res.on('end', () => resolve(res.statusCode))
      res.on('error', () => resolve(undefined))
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(undefined))
    sent.end()
  })
}
