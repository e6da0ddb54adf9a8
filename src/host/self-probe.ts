import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/thrown.ts'
import { type Answer, askSelf } from './own-request.ts'

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
  /** Why it cannot ask: then nothing was sent, and nothing has failed. */
  readonly unable?: string
}

/** Asks the service itself from time to time. Looking asks nothing. */
export interface SelfProbe {
  look(): SelfProbeReading
  stop(): void
}

export interface SelfProbeSetup {
  readonly clock: Clock
  /** As of now: while it is undefined, nobody is asked. A host's own function, that may throw. */
  readonly address: () => string | undefined
  readonly everyMs: number
  /** How many others have been answered so far. */
  readonly others: () => number
}

const WINDOW_MS = 60_000

/**
 * Begins to ask `GET /` through the service's own socket, one request at a time, each on a connection of its own as a user's is.
 * Whoever has others to answer is not asked: their trips tell more, and the own request would be one more for a service that is busy.
 */
export function probeSelf({ clock, address, everyMs, others }: SelfProbeSetup): SelfProbe {
  const stop = new AbortController()
  let answers: readonly Answer[] = []
  const recent = () => answers.filter(({ at }) => at > clock.now() - WINDOW_MS)
  const run = async () => {
    for (;;) {
      const before = others()
      // First of all: a service that has just begun to listen has others to answer, and is at its slowest.
      await clock.sleep(everyMs, stop.signal)
      if (stop.signal.aborted) return
      if (others() !== before) continue
      const answer = await askAt(address, clock, stop.signal)
      if (answer) answers = [...recent(), answer]
    }
  }
  run()
  return { look: () => summary(recent()), stop: () => stop.abort() }
}

async function askAt(address: SelfProbeSetup['address'], clock: Clock, stop: AbortSignal): Promise<Answer | undefined> {
  try {
    const base = address()
    return base ? await askSelf(base, clock, stop) : undefined
  } catch (error) {
    return { at: clock.now(), unable: `its address cannot be told: ${messageOf(error)}` }
  }
}

function summary(answers: readonly Answer[]): SelfProbeReading {
  const times = answers.flatMap(({ ms }) => ms ?? []).sort((a, b) => a - b)
  const [newest, p50Ms, p99Ms] = [answers.at(-1), rank(times, 0.5), rank(times, 0.99)]
  return {
    answered: times.length,
    ...(newest?.ms !== undefined && { newestMs: newest.ms }),
    ...(p50Ms !== undefined && p99Ms !== undefined && { p50Ms, p99Ms }),
    ...(newest?.failed !== undefined && { failed: newest.failed }),
    ...(newest?.unable !== undefined && { unable: newest.unable }),
  }
}

function rank(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
}
