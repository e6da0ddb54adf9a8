import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { SetupError } from '../core/setup-error.ts'
import { wakingClock } from '../system-clock.ts'
import type { Terminal } from './command.ts'
import { harmless } from './display.ts'
import type { OptionReader } from './option-reader.ts'
import { configFrom } from './settings.ts'

/** A running service, and how it is asked. */
export interface ServiceTarget {
  /** Without a slash at its end; a path is put before every route. */
  readonly url: string
  readonly token?: string
}

export interface ServiceReply {
  readonly status: number
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
  /** The body, or its beginning, in one harmless line. */
  readonly line: string
}

/** A service that cannot be asked: nobody listens, nobody answers, or it is something else. The message is one harmless line. */
export class CannotAsk extends Error {
  override readonly name = 'CannotAsk'
}

/** Options of every command that asks a running service. */
export const TARGET_OPTIONS = ['token-file', 'config'] as const

export const TARGET_HELP = `  --token-file FILE    the service's token; default as serve has it: FAILWEB_TOKEN, or tokenFile
  --config FILE        the settings of the service, for its port and token (also FAILWEB_CONFIG)`

/** What says where a service listens and with which token; all else in the environment is not for a command that only asks. */
const READ_VARIABLES = ['PORT', 'FAILWEB_HOST', 'FAILWEB_TOKEN', 'FAILWEB_TOKEN_FILE', 'FAILWEB_CONFIG']

/** What a URL of a service looks like, in words. */
export const URL_EXPECTED = 'a URL such as http://127.0.0.1:8080'

/**
 * The service at `url`; without one, the one that `failweb serve` would be here.
 * @throws {SetupError} for wrong usage, with every mistake that the reader has found, or for wrong setup
 */
export async function targetOf(
  url: string | undefined,
  reader: OptionReader,
  env: Terminal['env'],
): Promise<ServiceTarget> {
  const file = reader.text('token-file', undefined, 'the name of a file')
  const config = reader.text('config', undefined, 'the name of a file')
  reader.finish()
  const isRead = (name: string) => READ_VARIABLES.includes(name) && !(file !== undefined && name === 'FAILWEB_TOKEN')
  const { service } = await configFrom(
    { values: new Map(Object.entries({ ...(file && { tokenFile: file }), ...(config && { config }) })) },
    Object.fromEntries(Object.entries(env).filter(([name]) => isRead(name))),
  )
  const { token, host, port } = service
  const chosen = url === undefined ? ownUrl(host, port) : baseOf(url)
  return { url: chosen, ...(token !== undefined && { token }) }
}

function ownUrl(host: string | undefined, port: number): string {
  if (port === 0) throw new SetupError(['the port is 0, a free one: give the URL of the service'])
  const isAny = host === undefined || host === '::' || host === '0.0.0.0'
  return `http://${isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`
}

/** `localhost:8080` and `http://host/internal/healthz` are as good as `http://host/internal`. */
function baseOf(text: string): string {
  const url = text.includes('://') ? text : `http://${text}`
  if (text.trim() === '') throw new SetupError([`the URL: expected ${URL_EXPECTED}; got nothing`])
  if (!URL.canParse(url)) throw new SetupError([`${harmless(text)}: expected ${URL_EXPECTED}`])
  const { protocol, username, password, origin, pathname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new SetupError([`${harmless(text)}: expected a URL that begins with http:// or https://`])
  if (username !== '' || password !== '')
    throw new SetupError(['the URL: expected no password in it; give the token with --token-file or FAILWEB_TOKEN'])
  return origin + pathname.replace(/\/(healthz)?\/?$/, '')
}

const TIMEOUT_MS = 5_000
const LONGEST_BODY_BYTES = 8 * 2 ** 20

/** Asks once. Not by `fetch`, which refuses ports such as 6000 and 10080. @throws {CannotAsk} where there is no answer */
export async function askService(
  target: ServiceTarget,
  path: string,
  { method = 'GET', signal }: { readonly method?: string; readonly signal?: AbortSignal } = {},
): Promise<ServiceReply> {
  const { url } = target
  const [late, answered] = [new AbortController(), new AbortController()]
  wakingClock.sleep(TIMEOUT_MS, answered.signal).then(() => answered.signal.aborted || late.abort())
  const giveUp = () => late.abort(GIVEN_UP)
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const { status, body } = await exchange(target, path, method, late.signal)
    return { status, json: jsonIn(body), line: harmless(body.slice(0, 400)) }
  } catch (error) {
    const isLate = late.signal.aborted && late.signal.reason !== GIVEN_UP
    throw new CannotAsk(
      isLate
        ? `no answer from ${url} within ${TIMEOUT_MS / 1000} s: it may hang; its log says where if its guard is on`
        : whyNot(error, url),
    )
  } finally {
    answered.abort()
    signal?.removeEventListener('abort', giveUp)
  }
}

const GIVEN_UP = 'given up'

function exchange({ url, token }: ServiceTarget, path: string, method: string, signal: AbortSignal) {
  const begin = url.startsWith('https:') ? httpsRequest : httpRequest
  const headers = {
    Accept: 'application/health+json',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  }
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    // A connection each: one that is kept may be closed by the service in the very moment in which it is used again.
    const asked = begin(url + path, { method, headers, signal, agent: false }, (reply) => {
      bodyOf(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body }), reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

async function bodyOf(reply: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of reply) {
    bytes += chunk.length
    if (bytes > LONGEST_BODY_BYTES) throw new Error(`its answer is longer than ${LONGEST_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function whyNot(error: unknown, url: string): string {
  const { message, code = '' } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return `nothing listens at ${url}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no host ${new URL(url).hostname}`
  if (code.startsWith('HPE_')) return `what answers at ${url} does not speak HTTP`
  if (code === 'ECONNRESET') return `the connection to ${url} broke off`
  return harmless(`${url} cannot be asked: ${message || code}`)
}
