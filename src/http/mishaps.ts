import type { Clock } from '../core/clock.ts'
import type { Remark } from '../core/remark.ts'
import { inNumber, inWords } from '../core/wording.ts'
import type { Agent } from '../metrics/requests.ts'

/** What went wrong for those who asked, though no check judges it. Costs nothing where all goes well. */
export interface Mishaps {
  /** A user's request was answered with a server error. `trip` as the trips are named: `GET /orders/:id`. */
  failed(trip: string, code: number): void
  /** A probe's answer took {@link LATE_MS} or more. `path` is the route's, never the one that came. */
  late(path: string, agent: Agent): void
  /** A user had waited for {@link LATE_MS} or more and had gone before there was any answer. */
  givenUp(trip: string): void
  /** Who asked a probe had gone before it was answered. */
  left(path: string, agent: Agent): void
  /** What happened in the last five minutes, one for each kind. */
  remarks(): readonly Remark[]
}

/** How long a kubelet waits for an answer unless it is told another `timeoutSeconds`. */
export const LATE_MS = 1_000
/** After so many in a row a kubelet restarts the container (`failureThreshold`, by default). */
const IN_A_ROW = 3
/** As its probes are counted here, whether it waited for the answer or not. */
const LIVENESS = /\/livez of kube-probe(,|$)/

/** What came so lately is not over for want of anybody who asked since. */
const JUST_NOW_MS = 3_000

const SLOT_MS = 30_000
const SLOTS = 10
/** So many are told apart in half a minute: routes and codes are the service's own, but they may be many. */
const MOST_KINDS = 20
const MOST_TOLD = 3

/** How many requests were answered. */
export interface Answered {
  /** Of users', in the last five minutes. */
  lately(): number
  /** The same since the process began. */
  ever(): number
  /** Of probes', since the process began. */
  probes(): number
}

export function createMishaps(clock: Clock, requests: Answered): Mishaps {
  const failures = new Recent(clock, requests.ever)
  const waits = new Recent(clock, requests.ever)
  const delays = new Recent(clock, requests.probes)
  return {
    failed: (trip, code) => failures.add(`${trip} with ${code}`),
    givenUp: (trip) => waits.add(trip),
    late: (path, agent) => delays.add(path + askedBy(agent)),
    left: (path, agent) => delays.add(`${path}${askedBy(agent)}, whose asker had hung up`),
    remarks: () => [
      ...told(failures, (times, which) => ({
        seen: `users got server errors ${times} in 5 min, of ${inNumber(requests.lately(), 'request')} (${which})`,
        fatal: 'of itself it ends nothing: no probe asks for it',
        advice: 'the service’s log says why (kubectl logs POD)',
      })),
      ...told(waits, (times, which) => ({
        seen: `users gave up waiting for any answer ${times} in 5 min (${which})`,
        fatal: 'of itself it ends nothing; latency judges such waits once there are enough',
        advice:
          'those requests wait for something that does not come: see what the route asks, and give that a timeout of its own',
      })),
      ...told(delays, (times, which) => ({
        seen: `probes were answered too late ${times} in 5 min (${which})`,
        ...(livenessIn(delays) >= IN_A_ROW && { mayEnd: true }),
        fatal: `one alone does nothing; after failureThreshold (${IN_A_ROW}) in a row the container is restarted, or gets no requests: a kubelet gives up after timeoutSeconds, ${inWords(LATE_MS)} by default, and counts that as a failure`,
        advice:
          'where event-loop stood still at that time, that held them up; else look at what stands before the answer, a middleware or a proxy (latency tells whether users wait, too)',
      })),
    ],
  }
}

/** How often a kubelet's liveness probe had no answer in time. */
function livenessIn(delays: Recent): number {
  return [...delays.counts()].reduce((sum, [kind, count]) => sum + (LIVENESS.test(kind) ? count : 0), 0)
}

/** Somebody who is neither is not named by it. */
function askedBy(agent: Agent): string {
  return agent === 'other' ? '' : ` of ${agent}`
}

function told(recent: Recent, remark: (times: string, which: string) => Remark): readonly Remark[] {
  const kinds = [...recent.counts()].sort(([, a], [, b]) => b - a)
  if (kinds.length === 0) return []
  const all = kinds.reduce((sum, [, count]) => sum + count, 0)
  const first = kinds.slice(0, MOST_TOLD).map(([kind, count]) => `${kind}: ${count}`)
  const rest = kinds.length > MOST_TOLD ? [`${kinds.length - MOST_TOLD} more`] : []
  const which = [[...first, ...rest].join(', '), recent.when()].join('; ')
  return [{ ...remark(inNumber(all, 'time'), which), since: recent.since, lately: recent.lately() }]
}

/** Counts by kind over the last five minutes, forgotten half a minute at a time; and since when there have been any. */
class Recent {
  readonly #clock: Clock
  #first = 0
  #newest = 0
  /** The newest on the monotonic clock, and how many of all there had been by then. */
  #newestNow = 0
  #newestOf = 0
  readonly #all: () => number
  #slots: readonly { readonly turn: number; readonly counts: Map<string, number> }[] = []

  /** @param all how many there have been of which these are some */
  constructor(clock: Clock, all: () => number) {
    this.#clock = clock
    this.#all = all
  }

  add(kind: string): void {
    this.#newest = this.#clock.date().getTime()
    this.#newestNow = this.#clock.now()
    this.#newestOf = this.#all()
    if (this.#current().length === 0) this.#first = this.#newest
    const turn = this.#turn()
    const newest = this.#slots.at(-1)
    const counts = newest?.turn === turn ? newest.counts : new Map<string, number>()
    if (newest?.turn !== turn) this.#slots = [...this.#current(), { turn, counts }]
    const known = counts.has(kind) || counts.size < MOST_KINDS ? kind : 'others'
    counts.set(known, (counts.get(known) ?? 0) + 1)
  }

  /** `the first at 2026-11-22T02:58:13Z, the newest at …`. A gap of five minutes begins anew. */
  when(): string {
    const [first, newest] = [timeOf(this.#first), timeOf(this.#newest)]
    return first === newest ? `at ${first}` : `the first at ${first}, the newest at ${newest}`
  }

  /** When the first of them was, in milliseconds since 1970. */
  get since(): number {
    return this.#first
  }

  lately(): string {
    const since = this.#all() - this.#newestOf
    if (since > 0)
      return `${inNumber(since, 'request')} since then, ${since === 1 ? 'which was not so' : 'none of them so'}`
    // That nobody has asked since does not show that it is over.
    return this.#clock.now() - this.#newestNow < JUST_NOW_MS
      ? 'it may go on'
      : 'nobody has asked since then, so that nothing shows whether it is over'
  }

  counts(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>()
    for (const { counts } of this.#current()) {
      for (const [kind, count] of counts) sums.set(kind, (sums.get(kind) ?? 0) + count)
    }
    return sums
  }

  #current() {
    return this.#slots.filter(({ turn }) => turn > this.#turn() - SLOTS)
  }

  #turn(): number {
    return Math.floor(this.#clock.now() / SLOT_MS)
  }
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
