import type { Clock } from '../core/clock.ts'
import type { LoopReading } from '../core/surroundings.ts'
import { watchAcceptQueue } from './accept-queue.ts'
import { type Answer, askSelf } from './own-request.ts'

/** What the service learned by asking itself over the last minute. */
export interface SelfProbeReading {
  /** How many of the last minute's own requests were answered. */
  readonly answered: number
  /** Milliseconds, of those; absent where none was. */
  readonly newestMs?: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** How long the newest waited until its connection was taken up, at the least; absent where that is not known. */
  readonly queuedMs?: number
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
  /** How many others have been answered so far. */
  readonly others: () => number
  /** How the loop did. */
  readonly loop: () => Pick<LoopReading, 'activeMs' | 'idleMs'>
  /** From here on waiting to be taken up is too long. */
  readonly slowMs: number
  /** Told that so many connections waited to be taken up, each for that long at the least. */
  readonly onQueued: (milliseconds: number, connections: number) => void
}

const WINDOW_MS = 60_000
/** A loop that worked for more of the time than this may have let others wait. */
const BUSY = 0.5
/** While own requests wait too long, the next one is sent so soon after the last. */
const AGAIN_MS = 1_000

/** A request that waited too long to be taken up, and what had been counted when it was over. */
interface Queued {
  readonly ms: number
  readonly taken: number
  readonly others: number
}

/**
 * Begins to ask `GET /` through the service's own socket, one request at a time, each on a connection of its own as a user's is.
 * Whoever has others to answer is not asked: their trips tell more. Unless its loop is busy: then others may wait where no trip has
 * begun, and an own request is the only one of which that is known. What two in a row waited, those that were taken up in between
 * waited too.
 */
export function probeSelf({ clock, address, everyMs, others, loop, slowMs, onQueued }: SelfProbeSetup): SelfProbe {
  const stop = new AbortController()
  const queue = watchAcceptQueue(clock)
  let answers: readonly Answer[] = []
  let last: Queued | undefined
  const recent = () => answers.filter(({ at }) => at > clock.now() - WINDOW_MS)
  const ask = async (base: string) => {
    const answer = await askSelf(base, clock, queue, stop.signal)
    answers = [...recent(), answer]
    const queued = { ms: answer.queuedMs ?? 0, taken: queue.taken(), others: others() }
    // Of those taken up one was its own, and some may have asked nothing.
    const between = last ? Math.min(queued.taken - last.taken - 1, queued.others - last.others) : 0
    const isQueued = queued.ms > slowMs
    if (last && isQueued && between > 0) onQueued(Math.min(last.ms, queued.ms), between)
    last = isQueued ? queued : undefined
  }
  const run = async () => {
    for (;;) {
      const [before, worked] = [others(), loop()]
      // First of all: a service that has just begun to listen has others to answer, and is at its slowest.
      await clock.sleep(last ? Math.min(everyMs, AGAIN_MS) : everyMs, stop.signal)
      if (stop.signal.aborted) return
      const base = address()
      if (base && (last || others() === before || shareOf(worked, loop()) > BUSY)) await ask(base)
      else last = undefined
    }
  }
  run()
  return {
    look: () => summary(recent()),
    stop() {
      stop.abort()
      queue.stop()
    },
  }
}

type Work = ReturnType<SelfProbeSetup['loop']>

/** For how much of the time the loop worked. */
function shareOf(before: Work, now: Work): number {
  const [active, idle] = [now.activeMs - before.activeMs, now.idleMs - before.idleMs]
  return active / Math.max(1, active + idle)
}

function summary(answers: readonly Answer[]): SelfProbeReading {
  const times = answers.flatMap(({ ms }) => ms ?? []).sort((a, b) => a - b)
  const [newest, p50Ms, p99Ms] = [answers.at(-1), rank(times, 0.5), rank(times, 0.99)]
  return {
    answered: times.length,
    ...(newest?.ms !== undefined && { newestMs: newest.ms }),
    ...(p50Ms !== undefined && p99Ms !== undefined && { p50Ms, p99Ms }),
    ...(newest?.queuedMs !== undefined && { queuedMs: newest.queuedMs }),
    ...(newest?.failed !== undefined && { failed: newest.failed }),
  }
}

function rank(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
}
