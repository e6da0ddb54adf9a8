import { connect } from 'node:net'
import type { Clock } from '../core/clock.ts'
import { shown } from '../core/setup-error.ts'
import { SELF_PROBE_AGENT } from '../core/surroundings.ts'
import { messageOf } from '../core/thrown.ts'

/** What came of one request that the service sent itself. */
export interface Answer {
  /** When it was sent, by the clock. */
  readonly at: number
  readonly ms?: number
  readonly failed?: string
  /** Why none was sent. */
  readonly unable?: string
}

/** An own request that has no answer by then is given up. */
export const SELF_PROBE_PATIENCE_MS = 5_000

/**
 * One request by plain HTTP; resolves however it ends. By hand over a socket: the streams of `node:http`'s client are of other shapes
 * than its server's, and to have seen both makes Node's own code slower for every request that is served (1.9 µs of 25).
 */
export function askSelf(base: string, clock: Clock, stop: AbortSignal): Promise<Answer> {
  const at = clock.now()
  return new Promise((resolve) => {
    const place = placeOf(base)
    if ('unable' in place) return resolve({ at, ...place })
    const fail = (error: unknown) => resolve({ at, failed: messageOf(error) })
    try {
      const { host, hostname, port } = place
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
      fail(error)
    }
  })
}

const ANSWERED = /^HTTP\/1\.[01] \d{3} /
const STATUS_LINE = 13

function quoted(head: string): string {
  return head === '' ? 'the end of the connection' : JSON.stringify(head.slice(0, STATUS_LINE))
}

interface Place {
  readonly host: string
  readonly hostname: string
  readonly port: number
}

/** Of a host that speaks HTTPS alone, a certificate would have to be trusted that is none of its own name: it is not asked. */
function placeOf(base: unknown): Place | { readonly unable: string } {
  const url = typeof base === 'string' && URL.canParse('/', base) ? new URL('/', base) : undefined
  if (!url) {
    // Not a password that stands in it: whoever may look would read it.
    const told = shown(base).replace(/\/\/[^/]*@/, '//…@')
    return { unable: `its address is ${told}; expected one such as http://127.0.0.1:3000` }
  }
  const { protocol, host, hostname, port } = url
  if (protocol !== 'http:')
    return { unable: `its address begins with ${protocol}//, and it asks by plain HTTP only (http://)` }
  return { host, hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port) }
}
