import type { Choice, Terms } from '../src/core/assignment.ts'
import type { Check } from '../src/core/check.ts'
import { cacheSizeCheck } from './cache-size.ts'
import { cpuCheck } from './cpu.ts'
import { descriptorsCheck } from './descriptors.ts'
import { diskUsageCheck } from './disk-usage.ts'
import { errorsCheck } from './errors.ts'
import { eventLoopCheck } from './event-loop.ts'
import { latencyCheck } from './latency.ts'
import { memoryGrowthCheck } from './memory-growth.ts'
import { memoryHeadroomCheck } from './memory-headroom.ts'
import { numbersCheck } from './numbers.ts'

/** Every check of the house, in the order in which they are shown. */
export const builtInChecks: readonly Check[] = [
  latencyCheck,
  memoryGrowthCheck,
  memoryHeadroomCheck,
  diskUsageCheck,
  cacheSizeCheck,
  eventLoopCheck,
  errorsCheck,
  numbersCheck,
  descriptorsCheck,
  cpuCheck,
]

/** Trip times of requests by route: are too many slow? */
export const latency = chooser(latencyCheck)
/** The floors of memory: do they grow towards the ceiling, and when do they reach it? */
export const memoryGrowth = chooser(memoryGrowthCheck)
/** Memory in use against the ceiling that would kill. */
export const memoryHeadroom = chooser(memoryHeadroomCheck)
/** Space and inodes of file systems, sizes of folders. */
export const diskUsage = chooser(diskUsageCheck)
/** Entries and bytes of every known cache. */
export const cacheSize = chooser(cacheSizeCheck)
/** For how long the event loop stood still. */
export const eventLoop = chooser(eventLoopCheck)
/** Uncaught errors, unhandled rejections, process warnings, exhausted resources. */
export const errors = chooser(errorsCheck)
/** Results of arithmetic that are no number. */
export const numbers = chooser(numbersCheck)
/** Open descriptors against their limit. */
export const descriptors = chooser(descriptorsCheck)
/** How much the kernel holds the process back from the processor. */
export const cpu = chooser(cpuCheck)

/** Makes a check a function: `latency({ thresholdMs: 100, cure: 'person' })` is the check with what was asked for it. */
function chooser<Reading, Settings, Held>(check: Check<Reading, Settings, Held>) {
  const choose = (options: Partial<Terms> & Partial<Settings> = {}): Choice => ({ check: check as Check, options })
  // As it is exported, for messages and stacks: `diskUsage`.
  const name = check.name.replace(/-./g, ([, letter = '']) => letter.toUpperCase())
  return Object.defineProperty(choose, 'name', { value: name })
}
