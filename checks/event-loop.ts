import type * as v from 'valibot'
import { defineCheck, type Verdict } from '../src/core/check.ts'
import { newest, type Samples } from '../src/core/samples.ts'
import type { LoopReading, LoopWatch } from '../src/core/surroundings.ts'
import { apart, inPercent, inWords } from '../src/core/wording.ts'
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
/** What takes so much of the time is the cause of it; what takes less than {@link HARDLY} is not worth a word. */
const MOSTLY = 0.9
const HARDLY = 0.25
/** A stall that ended longer ago than this is over. */
const OVER_MS = 2_000

const GIVE = 'give the container more CPU: resources.requests.cpu, and resources.limits.cpu where it has one'
const FIND =
  'find the code that keeps the main thread, and do it in pieces or in a worker thread. While it lasts, kubectl exec POD -- kill -USR1 1 opens the inspector (port 9229) for a CPU profile; of one that is over, kubectl logs POD may show what it was at, and with guard.enabled the guard names the function next time. Where no code keeps it, the container was suspended'

/**
 * Whether the one thread that serves everything stands still. Judged by the longest stall and their sum, never by percentiles of a
 * sampled delay, which a stall of two seconds hardly moves. It never fails: a blocked thread cannot say so while it is blocked.
 */
export const eventLoopCheck = defineCheck<LoopReading, Settings, LoopWatch>({
  name: 'event-loop',
  about: 'for how long the event loop stands still, at once and in all',
  cure: 'wait',
  advice: `${GIVE}, where its CPU quota or a crowded node kept it from running; else ${FIND}`,
  settings,
  rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 2, toRecover: 3 },
  keep: 2,
  values: {
    longest_stall_seconds: 'the longest stall of the last 60 s',
    stalled_ratio: 'the share of the last 60 s in which the event loop stood still',
    starved_ratio:
      'the share of the last 60 s in which it stood still because the thread waited for a processor; absent where the kernel does not tell',
    utilization_ratio: 'the share of the time since the last look in which the event loop ran code',
  },
  observes: { measurement: 'utilization', value: 'utilization_ratio' },
  open: (_settings, { loop }) => loop.watch(),
  close: (watch) => watch.stop(),
  sense: ({ held }) => held.look(),
  judge(samples, settings) {
    const { reading } = newest(samples)
    const { longestMs, stalledMs } = reading
    const tooLong = longestMs > settings.stallMs || stalledMs > settings.stalledRatio * MINUTE_MS
    const advice = tooLong ? adviceOn(reading) : undefined
    return {
      status: tooLong ? 'warn' : 'pass',
      because: sentence(reading, settings, tooLong, utilizationOf(samples)),
      ...(advice !== undefined && { advice }),
      values: valuesOf(samples),
    }
  },
})

function sentence(reading: LoopReading, settings: Settings, tooLong: boolean, utilization = 0): string {
  const { longestMs, longestAgoMs = 0, stalledMs, watchedMs } = reading
  const mostMs = settings.stalledRatio * MINUTE_MS
  const [once, all] = [apart(inWords, longestMs, [settings.stallMs]), apart(inWords, stalledMs, [mostMs])]
  const limits = `warns over ${once(settings.stallMs)} at once or ${all(mostMs)} in all`
  // Trouble that is over is not to read as if it were there.
  const ago = longestAgoMs >= OVER_MS ? ` (${inWords(longestAgoMs)} ago)` : ''
  const seen = `${once(longestMs)} at once${ago}, ${all(stalledMs)} of the last ${inWords(watchedMs)} in all`
  const over =
    longestAgoMs >= OVER_MS
      ? '; it passes once the last minute is free of that, and comes again when its cause does'
      : ''
  if (tooLong) return `the event loop stood still for ${seen}: ${causeOf(reading, all)}${over}; ${limits}`
  if (longestMs > settings.noticeMs) return `the event loop stood still for ${seen}, which was felt then; ${limits}`
  const busy =
    utilization >= BUSY
      ? `, busy ${inPercent(utilization)} of the time${watchedMs < STARTED_MS ? ', as a start is' : ''}`
      : ''
  return `the event loop ran on${busy}: it stood still for at most ${seen}; ${limits}`
}

/** The share of all the stalls in which the thread waited for a processor; undefined where the kernel does not tell. */
function starvedShare({ stalledMs, queuedMs }: LoopReading): number | undefined {
  return queuedMs === undefined ? undefined : queuedMs / stalledMs
}

function causeOf(reading: LoopReading, word: (ms: number) => string): string {
  const blocked = 'blocked by work that does not let go, or suspended from outside, which look alike'
  const share = starvedShare(reading) ?? 0
  if (share < HARDLY) return blocked
  const { queuedMs = 0, stalledMs } = reading
  const starved = `the process was kept from running for ${word(queuedMs)} of these ${word(stalledMs)}, as a CPU quota or a crowded node does`
  return share >= MOSTLY ? starved : `${starved}; for the rest, by work that does not let go, or a suspension`
}

/** Nobody is to look in the code for what a quota does, nor the other way round. Undefined where nobody can tell which it is. */
function adviceOn(reading: LoopReading): string | undefined {
  const share = starvedShare(reading)
  if (share === undefined) return undefined
  if (share < HARDLY) return FIND
  return share >= MOSTLY ? GIVE : `${GIVE}; for the rest, ${FIND}`
}

function valuesOf(samples: Samples<LoopReading>): Verdict['values'] {
  const { longestMs, stalledMs, queuedMs } = newest(samples).reading
  const utilization = utilizationOf(samples)
  return {
    longest_stall_seconds: longestMs / 1000,
    stalled_ratio: Math.min(1, stalledMs / MINUTE_MS),
    ...(queuedMs !== undefined && { starved_ratio: Math.min(1, queuedMs / MINUTE_MS) }),
    ...(utilization !== undefined && { utilization_ratio: utilization }),
  }
}

/** Over the last interval. Since the process began, four busy seconds would read as a third. */
function utilizationOf(samples: Samples<LoopReading>): number | undefined {
  const [before, now] = [samples[0].reading, newest(samples).reading]
  const active = now.activeMs - before.activeMs
  const all = active + now.idleMs - before.idleMs
  return all > 0 ? active / all : undefined
}
