import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { diskUsageCheck } from '../../../checks/disk-usage.ts'
import { assign } from '../../../src/core/assignment.ts'
import type { Surroundings } from '../../../src/core/surroundings.ts'
import { Registry } from '../../../src/engine/registry.ts'
import { systemClock } from '../../../src/system-clock.ts'
import { TELLS_PARENT } from './real-told.ts'

/** What a child that logs too much does, as JSON in its first argument. */
export interface LoggingLife {
  /** The disk that it fills, and the file on it. */
  readonly disk: string
  readonly log: string
  readonly bytesPerSecond: number
  readonly everyMs: number
}

const TICK_MS = 50
/** A line as services write them. */
const LINE = `${JSON.stringify({ level: 'info', message: 'request answered', route: 'GET /orders/:id', code: 200, ms: 12.5 })}\n`

const { disk, log, bytesPerSecond, everyMs } = JSON.parse(process.argv[2] ?? '{}') as LoggingLife
process.on('disconnect', () => process.exit())
mkdirSync(dirname(log), { recursive: true })
const assignments = assign([{ check: diskUsageCheck, options: { paths: [disk], everyMs } }])
// This check asks nothing of what a service lends but its clock.
const surroundings = { clock: systemClock } as Surroundings
new Registry(assignments, { clock: systemClock, surroundings, random: Math.random, watchers: [TELLS_PARENT] }).start()

let owed = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  owed += (bytesPerSecond * (now - last)) / 1000
  last = now
  const lines = Math.floor(owed / LINE.length)
  if (lines === 0) return
  owed -= lines * LINE.length
  // Nobody catches it: a service that cannot write its log any more ends.
  appendFileSync(log, LINE.repeat(lines))
}, TICK_MS)
