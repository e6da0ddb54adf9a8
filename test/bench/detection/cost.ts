import { memoryGrowthCheck } from '../../../checks/memory-growth.ts'
import { memoryHeadroomCheck } from '../../../checks/memory-headroom.ts'
import { assign } from '../../../src/core/assignment.ts'
import type { Check, Sample } from '../../../src/core/check.ts'
import { type MemoryReading, watchMemory } from '../../../src/host/memory.ts'
import { HEALTHY, LEAKING, type Pattern, traceOf } from './memory-traces.ts'
import { medianOf, recordSection, tableOf } from './report.ts'

const ROUNDS = 400
const MINUTE_MS = 60_000

/** The median of many single runs, in milliseconds: what else happens on the machine does not count. */
function medianMs(run: () => unknown): number {
  for (let warm = 0; warm < ROUNDS; warm++) run()
  return medianOf(
    Array.from({ length: ROUNDS }, () => {
      const begun = performance.now()
      run()
      return performance.now() - begun
    }),
  )
}

/** A day of looks, as full as `keep` allows: the most there is to judge. */
function dayOf(pattern: Pattern | undefined, keep: number): [Sample<MemoryReading>, ...Sample<MemoryReading>[]] {
  if (!pattern) throw new Error('the pattern is gone')
  const [first, ...rest] = traceOf(pattern, 1).samples.slice(-keep)
  if (!first) throw new Error('the trace is empty')
  return [first, ...rest]
}

/** What looking and judging cost in a minute, with a full memory of samples, healthy and leaking. */
export function runCost(command: string): void {
  const watch = watchMemory()
  const lookMs = medianMs(() => watch.look())
  watch.close()
  const assignments = assign(
    [memoryGrowthCheck, memoryHeadroomCheck].map((check) => ({ check: check as Check, options: {} })),
  )
  const rows = assignments.map(({ check, settings, rhythm }) => {
    const perMinute = MINUTE_MS / rhythm.everyMs
    const [healthy, leaking] = [HEALTHY[0], LEAKING[0]].map((pattern) => {
      const samples = dayOf(pattern, check.keep ?? 1)
      return medianMs(() => check.judge(samples, settings, { status: 'pass', parts: {} }))
    })
    const costs = [
      lookMs,
      healthy ?? 0,
      leaking ?? 0,
      perMinute * (lookMs + (healthy ?? 0)),
      perMinute * (lookMs + (leaking ?? 0)),
    ]
    return [check.name, ...costs.map((cost) => cost.toFixed(3))]
  })
  const head = ['check', 'look, ms', 'judge, healthy', 'judge, leaking', 'a minute, healthy', 'a minute, leaking']
  const body = `Medians of ${ROUNDS} runs each, in milliseconds, at the default rhythms, with as many samples as each check keeps.\n\n${tableOf(head, rows)}`
  recordSection({ heading: 'What the memory checks cost', command, body })
  console.log(body)
}
