import { request } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { SELF_PROBE_AGENT } from '../core/surroundings.ts'

/** What the service learned by asking itself over the last minute. */
export interface SelfProbeReading {
  /** How many of the last minute's own requests were answered. */
  readonly answered: number
  /** Milliseconds, of those; absent where none was. */
  readonly newestMs?: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Why the newest was not answered; absent where it was. */
  readonly failed?: string
}

/** Asks the service itself from time to time. Looking asks nothing. */
export interface SelfProbe {
  look(): SelfProbeReading
  stop(): void
}

export interface SelfProbeSetup {
  readonly clock: Clock
  /** As of now: while it is undefined, nobody is asked. */
  readonly address: () => string | undefined
  readonly everyMs: number
}

/** An own request that has no answer by then is given up. */
export const SELF_PROBE_PATIENCE_MS = 5_000

const WINDOW_MS = 60_000

interface Answer {
  readonly at: number
  readonly ms?: number
  readonly failed?: string
}

/** Begins to ask `GET /` through the service's own socket, one request at a time, each on a connection of its own as a user's is. */
export function probeSelf({ clock, address, everyMs }: SelfProbeSetup): SelfProbe {
  const stop = new AbortController()
  let answers: readonly Answer[] = []
  const recent = () => answers.filter(({ at }) => at > clock.now() - WINDOW_MS)
  const run = async () => {
    for (;;) {
      // First of all: a service that has just begun to listen has others to answer, and is at its slowest.
      await clock.sleep(everyMs, stop.signal)
      if (stop.signal.aborted) return
      const base = address()
      if (base) answers = [...recent(), await ask(base, clock, stop.signal)]
    }
  }
  run()
  return { look: () => summary(recent()), stop: () => stop.abort() }
}

/** One request; resolves however it ends. */
function ask(base: string, clock: Clock, stop: AbortSignal): Promise<Answer> {
  const at = clock.now()
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ at, failed: error.message })
    try {
      const headers = { 'user-agent': SELF_PROBE_AGENT, connection: 'close' }
      const asking = request(new URL('/', base), { agent: false, headers, signal: stop }, (response) => {
        response.on('end', () => resolve({ at, ms: clock.now() - at })).on('error', fail)
        response.resume()
      })
      asking.on('error', fail)
      asking.setTimeout(SELF_PROBE_PATIENCE_MS, () =>
        asking.destroy(new Error(`no answer in ${SELF_PROBE_PATIENCE_MS} ms`)),
      )
      asking.end()
    } catch (error) {
      fail(error as Error)
    }
  })
}

function summary(answers: readonly Answer[]): SelfProbeReading {
  const times = answers.flatMap(({ ms }) => ms ?? []).sort((a, b) => a - b)
  const [newest, p50Ms, p99Ms] = [answers.at(-1), rank(times, 0.5), rank(times, 0.99)]
  return {
    answered: times.length,
    ...(newest?.ms !== undefined && { newestMs: newest.ms }),
    ...(p50Ms !== undefined && p99Ms !== undefined && { p50Ms, p99Ms }),
    ...(newest?.failed !== undefined && { failed: newest.failed }),
  }
}

function rank(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
}
