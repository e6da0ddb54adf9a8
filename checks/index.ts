import type { Choice, Terms } from '../src/core/assignment.ts'
import type { Check } from '../src/core/check.ts'
import { cacheSizeCheck } from './cache-size.ts'
import { eventLoopCheck } from './event-loop.ts'
import { latencyCheck } from './latency.ts'

/** Every check of the house, in the order in which they are shown. */
export const builtInChecks: readonly Check[] = [latencyCheck, cacheSizeCheck, eventLoopCheck]

export const cacheSize = chooser(cacheSizeCheck)
export const eventLoop = chooser(eventLoopCheck)
export const latency = chooser(latencyCheck)

/** Makes a check a function: `latency({ thresholdMs: 100, cure: 'person' })` is the check with what was asked for it. */
function chooser<Reading, Settings, Held>(check: Check<Reading, Settings, Held>) {
  return (options: Partial<Terms> & Partial<Settings> = {}): Choice => ({ check: check as Check, options })
}
