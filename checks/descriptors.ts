import * as v from 'valibot'
import { CannotTell, defineCheck, type Forecast } from '../src/core/check.ts'
import { edgesOf, grade, limitsInWords, valueLimits } from '../src/core/limits.ts'
import { newest, type Samples } from '../src/core/samples.ts'
import type { Judged } from '../src/core/status.ts'
import { apart, inPercent, inWords } from '../src/core/wording.ts'
import { type DescriptorReading, type DescriptorWatch, watchDescriptors } from '../src/host/descriptors.ts'
import { latelyInWords, latelyOf } from '../src/host/lately.ts'
import { limitsInOrder, ratioLimits } from '../src/settings/limits.ts'
import { object } from '../src/settings/object.ts'
import { isSteep } from '../src/stats/growth.ts'
import { bucketMinima } from '../src/stats/minima.ts'
import { Row, type Series } from '../src/stats/series.ts'
import { theilSen } from '../src/stats/theil-sen.ts'

const settings = v.pipe(object(ratioLimits({ warnAt: 0.8, failAt: 0.95, clearBy: 0.02 })), limitsInOrder())

type Settings = v.InferOutput<typeof settings>

/** A forecast needs this many points over this long, and a rise of this share of the limit. */
const LEAST_POINTS = 8
const LEAST_SPAN_MS = 300_000
const LEAST_RISE = 0.02
/** Theil–Sen looks at all pairs. */
const MOST_POINTS = 32

/**
 * Whether sockets and files are being closed again. At the soft limit a service accepts nothing more, and neither can most of those
 * who want to see why.
 */
export const descriptorsCheck = defineCheck<DescriptorReading, Settings, DescriptorWatch>({
  name: 'descriptors',
  about: 'open descriptors (sockets, files) against the soft limit',
  cure: 'restart',
  advice:
    'see what is open (kubectl exec, then ls -l /proc/1/fd) and close it where it is used: an answer that is never read, a file that an error path forgets',
  settings,
  rhythm: { everyMs: 15_000, timeoutMs: 1_000, toWorsen: 2, toRecover: 2 },
  keep: 121,
  values: {
    open_descriptors: 'how many descriptors are open',
    limit_descriptors: 'how many may be, by the soft limit',
    used_ratio: 'open descriptors as a share of the soft limit',
  },
  observes: { measurement: 'utilization', value: 'used_ratio' },
  open: () => watchDescriptors(),
  close: (watch) => watch.stop(),
  sense: ({ held }) => held.look(),
  judge(samples, settings, said) {
    const { open, limit, exhausted } = newest(samples).reading
    if (exhausted)
      return { status: 'fail', because: NONE_LEFT, values: { used_ratio: 1 }, limits: valueLimits(settings) }
    if (open === undefined) throw new CannotTell('the system does not tell how many descriptors are open')
    if (limit === undefined) return { status: 'pass', because: unlimited(open), values: { open_descriptors: open } }
    // One that was inherited from before the limit was lowered counts, though it takes no place of the others.
    const ratio = Math.min(1, open / limit)
    const status = grade(ratio, settings, said?.status)
    const forecast = forecastOf(samples, limit)
    const late = status === 'pass' || forecast ? '' : ofLate(samples)
    const because = sentence(status, open, limit, settings, late) + forecastWords(forecast)
    const values = { open_descriptors: open, limit_descriptors: limit, used_ratio: ratio }
    return { status, because, values, limits: valueLimits(settings), ...(forecast && { forecast }) }
  },
})

const NONE_LEFT =
  'every descriptor is taken (EMFILE): no file and no connection can be opened; look for sockets or files that are not closed'

function unlimited(open: number): string {
  return `${open} descriptors are open, and the system tells of no limit`
}

/** What was seen of late: a fact, where there is not enough to foretell from. */
function ofLate(samples: Samples<DescriptorReading>): string {
  const from = newest(samples).at - LEAST_SPAN_MS
  const points = samples.flatMap(({ at, reading: { open } }) =>
    at < from || open === undefined ? [] : { t: at, v: open },
  )
  return latelyInWords(latelyOf(points), 'them', String)
}

function sentence(status: Judged, open: number, limit: number, settings: Settings, late: string): string {
  const word = apart(inPercent, Math.min(1, open / limit), edgesOf(settings))
  const seen = `${open} of ${limit} descriptors are open (${word(Math.min(1, open / limit))}${late})`
  const limits = limitsInWords(status, open / limit, settings, word)
  return status === 'pass' ? `${seen}; ${limits}` : `${seen}; ${limits}; look for sockets or files that are not closed`
}

/** When none will be left, if they go on rising as they surely do; never further ahead than has been watched. */
function forecastOf(samples: Samples<DescriptorReading>, limit: number): Forecast | undefined {
  const series = openOf(samples)
  const [from, to] = [series.times[0] ?? 0, series.times.at(-1) ?? 0]
  if (to - from < LEAST_SPAN_MS || !mayReach(series, limit)) return undefined
  const floors = bucketMinima(series, from, to, MOST_POINTS)
  // The pairs are cheaper to ask than their line, and mostly say no.
  const ahead = to - from + to - (floors.times.at(-1) ?? to)
  const line = floors.times.length >= LEAST_POINTS && isSteep(floors, limit, ahead) ? theilSen(floors) : undefined
  if (!line || line.low <= 0) return undefined
  const level = line.intercept + line.slope * to
  const etaMs = (limit - level) / line.slope
  if (line.slope * (to - from) < LEAST_RISE * limit || etaMs <= 0 || etaMs > to - from) return undefined
  const seconds = (slope: number) => Math.max(0, limit - level) / slope / 1000
  return {
    limit: 'soft limit of open descriptors',
    etaSeconds: [seconds(line.high), seconds(line.slope), seconds(line.low)],
  }
}

/** How many were open, look by look. */
function openOf(samples: Samples<DescriptorReading>): Series {
  const row = new Row(samples.length)
  for (const { at, reading } of samples) if (reading.open !== undefined) row.add(at, reading.open)
  return row.series()
}

/**
 * Whether the range of values leaves it possible at all that a line through their floors rises so much: mostly not. Half of all pairs
 * of so many floors cannot all lie within two buckets, so the steepest line rises by the range in two of them.
 */
function mayReach({ values }: Series, limit: number): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, 0]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const rise = ((high - low) * MOST_POINTS) / 2
  // The line may end above the highest value, by all that it rises.
  return rise >= LEAST_RISE * limit && limit - high <= 2 * rise
}

function forecastWords(forecast: Forecast | undefined): string {
  return forecast ? `; at this rate none is left in ${inWords(forecast.etaSeconds[1] * 1000)}` : ''
}
