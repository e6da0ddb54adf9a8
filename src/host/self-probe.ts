import { connect } from 'node:net'
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
  /** How many others have been answered so far. */
  readonly others: () => number
}

/** An own request that has no answer by then is given up. */
export const SELF_PROBE_PATIENCE_MS = 5_000

const WINDOW_MS = 60_000

interface Answer {
  readonly at: number
  readonly ms?: number
  readonly failed?: string
}

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
      const base = address()
      if (base && others() === before) answers = [...recent(), await ask(base, clock, stop.signal)]
    }
  }
  run()
  return { look: () => summary(recent()), stop: () => stop.abort() }
}

/**
 * One request; resolves however it ends. By hand over a socket: the streams of `node:http`'s client are of other shapes than its server's,
 * and to have seen both makes Node's own code slower for every request that is served (1.9 µs of 25).
 */
function ask(base: string, clock: Clock, stop: AbortSignal): Promise<Answer> {
  const at = clock.now()
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ at, failed: error.message })
    try {
      const { host, hostname, port } = placeOf(base)
      const socket = connect({ host: hostname, port })
      // By hand: `connect`'s own option leaves a listener on the signal for each connection there ever was.
      const giveUp = () => socket.destroy(new Error('aborted, for the service stops'))
      stop.addEventListener('abort', giveUp)
      socket.on('close', () => stop.removeEventListener('abort', giveUp))
      let head = ''
      socket.on('data', (data) => {
        if (head.length < STATUS_LINE) head += data.toString('latin1', 0, STATUS_LINE)
      })
      // The answer ends with the connection, as it was asked to.
      socket.on('end', () =>
        ANSWERED.test(head) ? resolve({ at, ms: clock.now() - at }) : fail(new Error(`no answer, but ${quoted(head)}`)),
      )
      socket.on('error', fail)
      // Of the whole answer: a socket's own timeout begins anew with each byte.
      const ended = new AbortController()
      socket.on('close', () => ended.abort())
      clock.sleep(SELF_PROBE_PATIENCE_MS, ended.signal).then(() => {
        if (!ended.signal.aborted) socket.destroy(new Error(`no whole answer in ${SELF_PROBE_PATIENCE_MS} ms`))
      })
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${SELF_PROBE_AGENT}\r\nConnection: close\r\n\r\n`)
    } catch (error) {
      fail(error as Error)
    }
  })
}

const ANSWERED = /^HTTP\/1\.[01] \d{3} /
const STATUS_LINE = 13

function quoted(head: string): string {
  return head === '' ? 'the end of the connection' : JSON.stringify(head.slice(0, STATUS_LINE))
}

/** @throws for what is no address of a plain HTTP service */
function placeOf(base: string): { readonly host: string; readonly hostname: string; readonly port: number } {
  const { protocol, host, hostname, port } = new URL('/', base)
  if (protocol !== 'http:') throw new Error(`${base}: expected an address that begins with http://`)
  return { host, hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port) }
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
