import * as v from 'valibot'
import { inBytes } from '../src/core/byte-size.ts'
import { defineCheck, type Part, type Said, type ValueLimits } from '../src/core/check.ts'
import { newest, type Samples } from '../src/core/samples.ts'
import { worst } from '../src/core/status.ts'
import { valuesOfAll } from '../src/core/values.ts'
import { inPercent } from '../src/core/wording.ts'
import { isPassed, limitInWords, type MemoryReading, type MemoryWatch, watchMemory } from '../src/host/memory.ts'
import { besideCeilings, overBaseline } from '../src/host/memory-baseline.ts'
import { adviceOnMemory, holdersInWords } from '../src/host/memory-holders.ts'
import { levelOf } from '../src/host/memory-level.ts'
import { type Ceiling, heldBytes } from '../src/host/memory-signals.ts'
import { above0, option, setting } from '../src/settings/fields.ts'
import { limitsInOrder, ratioLimits } from '../src/settings/limits.ts'
import { object } from '../src/settings/object.ts'
import { Row, type Series } from '../src/stats/series.ts'

const measured = v.optional(above0)
const baseline = object({
  heapBytes: measured,
  externalBytes: measured,
  nativeBytes: measured,
  workingSetBytes: measured,
})

const settings = v.pipe(
  object({
    ...ratioLimits({ warnAt: 0.85, failAt: 0.94, clearBy: 0.02 }),
    ceilingBytes: option(above0, 'a memory limit that the process cannot see for itself'),
    baseline: setting(baseline, {}, 'thresholds measured before production: warns from each on'),
  }),
  limitsInOrder(),
)

type Settings = v.InferOutput<typeof settings>

/** V8 that collects for this share of the time, in a heap that is nearly full, frees next to nothing and soon gives up. */
const COLLECTING_RATIO = 0.5
const V8_ENDS = 'at which V8 gives up'

/**
 * How near memory is to the limit that would kill: what collections leave in the heap, against where V8 gives up, and the working set
 * against the nearest limit of the kernel. It also catches what dies in its first minutes, before a trend can be seen.
 */
export const memoryHeadroomCheck = defineCheck<MemoryReading, Settings, MemoryWatch>({
  name: 'memory-headroom',
  about: 'how near memory is to the limit that would kill the process',
  cure: 'restart',
  advice:
    'find what fills it: a cache without a limit, or what has grown between two heap snapshots (start node with --heapsnapshot-signal=SIGUSR2, send that twice); give it more (V8’s own limit is --max-old-space-size, the container’s resources.limits.memory) only where it is meant to need that much',
  settings,
  rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 3, toRecover: 3 },
  // A minute, for what rises fast.
  keep: 13,
  values: {
    used_bytes: 'in use: in the heap, what the newest major collection has left',
    ceiling_bytes: 'the limit',
    used_ratio: 'its share of the limit',
    baseline_bytes: 'the threshold measured before production, for what collections leave',
    collecting_ratio: 'the share of the time that major collections took; 0 while they leave under half of the limit',
    oom_kills: 'processes of this cgroup killed for memory',
    pressure_ratio: 'the share of the last 10 s in which something waited for memory',
  },
  observes: { measurement: 'utilization', value: 'used_ratio' },
  open: ({ ceilingBytes }) => watchMemory({ ceilingBytes }),
  close: (watch) => watch.close(),
  sense: ({ held }) => held.look(),
  judge(samples, settings, said) {
    const parts = [
      heapPart(samples, settings, said),
      workingSetPart(samples, settings, said),
      ...besideCeilings(newest(samples).reading, settings.baseline),
    ]
    const status = worst(parts.map((part) => part.status))
    const [first] = parts.filter((part) => part.status === status).sort((a, b) => ratioOf(b) - ratioOf(a))
    const { subject = '', because = '', values = {}, limits } = first ?? {}
    const advice = status === 'pass' ? undefined : adviceOnMemory(subject, newest(samples).reading)
    return { status, because, ...(advice !== undefined && { advice }), values, ...(limits && { limits }), parts }
  },
})

const ratioOf = ({ values }: Part) => values['used_ratio'] ?? 0

function heapPart(samples: Samples<MemoryReading>, settings: Settings, said?: Said): Part {
  const { collected, oldBytes, heapCeilingBytes, oldLimitBytes } = newest(samples).reading
  const ceiling = { limit: "V8's heap limit", bytes: heapCeilingBytes, endBytes: oldLimitBytes }
  const used = collected.newestBytes
  if (used === undefined) {
    const because = `no major collection yet: ${inBytes(oldBytes)} in use of ${inBytes(heapCeilingBytes)} ${V8_ENDS}`
    const limits = limitsOf(settings, ceiling, settings.baseline.heapBytes)
    return { subject: 'heap', status: 'pass', because, values: filled(oldBytes, ceiling), limits }
  }
  const collecting = collectingRatio(samples)
  const levels = () => levelsOf(samples, ({ collected }) => collected.floorBytes)
  const level = levelOf(
    { usedBytes: used, mostBytes: oldBytes, ceiling, words: V8_ENDS, at: newest(samples).at, levels },
    settings,
    said?.parts['heap'],
  )
  const threshold = overBaseline(used, settings.baseline.heapBytes)
  const spiral = collecting >= COLLECTING_RATIO && used >= settings.warnAt * heapCeilingBytes
  return {
    subject: 'heap',
    status: spiral ? 'fail' : worst([level.status, threshold.status]),
    because:
      `collections leave ${threshold.word(used)} in the heap, ${level.because}${threshold.because}` +
      (spiral ? `; V8 spends ${inPercent(collecting)} of its time collecting` : ''),
    values: valuesOfAll(filled(used, ceiling), threshold.values, { collecting_ratio: collecting }),
    limits: limitsOf(settings, ceiling, settings.baseline.heapBytes),
    ...(level.forecast && { forecast: level.forecast }),
  }
}

function workingSetPart(samples: Samples<MemoryReading>, settings: Settings, said?: Said): Part {
  const { reading } = newest(samples)
  const { kernel, oomKills, pressureRatio } = reading
  const { limit, limitBytes, usedBytes } = kernel
  const ceiling = { limit, bytes: limitBytes, endBytes: limitBytes }
  const levels = () => levelsOf(samples, (then) => usedUnder(limit, then))
  const level = levelOf(
    { usedBytes, ceiling, words: `(${limitInWords(kernel)})`, at: newest(samples).at, levels },
    settings,
    said?.parts['working-set'],
  )
  const threshold = overBaseline(heldBytes(reading), settings.baseline.workingSetBytes, 'without garbage ')
  const status = worst([level.status, threshold.status])
  const holders = status === 'pass' ? '' : ` (${holdersInWords(reading)})`
  return {
    subject: 'working-set',
    status,
    because: `${inBytes(usedBytes)} of memory in use${holders}, ${level.because}${threshold.because}`,
    values: valuesOfAll(
      filled(usedBytes, ceiling),
      threshold.values,
      oomKills === undefined ? {} : { oom_kills: oomKills },
      pressureRatio === undefined ? {} : { pressure_ratio: pressureRatio },
    ),
    limits: limitsOf(settings, ceiling),
    // An end that has not come is not foretold: nobody is to read that it may come at any moment.
    ...(level.forecast && !isPassed(kernel) && { forecast: level.forecast }),
  }
}

/** Levels of other limits are not comparable with this one: a limit may come, go or move while the service runs. */
function usedUnder(limit: string, { kernel }: MemoryReading): number | undefined {
  return kernel.limit === limit ? kernel.usedBytes : undefined
}

/** Of the share that is used: it warns from the threshold measured before production on, where that is the nearer one. */
function limitsOf(
  { warnAt, failAt }: Settings,
  { bytes }: Ceiling,
  baselineBytes = Number.POSITIVE_INFINITY,
): ValueLimits {
  return { warn: Math.min(warnAt, baselineBytes / bytes), fail: failAt }
}

function filled(used: number, { bytes }: Ceiling) {
  return { used_bytes: used, ceiling_bytes: bytes, used_ratio: used / bytes }
}

/** The share of the time between the last two looks that major collections took. */
function collectingRatio(samples: Samples<MemoryReading>): number {
  const [before, now] = [samples.at(-2), newest(samples)]
  return before && now.at > before.at ? Math.min(1, now.reading.collected.majorMs / (now.at - before.at)) : 0
}

function levelsOf(samples: Samples<MemoryReading>, levelIn: (reading: MemoryReading) => number | undefined): Series {
  const row = new Row(samples.length)
  for (const { at, reading } of samples) {
    const v = levelIn(reading)
    if (v !== undefined) row.add(at, v)
  }
  return row.series()
}
