import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { Clock } from '../../core/clock.ts'
import { wakingClock } from '../../system-clock.ts'
import { KUBELETS, type KubeletProfile } from './profile.ts'

/** What one probe came to. An `error` is the prober's own failing: it moves no counter, and is tried three times. */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'error'
  /** The body of a success, the words of the event for all else. */
  readonly message: string
  /** From the first connect to the end of what was read. */
  readonly tookMs: number
}

export interface HttpProbeOutcome extends ProbeOutcome {
  /** The status of the last answer, if its head was read. */
  readonly statusCode?: number
  /** Requests that the server may have seen: more than one where a redirect was followed. */
  readonly requests: number
}

export interface HttpProbeOptions {
  /** For connecting, every redirect, head and body together. */
  readonly timeoutMs: number
  /** `Host`, `User-Agent` and `Accept` replace the kubelet's own; an empty `Accept` removes it. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: today's. */
  readonly kubelet?: KubeletProfile
  readonly clock?: Clock
}

/** As much of a body as is read; the connection is closed on the rest, and that is a success. */
const LONGEST_BODY_BYTES = 10 * 1024

const MOST_REQUESTS = 10

/** Of all headers of an answer. Source: Go, net/http, the default of Transport.MaxResponseHeaderBytes. Node's own would be 16 KiB. */
const LONGEST_HEAD_BYTES = 10 * 2 ** 20

/**
 * One HTTP probe, as the kubelet's prober makes it: 200–399 succeeds (3xx with a warning), redirects are followed on the same host
 * only, TLS is not verified, and an answer that stalls in its body is an error rather than a failure.
 * Source: Kubernetes 1.20.2, pkg/probe/http. Never rejects.
 *
 * One thing is otherwise: an answer that says its Content-Length twice, and the same, is one to Go; Node's parser takes none, whatever it
 * is told, and it is a failure here.
 */
export async function httpProbe(url: string, options: HttpProbeOptions): Promise<HttpProbeOutcome> {
  const { timeoutMs, headers = {}, kubelet = KUBELETS.current, clock = wakingClock } = options
  const begun = clock.now()
  const answered = new AbortController()
  const late = new AbortController()
  clock.sleep(timeoutMs, answered.signal).then(() => late.abort())
  const course = new Course(new URL(url), probeHeaders(headers, kubelet), late.signal)
  const conclusion = await course.run(kubelet)
  answered.abort()
  return { ...conclusion, requests: course.requests, tookMs: clock.now() - begun }
}

type Conclusion = Omit<HttpProbeOutcome, 'tookMs' | 'requests'>

type Request = (url: string, options: RequestOptions) => ClientRequest

/** What Go's client speaks. A redirect on the same host may name something else: then the probe has failed. */
const REQUESTS: Readonly<Record<string, Request>> = { 'http:': httpRequest, 'https:': httpsRequest }

/** What Go's client sends as the name of no header, and in none: it asks nobody then. All else goes out, in UTF-8. */
const NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/

/** One probe's way through its redirects. */
class Course {
  requests = 0
  readonly #first: URL
  readonly #headers: Readonly<Record<string, string>>
  readonly #late: AbortSignal

  constructor(first: URL, headers: Readonly<Record<string, string>>, late: AbortSignal) {
    this.#first = first
    this.#headers = headers
    this.#late = late
  }

  async run(kubelet: KubeletProfile): Promise<Conclusion> {
    const refusal = refusalOf(this.#headers)
    if (refusal !== undefined) return failure(`Get "${this.#first.href}": ${refusal}`)
    let url = this.#first
    let referer: string | undefined
    for (;;) {
      const head = await this.#ask(url, referer)
      if (typeof head === 'string') return failure(`Get "${url.href}": ${head}`)
      const location = redirectOf(head)
      if (location === undefined) return conclude(head, kubelet, this.#late)
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
      if (next && next.hostname !== this.#first.hostname) return conclude(head, kubelet, this.#late)
      head.destroy()
      if (!next) return failure(`Get "${url.href}": failed to parse Location header "${location}"`)
      if (this.requests >= MOST_REQUESTS) return failure(`Get "${location}": stopped after 10 redirects`)
      referer = url.href
      url = next
    }
  }

  /** The head of the answer, or why there is none. */
  #ask(url: URL, referer: string | undefined): Promise<IncomingMessage | string> {
    const headers = { Host: url.host, ...this.#headers, ...(referer === undefined ? {} : { Referer: referer }) }
    const begin = REQUESTS[url.protocol]
    if (!begin) return Promise.resolve(`unsupported protocol scheme "${url.protocol.slice(0, -1)}"`)
    this.requests += 1
    return new Promise<IncomingMessage | string>((resolve) => {
      const asked = begin(url.href, {
        headers,
        agent: false,
        rejectUnauthorized: false,
        maxHeaderSize: LONGEST_HEAD_BYTES,
      })
      const giveUp = () => {
        resolve('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')
        asked.destroy()
      }
      if (this.#late.aborted) return giveUp()
      this.#late.addEventListener('abort', giveUp, { once: true })
      asked.on('response', resolve)
      asked.on('error', (error) => resolve(inWordsOfGo(error, url)))
      asked.end()
      // What Node does not even begin to ask, as a user's name in a redirect that cannot be decoded, it throws.
    }).catch((error) => inWordsOfGo(error, url))
  }
}

/** Judges an answer by its status, once its body has been read as far as the kubelet reads it. */
async function conclude(head: IncomingMessage, kubelet: KubeletProfile, late: AbortSignal): Promise<Conclusion> {
  const statusCode = head.statusCode ?? 0
  const { body, problem } = await readBody(head, late)
  if (problem !== undefined) return { result: 'error', message: problem, statusCode }
  if (statusCode < 200 || statusCode >= 400) {
    return { ...failure(`HTTP probe failed with statuscode: ${statusCode}`), statusCode }
  }
  if (statusCode >= 300) return { result: 'warning', message: kubelet.warning(body), statusCode }
  return { result: 'success', message: body, statusCode }
}

function readBody(head: IncomingMessage, late: AbortSignal): Promise<{ body: string; problem?: string }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const end = (problem?: string) => {
      const body = Buffer.concat(chunks).subarray(0, LONGEST_BODY_BYTES).toString()
      resolve(problem === undefined ? { body } : { body, problem })
      head.destroy()
    }
    const giveUp = () => end('context deadline exceeded (Client.Timeout or context cancellation while reading body)')
    if (late.aborted) return giveUp()
    late.addEventListener('abort', giveUp, { once: true })
    head.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= LONGEST_BODY_BYTES) end()
    })
    head.on('end', () => end())
    head.on('error', () => end('unexpected EOF'))
  })
}

const failure = (message: string): Conclusion => ({ result: 'failure', message })

/** Where an answer sends the client; a 3xx without a Location, and those that are no redirect, stand as they are. */
function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) && headers.location ? headers.location : undefined
}

function probeHeaders(given: Readonly<Record<string, string>>, kubelet: KubeletProfile): Record<string, string> {
  const own = Object.fromEntries(Object.entries(given).map(([name, value]) => [canonical(name), inBytes(value)]))
  const headers: Record<string, string> = { 'User-Agent': kubelet.agent, Accept: '*/*', ...own, Connection: 'close' }
  if (headers['Accept'] === '') delete headers['Accept']
  return headers
}

/** Go sends the bytes of UTF-8, and Node a byte for each character, refusing those that have none. */
function inBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

function refusalOf(headers: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name)) return `net/http: invalid header field name "${name}"`
    if (UNSENDABLE.test(value)) return `net/http: invalid header field value for "${name}"`
  }
  return undefined
}

/** `user-agent` → `User-Agent`, so that a name written in another case still replaces the kubelet's. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (first) => first.toUpperCase())
}

/** The kubelet is written in Go, and its events carry the words of Go's errors. */
export function inWordsOfGo(error: NodeJS.ErrnoException, { hostname, port, protocol }: URL): string {
  const address = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname}: no such host`
    case 'ECONNRESET':
      return error.message === 'socket hang up' ? 'EOF' : `read tcp ${address}: read: connection reset by peer`
    case 'HPE_HEADER_OVERFLOW':
      return `net/http: server response headers exceeded ${LONGEST_HEAD_BYTES} bytes; aborted`
    default:
      return error.code?.startsWith('HPE_') ? `malformed HTTP response: ${error.message}` : error.message
  }
}
