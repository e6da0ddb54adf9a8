import type * as v from 'valibot'
import { defineCheck, type Verdict } from '../src/core/check.ts'
import { newest, type Samples } from '../src/core/samples.ts'
import type { LoopReading, LoopWatch } from '../src/core/surroundings.ts'
import { apart, inNumber, inPercent, inWords } from '../src/core/wording.ts'
import type { Throttling } from '../src/host/cpu.ts'
import { type QuotaWatch, watchQuota } from '../src/host/quota.ts'
import { above0, ratio, setting } from '../src/settings/fields.ts'
import { object } from '../src/settings/object.ts'

const settings = object({
  noticeMs: setting(above0, 250, 'its sentence points out a stall this long'),
  stallMs: setting(above0, 1_000, 'warns of a stall this long'),
  stalledRatio: setting(ratio, 0.2, 'warns when the stalls of 60 s together take this share'),
})

type Settings = v.InferOutput<typeof settings>

const MINUTE_MS = 60_000
/** From here on its sentence says how busy it is. */
const BUSY = 0.5
/** A start keeps the thread busy, and is over by then. */
const STARTED_MS = 10_000
/** What takes a smaller share of a stall is not worth a word. */
const HARDLY = 0.25
/** A stall that ended longer ago than this is over. */
const OVER_MS = 2_000

const RAISE = 'raise resources.limits.cpu, or take it away'
const RESERVE = 'give the container a larger share of its node (resources.requests.cpu), or a node with more room'
const GIVE =
  'give the container more CPU: resources.limits.cpu where nr_throttled rises (kubectl exec POD -- cat /sys/fs/cgroup/cpu.stat, with cgroup 1 /sys/fs/cgroup/cpu/cpu.stat), else resources.requests.cpu'
const FIND =
  'find the code that keeps the main thread, and do it in pieces or in a worker thread. While it lasts, kubectl exec POD -- kill -USR1 1 opens the inspector (port 9229) for a CPU profile; of one that is over, kubectl logs POD may show what it was at, and with guard.enabled the guard names the function next time'
const UNBLOCK =
  'find the call that waits, and give it a deadline or do it asynchronously; with guard.enabled the guard names it next time. Where no call waits, its memory is at the limit, as memory-headroom tells, or somebody suspends the container: SIGSTOP, a frozen node or VM'

export interface EventLoopReading extends LoopReading {
  /** What a CPU quota did in the last minute; absent where the kernel does not tell. */
  readonly quota?: Throttling
}

interface Held {
  readonly loop: LoopWatch
  readonly quota: QuotaWatch
}

/** Why the event loop stood still. Nobody is to look in the code for what a quota does, nor the other way round. */
interface Cause {
  /** @param part `1.5 s of these 3 s` of the first cause that is told, `1.5 s` of others */
  words(part: string, isFirst: boolean): string
  /** Absent where nobody can tell: then the check's own advice says what to do in either case. */
  readonly advice?: string
}

/** By its quota or beside it, where the kernel tells what that did: whose quota ran out for less than half of it has others to blame. */
function starvedBy(ms: number, quota: Throttling | undefined): Cause {
  const [how, advice] = quota ? whoKeeps(ms, quota) : ['as a CPU quota or a crowded node does', GIVE]
  return { words: (part) => `the process was kept from running for ${part}, ${how}`, advice }
}

function whoKeeps(ms: number, { periods, throttled, throttledMs }: Throttling): readonly [how: string, advice: string] {
  if (periods === 0) return ['as a crowded node does (no CPU quota is seen here)', RESERVE]
  if (throttledMs >= ms / 2)
    return [`as its CPU quota ran out in ${throttled} of ${inNumber(periods, 'period')}`, RAISE]
  return [`as a crowded node does (${throttled > 0 ? 'hardly' : 'not'} by its CPU quota)`, RESERVE]
}

const COMPUTED: Cause = {
  words: (part, isFirst) => `${isFirst ? 'the thread' : 'it'} computed for ${part}`,
  advice: FIND,
}

/** Whoever sleeps in a call and whoever is stopped neither runs nor wants to. */
const WAITED: Cause = {
  words: (part, isFirst) =>
    isFirst
      ? `the thread waited for ${part} in a call that does not return (execSync, readFileSync, a lock), or was suspended from outside, which look alike`
      : `for ${part} it waited in a call, or was suspended`,
  advice: UNBLOCK,
}

/** Where the kernel does not tell whether it ran. */
const BLOCKED: Cause = {
  words: (_, isFirst) =>
    isFirst
      ? 'blocked by work that does not let go, or suspended from outside, which look alike'
      : 'for the rest, by work that does not let go, or a suspension',
}

/**
 * Whether the one thread that serves everything stands still. Judged by the longest stall and their sum, never by percentiles of a
 * sampled delay, which a stall of two seconds hardly moves. It never fails: a blocked thread cannot say so while it is blocked.
 */
export const eventLoopCheck = defineCheck<EventLoopReading, Settings, Held>({
  name: 'event-loop',
  about: 'for how long the event loop stands still, at once and in all',
  cure: 'wait',
  advice: `where it computed, ${FIND}; where it waited, ${UNBLOCK}; where its CPU quota or a crowded node kept it from running, ${GIVE}`,
  settings,
  rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 2, toRecover: 3 },
  keep: 2,
  values: {
    longest_stall_seconds: 'the longest stall of the last 60 s',
    stalled_ratio: 'the share of the last 60 s in which the event loop stood still',
    starved_ratio:
      'the share of the last 60 s in which it stood still because the thread waited for a processor; absent where the kernel does not tell',
    computing_ratio:
      'the share of the last 60 s in which it stood still because it computed; absent where the kernel does not tell',
    utilization_ratio: 'the share of the time since the last look in which the event loop ran code',
  },
  observes: { measurement: 'utilization', value: 'utilization_ratio' },
  open: (_settings, { loop, clock }) => ({ loop: loop.watch(), quota: watchQuota(clock) }),
  close({ loop, quota }) {
    loop.stop()
    quota.stop()
  },
  sense({ held: { loop, quota } }) {
    const [stalls, seen] = [loop.look(), quota.look()]
    return seen ? { quota: seen, ...stalls } : stalls
  },
  judge(samples, settings) {
    const { reading } = newest(samples)
    const { longestMs, stalledMs } = reading
    const tooLong = longestMs > settings.stallMs || stalledMs > settings.stalledRatio * MINUTE_MS
    const causes = tooLong ? causesOf(reading) : []
    const advice = tooLong ? adviceOn(causes) : undefined
    return {
      status: tooLong ? 'warn' : 'pass',
      because: sentence(reading, settings, causes, utilizationOf(samples)),
      ...(advice !== undefined && { advice }),
      values: valuesOf(samples),
    }
  },
})

/** @param causes none where it passes */
function sentence(reading: EventLoopReading, settings: Settings, causes: Causes, utilization = 0): string {
  const { longestMs, longestAgoMs = 0, stalledMs, watchedMs } = reading
  const mostMs = settings.stalledRatio * MINUTE_MS
  const [once, all] = [apart(inWords, longestMs, [settings.stallMs]), apart(inWords, stalledMs, [mostMs])]
  const limits = `warns over ${once(settings.stallMs)} at once or ${all(mostMs)} in all`
  // Trouble that is over is not to read as if it were there.
  const ago = longestMs === 0 ? '' : ` (${longestAgoMs >= OVER_MS ? `${inWords(longestAgoMs)} ago` : 'just now'})`
  const seen = `${once(longestMs)} at once${ago}, ${all(stalledMs)} of the last ${inWords(watchedMs)} in all`
  const over =
    longestAgoMs >= OVER_MS
      ? '; it passes once the last minute is free of that, and comes again when its cause does'
      : ''
  if (causes.length > 0)
    return `the event loop stood still for ${seen}: ${causeOf(reading, causes, all)}${over}; ${limits}`
  if (longestMs > settings.noticeMs) return `the event loop stood still for ${seen}, which was felt then; ${limits}`
  const busy =
    utilization >= BUSY
      ? `, busy ${inPercent(utilization)} of the time in short pieces${watchedMs < STARTED_MS ? ', as a start is' : ''}`
      : ''
  return `the event loop ran on${busy}: it stood still for at most ${seen}; ${limits}`
}

type Causes = readonly (Cause & { readonly ms: number })[]

/** The causes that matter, each with its part of all the stalls, the largest first. One of three takes a third at the least, so that there is one. */
function causesOf(reading: EventLoopReading): Causes {
  const { stalledMs, ranMs, queuedMs = 0, quota } = reading
  const rest = ranMs === undefined ? BLOCKED : WAITED
  const all = [
    { ms: queuedMs, ...starvedBy(queuedMs, quota) },
    { ms: ranMs ?? 0, ...COMPUTED },
    { ms: stalledMs - queuedMs - (ranMs ?? 0), ...rest },
  ]
  return all.filter(({ ms }) => ms >= HARDLY * stalledMs).toSorted((a, b) => b.ms - a.ms)
}

function causeOf({ stalledMs }: EventLoopReading, causes: Causes, word: (ms: number) => string): string {
  const whole = ` of these ${word(stalledMs)}`
  const told = causes.map(({ words, ms }, nth) => words(`${word(ms)}${nth === 0 ? whole : ''}`, nth === 0))
  const isMain = causes.length > 1 && (causes[0]?.ms ?? 0) > stalledMs / 2
  return `${isMain ? 'mainly ' : ''}${told.join('; ')}`
}

function adviceOn(causes: Causes): string | undefined {
  const advice = causes.map((cause) => cause.advice)
  return advice.includes(undefined) ? undefined : advice.join('; for the rest, ')
}

function valuesOf(samples: Samples<EventLoopReading>): Verdict['values'] {
  const { longestMs, stalledMs, ranMs, queuedMs } = newest(samples).reading
  const utilization = utilizationOf(samples)
  return {
    longest_stall_seconds: longestMs / 1000,
    stalled_ratio: Math.min(1, stalledMs / MINUTE_MS),
    ...(queuedMs !== undefined && { starved_ratio: Math.min(1, queuedMs / MINUTE_MS) }),
    ...(ranMs !== undefined && { computing_ratio: Math.min(1, ranMs / MINUTE_MS) }),
    ...(utilization !== undefined && { utilization_ratio: utilization }),
  }
}

/** Over the last interval. Since the process began, four busy seconds would read as a third. */
function utilizationOf(samples: Samples<EventLoopReading>): number | undefined {
  const [before, now] = [samples[0].reading, newest(samples).reading]
  const active = now.activeMs - before.activeMs
  const all = active + now.idleMs - before.idleMs
  return all > 0 ? active / all : undefined
}
