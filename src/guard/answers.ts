import { apart, inWords } from '../core/wording.ts'
import type { Answers, Told } from './contract.ts'
import { type Finding, whatItDoes } from './finding.ts'
import { guardMetrics } from './metrics.ts'
import type { Pulse } from './pulse.ts'

/** Everything an answer is made of. */
export interface Knowledge {
  /** From this silence on the main thread counts as stopped. */
  readonly silenceMs: number
  readonly pulse: Pulse
  readonly finding: Finding
  readonly answers: Answers
}

/** What the one who asks may read. */
export interface Rights {
  /** Reasons. */
  readonly reasons: boolean
  readonly metrics: boolean
}

export interface Reply {
  readonly status: number
  readonly body: string
  /** Default: plain text. */
  readonly type?: string
  /** Names and values in turns. */
  readonly headers?: readonly string[]
}

/** An answer stays under the 10 KiB that a kubelet reads: main's own has 8 at most, and a path may be as long as it likes. */
const LONGEST_REASON = 1_000
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const NEEDS_TOKEN: Reply = {
  status: 401,
  body: 'the token is needed: Authorization: Bearer, or Basic with the token as password\n',
  headers: ['WWW-Authenticate', 'Basic realm="failweb", charset="UTF-8", Bearer realm="failweb"'],
}

/** The answer to one request. What is asked for beyond the path (`?peek`, `?verbose`) changes nothing: the guard never draws. */
export function replyTo(method: string, url: string, knowledge: Knowledge, rights: Rights): Reply {
  const route = ROUTES[pathOf(url)]
  if (!route) return { status: 404, body: 'Not Found\n' }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, body: 'Method Not Allowed\n', headers: ['Allow', 'GET, HEAD'] }
  }
  return route(knowledge, rights)
}

type Route = (knowledge: Knowledge, rights: Rights) => Reply

const ROUTES: Readonly<Partial<Record<string, Route>>> = Object.assign(Object.create(null), {
  '/livez': replyLive,
  '/healthz': replyHeartbeat,
  '/metrics': replyMetrics,
})

function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function replyLive(knowledge: Knowledge, rights: Rights): Reply {
  const { pulse, answers } = knowledge
  if (pulse.state !== 'stopped') return asTold(answers.live, rights)
  return { status: 503, body: `Service Unavailable\n${objection(knowledge, rights)}` }
}

/** The percentage of the last draw stays; what has failed since is that nobody could draw any more. */
function replyHeartbeat(knowledge: Knowledge, rights: Rights): Reply {
  const { pulse, answers } = knowledge
  const told = asTold(answers.heartbeatPeek, rights)
  if (pulse.state !== 'stopped') return told
  const [first = '', ...rest] = told.body.split(/(?<=\n)/)
  const failed = first.replace(/^OK/, 'Server Error')
  return { status: 500, body: `${failed}${objection(knowledge, rights)}${rest.join('')}` }
}

function replyMetrics({ pulse }: Knowledge, { metrics }: Rights): Reply {
  if (!metrics) return NEEDS_TOKEN
  return { status: 200, body: guardMetrics(pulse), type: METRICS_TYPE }
}

function asTold({ status, body, openBody = body }: Told, { reasons }: Rights): Reply {
  return { status, body: reasons ? openBody : body }
}

/** In the form of every objection of a probe: the name, then why. That it is silent can be seen by anyone who asks it anything. */
function objection({ pulse, finding, silenceMs }: Knowledge, { reasons }: Rights): string {
  const word = apart(inWords, pulse.silentMs, [silenceMs])
  const seen = `silent for ${word(pulse.silentMs)}, fails after ${word(silenceMs)}`
  return `main-thread: ${seen}: ${reasons ? whatItDoes(finding).slice(0, LONGEST_REASON) : 'reason withheld'}\n`
}
