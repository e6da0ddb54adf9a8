import * as v from 'valibot'
import { defineCheck, type Values } from '../src/core/check.ts'
import { grade, valueLimits } from '../src/core/limits.ts'
import { newest, type Samples } from '../src/core/samples.ts'
import { valuesOfAll } from '../src/core/values.ts'
import { apart, inPercent, inWords } from '../src/core/wording.ts'
import { type CpuReading, type CpuWatch, type Throttling, watchCpu } from '../src/host/cpu.ts'
import { limitsInOrder, ratioLimits } from '../src/settings/limits.ts'
import { object } from '../src/settings/object.ts'

const settings = v.pipe(object(ratioLimits({ warnAt: 0.25, failAt: 0.5 })), limitsInOrder())

type Settings = v.InferOutput<typeof settings>

/** In fewer periods than this, a second's worth, the process hardly ran. */
const LEAST_PERIODS = 10

/** Whether the CPU quota holds the process up: a throttled process is slow without being busy, and nothing inside it shows why. */
export const cpuCheck = defineCheck<CpuReading, Settings, CpuWatch>({
  name: 'cpu',
  about: 'how much of its time the process is held up by its CPU quota',
  cure: 'wait',
  advice: 'raise resources.limits.cpu, or take it away; add instances (kubectl scale) where requests have become more',
  settings,
  rhythm: { everyMs: 10_000, timeoutMs: 1_000, toWorsen: 3, toRecover: 3 },
  keep: 2,
  values: {
    throttled_ratio: 'the share of quota periods since the last look in which the quota ran out',
    throttled_seconds: 'how long all threads together waited for quota since the last look',
    used_cores: 'CPU seconds a second that the process used since the last look',
  },
  observes: { measurement: 'utilization', value: 'throttled_ratio' },
  open: () => watchCpu(),
  close: (watch) => watch.stop(),
  sense: ({ held }) => held.look(),
  judge(samples, settings, said) {
    const used = usedCores(samples)
    const usage: Values = used === undefined ? {} : { used_cores: used }
    const since = throttlingSince(samples)
    if (!since) return { status: 'pass', because: unthrottled(samples, used), values: usage }
    const ratio = since.throttled / since.periods
    const values = valuesOfAll(usage, { throttled_ratio: ratio, throttled_seconds: since.throttledMs / 1000 })
    const status = grade(ratio, settings, said?.status)
    return { status, because: sentence(since, settings), values, limits: valueLimits(settings) }
  },
})

/** What the tightest quota did since the last look; undefined where there is none, or the process hardly ran. */
function throttlingSince(samples: Samples<CpuReading>): Throttling | undefined {
  const [before, now] = [samples[0].reading.cgroups, newest(samples).reading.cgroups]
  const changes = now.flatMap((group, depth) => difference(group, before[depth]) ?? [])
  return changes.sort((a, b) => b.throttled / b.periods - a.throttled / a.periods)[0]
}

function difference(now: Throttling, before: Throttling | undefined): Throttling | undefined {
  if (!before || now.periods - before.periods < LEAST_PERIODS) return undefined
  return {
    periods: now.periods - before.periods,
    throttled: now.throttled - before.throttled,
    throttledMs: now.throttledMs - before.throttledMs,
  }
}

function usedCores(samples: Samples<CpuReading>): number | undefined {
  const [before, now] = [samples[0], newest(samples)]
  return now.at > before.at ? (now.reading.usedMs - before.reading.usedMs) / (now.at - before.at) : undefined
}

function sentence({ periods, throttled, throttledMs }: Throttling, { warnAt, failAt }: Settings): string {
  const word = apart(inPercent, throttled / periods, [warnAt, failAt])
  const limits = `warns at ${word(warnAt)}, fails at ${word(failAt)}`
  const seen = `the CPU quota ran out in ${throttled} of ${periods} periods (${word(throttled / periods)})`
  return `${seen} since the last look, and its threads waited ${inWords(throttledMs)} together; ${limits}`
}

function unthrottled(samples: Samples<CpuReading>, used: number | undefined): string {
  const usage = used === undefined ? '' : `; the process used ${used.toFixed(2)} cores`
  if (newest(samples).reading.cgroups.length === 0) return `no CPU quota can be seen here, so none is judged${usage}`
  if (samples.length === 1) return 'it has looked at the CPU quota once; the next look tells what it did in between'
  return `no CPU quota held the process up since the last look${usage}`
}
