import type * as v from 'valibot'
import { inBytes } from '../src/core/byte-size.ts'
import { defineCheck, type Part, type Verdict } from '../src/core/check.ts'
import { newest } from '../src/core/samples.ts'
import { type Judged, worst } from '../src/core/status.ts'
import { apart, inPercent, inWords } from '../src/core/wording.ts'
import { type MemoryReading, type MemoryWatch, watchMemory } from '../src/host/memory.ts'
import { type Ceiling, MEMORY_SIGNALS, type MemorySignal, memorySeries, momentOf } from '../src/host/memory-signals.ts'
import { above0, option, ratio, setting } from '../src/settings/fields.ts'
import { object } from '../src/settings/object.ts'
import { foresee, type Outlook, type Window } from '../src/stats/forecast.ts'
import type { Series } from '../src/stats/series.ts'

const settings = object({
  failWithinMs: setting(above0, 15 * 60_000, 'fails when the limit is surely reached within this'),
  fullRatio: setting(ratio, 0.94, 'fails when three collections running leave this share'),
  ceilingBytes: option(above0, 'a memory limit that the process cannot see for itself'),
  timeScale: setting(
    ratio,
    1,
    'shortens all windows (10 min to 24 h) and failWithinMs, for processes that live for minutes',
  ),
})

type Settings = v.InferOutput<typeof settings>

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const STANDING_MS = 2 * MINUTE_MS

/**
 * Never forecast further ahead than you have watched; 12 h, which hold one flank of a day's wave, entitle to little more than half of
 * that. A day must be surer than it is long: a cache that fills in its last hours leans the line of a quiet day, but not most of its pairs.
 */
const WINDOWS: readonly Window[] = [
  { length: 10 * MINUTE_MS, horizon: 10 * MINUTE_MS, standing: STANDING_MS, sureWithin: 3 },
  { length: 30 * MINUTE_MS, horizon: 30 * MINUTE_MS, standing: STANDING_MS, sureWithin: 3 },
  { length: 90 * MINUTE_MS, horizon: 90 * MINUTE_MS, standing: STANDING_MS, sureWithin: 3 },
  { length: 4 * HOUR_MS, horizon: 4 * HOUR_MS, standing: STANDING_MS },
  { length: 12 * HOUR_MS, horizon: 6.5 * HOUR_MS, standing: STANDING_MS },
  { length: 24 * HOUR_MS, horizon: 24 * HOUR_MS, standing: STANDING_MS, sureWithin: 1.3 },
]

/** Before that the shortest window has nothing to say. */
const LEAST_MS = 6 * MINUTE_MS

/**
 * Whether memory grows towards the limit that would kill, and when it would get there. Four signals, each with its own trend: what
 * major collections leave in the heap and outside of it, native memory, and the working set that the kernel counts.
 *
 * An earlier death than the shortest window sees is `memory-headroom`'s to foresee.
 */
export const memoryGrowthCheck = defineCheck<MemoryReading, Settings, MemoryWatch>({
  name: 'memory-growth',
  about: 'whether memory grows towards its limit, and when it would reach it',
  cure: 'restart',
  advice:
    'find what is kept: of two heap snapshots some minutes apart (start node with --heapsnapshot-signal=SIGUSR2, send that twice) compare what has grown, first of what the newest release added',
  settings,
  rhythm: { everyMs: MINUTE_MS, timeoutMs: 1_000, toWorsen: 2, toRecover: 2 },
  // A day of looks, one a minute. A shorter period sees a shorter time.
  keep: 1_440,
  values: {
    used_bytes: 'what the signal stands at now',
    ceiling_bytes: 'the limit that it would reach first',
    used_ratio: 'its share of that limit',
    growth_bytes_per_second: 'how fast it grows; only while it grows towards its limit',
  },
  observes: { measurement: 'utilization', value: 'used_ratio' },
  open: ({ ceilingBytes }) => watchMemory({ ceilingBytes }),
  close: (watch) => watch.close(),
  sense: ({ held }) => held.look(),
  judge(samples, settings) {
    const [{ at }, series, moment] = [newest(samples), memorySeries(samples), momentOf(samples)]
    const windows = scaled(settings.timeScale)
    const parts = MEMORY_SIGNALS.map((signal) => {
      const own = series[signal.subject]
      const used = own.values.at(-1) ?? signal.now(moment.reading)
      const ceiling = signal.ceiling(moment, used)
      const outlook = foresee(own, at, { from: ceiling.bytes, to: ceiling.endBytes }, windows)
      return partOf({ signal, series: own, used, ceiling, outlook }, moment.reading, settings)
    })
    return { parts, ...spokesman(parts) }
  },
})

/** One signal, where it stands and where it goes. */
interface Course {
  readonly signal: MemorySignal
  readonly series: Series
  readonly used: number
  readonly ceiling: Ceiling
  readonly outlook: Outlook | undefined
}

function partOf(course: Course, { collected }: MemoryReading, settings: Settings): Part {
  const { signal, used, ceiling, outlook } = course
  const lastThree = collected.lastThreeBytes ?? 0
  const full = signal.subject === 'heap' && lastThree >= settings.fullRatio * ceiling.bytes
  const word = apart(inPercent, lastThree / ceiling.bytes, [settings.fullRatio])
  return {
    subject: signal.subject,
    status: full ? 'fail' : gradeOf(outlook, settings),
    because: full
      ? `three collections running left at least ${word(lastThree / ceiling.bytes)} of ${inWordsOf(ceiling)}; fails at ${word(settings.fullRatio)}`
      : sentence(course, settings),
    values: {
      used_bytes: used,
      ceiling_bytes: ceiling.bytes,
      used_ratio: used / ceiling.bytes,
      ...(outlook && { growth_bytes_per_second: outlook.slope * 1000 }),
    },
    // The trend's own limit is a time: of the share only the level rule knows one, and of the heap alone.
    ...(signal.subject === 'heap' && { limits: { fail: settings.fullRatio } }),
    ...(outlook && { forecast: { limit: ceiling.limit, etaSeconds: secondsOf(outlook) } }),
  }
}

function gradeOf(outlook: Outlook | undefined, { failWithinMs, timeScale }: Settings): Judged {
  if (!outlook) return 'pass'
  return outlook.due !== null && outlook.due < failWithinMs * timeScale ? 'fail' : 'warn'
}

function scaled(scale: number): readonly Window[] {
  return WINDOWS.map((window) => ({
    ...window,
    length: window.length * scale,
    horizon: window.horizon * scale,
    standing: window.standing * scale,
  }))
}

function sentence(course: Course, { failWithinMs, timeScale }: Settings): string {
  const { signal, used, ceiling, outlook, series } = course
  const { noun } = signal
  const [oldest = 0, latest = oldest] = [series.times[0], series.times.at(-1)]
  const [watched, least] = [latest - oldest, LEAST_MS * timeScale]
  if (!outlook && watched < least) {
    const soFar = watched > 0 ? `, watched for ${inWords(watched)} so far` : ''
    // No numbers: beside those of memory-headroom, which looks far more often, they read like others of the same memory.
    return `too early to tell: a trend of ${noun} takes ${inWords(least)} to see${soFar}; memory-headroom judges what is sooner`
  }
  if (!outlook) {
    return `${noun}: ${inBytes(used)} of ${inWordsOf(ceiling)}; no steady growth towards it in ${inWords(watched)}`
  }
  const pace = `growing ${inBytes(outlook.slope * HOUR_MS)}/h over ${inWords(outlook.window.length)}`
  const when = outlook.latest === null ? 'or later' : `to ${inWords(outlook.latest)}`
  const end = inWordsOf(ceiling)
  const { reserve, due } = outlook
  if (reserve > 0 && due !== null && due < failWithinMs * timeScale) {
    const from = due > 0 ? `in ${inWords(due)} another` : 'another'
    return `${noun}: ${inBytes(used)}, ${pace}: ${from} surge like the largest of late (${inBytes(reserve)}) will not fit under ${end}`
  }
  const room = reserve > 0 ? `, with room for a surge of ${inBytes(reserve)} as seen of late,` : ''
  const limit = `fails when that is sure to come within ${inWords(failWithinMs * timeScale)}`
  return `${noun}: ${inBytes(used)}, ${pace}: reaches ${end}${room} in ${inWords(outlook.soonest)} ${when}; ${limit}`
}

function inWordsOf({ limit, bytes }: Ceiling): string {
  return `${inBytes(bytes)} (${limit})`
}

function secondsOf({ soonest, likely, latest }: Outlook) {
  return [soonest / 1000, likely / 1000, latest === null ? null : latest / 1000] as const
}

/** The worst part speaks for the whole: of equally bad ones that with the nearest end, of passing ones the fullest. */
function spokesman(parts: readonly Part[]): Verdict {
  const status = worst(parts.map((part) => part.status))
  const urgency = ({ forecast, values }: Part) => forecast?.etaSeconds[1] ?? 1e9 - (values['used_ratio'] ?? 0)
  const [first] = parts.filter((part) => part.status === status).sort((a, b) => urgency(a) - urgency(b))
  const { because = 'nothing to see', values = {}, limits, forecast } = first ?? {}
  return { status, because, values, ...(limits && { limits }), ...(forecast && { forecast }) }
}
