import type { IncomingMessage } from 'node:http'
import type { Clock } from '../core/clock.ts'
import type { Agent } from '../metrics/requests.ts'
import type { Visit } from '../page/view.ts'

/** Remembers who came to the probes' routes. Bounded, and cheap on the way of a request: a count and a time. */
export interface Visitors {
  /** `path` is one of the routes, never the path that came. */
  came(path: string, code: number, agent: Agent): void
  /** Who asked had gone before the answer. */
  left(path: string, agent: Agent): void
  /** The heartbeat drew. */
  drew(failed: boolean): void
  /** How many draws have failed one after another, up to the last. */
  readonly failedInARow: number
  /** When the first of these was, in milliseconds since 1970; undefined while the last has not failed. */
  readonly failedSince: number | undefined
  /** Grows with every visit and draw: the same number, the same visits. */
  readonly count: number
  list(): readonly Visit[]
}

/** So many of the newest visits tell how often somebody comes. */
const RECENT = 8

/** How often there was an answer, and when there last was, on the monotonic clock. */
interface Answers {
  count: number
  lastNow: number
}

interface Seen {
  readonly agent: Agent
  readonly path: string
  readonly codes: Map<number, Answers>
  /** When the newest visits came, on the monotonic clock; written round and round. */
  readonly recent: Float64Array
  visits: number
  unanswered: number
  /** 0 where the last had gone before its answer. */
  lastCode: number
}

export function createVisitors(clock: Clock): Visitors {
  const seen = new Map<string, Map<Agent, Seen>>()
  let count = 0
  let failedInARow = 0
  let failedSince: number | undefined
  const meet = (path: string, agent: Agent): Seen => {
    const agents = seen.get(path) ?? new Map<Agent, Seen>()
    const known = agents.get(agent) ?? newcomer(path, agent)
    seen.set(path, agents.set(agent, known))
    return known
  }
  const visit = (path: string, agent: Agent, code: number): Seen => {
    const visitor = seen.get(path)?.get(agent) ?? meet(path, agent)
    visitor.recent[visitor.visits++ % RECENT] = clock.now()
    visitor.lastCode = code
    count++
    return visitor
  }
  return {
    came(path, code, agent) {
      const { codes, recent, visits } = visit(path, agent, code)
      const known = codes.get(code) ?? { count: 0, lastNow: 0 }
      if (known.count++ === 0) codes.set(code, known)
      known.lastNow = recent[(visits - 1) % RECENT] ?? 0
    },
    left(path, agent) {
      visit(path, agent, 0).unanswered++
    },
    drew(failed) {
      failedInARow = failed ? failedInARow + 1 : 0
      failedSince = failed ? (failedSince ?? clock.date().getTime()) : undefined
      count++
    },
    get failedInARow() {
      return failedInARow
    },
    get failedSince() {
      return failedSince
    },
    get count() {
      return count
    },
    list() {
      const now = { date: clock.date().getTime(), now: clock.now() }
      return [...seen.values()].flatMap((agents) => [...agents.values()].map((one) => shown(one, now)))
    },
  }
}

function newcomer(path: string, agent: Agent): Seen {
  return { agent, path, codes: new Map(), recent: new Float64Array(RECENT), visits: 0, unanswered: 0, lastCode: 0 }
}

function shown(
  { agent, path, codes, recent, visits, unanswered, lastCode }: Seen,
  { date, now }: { date: number; now: number },
): Visit {
  const kept = Math.min(visits, RECENT)
  const last = recent[(visits - 1) % RECENT] ?? now
  const first = recent[visits > RECENT ? visits % RECENT : 0] ?? now
  const sorted = [...codes].sort(([a], [b]) => a - b)
  const atOf = (then: number) => Math.round(date - (now - then))
  const others = sorted.filter(([code]) => code !== lastCode)
  return {
    agent,
    path,
    unanswered,
    ...(lastCode > 0 && { lastCode }),
    lastAt: atOf(last),
    codes: sorted.map(([code, { count }]) => [code, count] as const),
    ...(others.length > 0 && { others: others.map(([code, { lastNow }]) => [code, atOf(lastNow)] as const) }),
    ...(kept >= 3 && { everyMs: (last - first) / (kept - 1) }),
  }
}

/** Who asks, in three words, as far as the User-Agent tells: a label must be bounded. */
export function agentOf({ headers }: IncomingMessage): Agent {
  const { 'user-agent': userAgent = '' } = headers
  if (userAgent.startsWith('kube-probe/')) return 'kube-probe'
  return userAgent.startsWith('Prometheus/') ? 'prometheus' : 'other'
}
