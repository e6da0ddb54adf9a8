import * as v from 'valibot'
import { defineCheck } from '../src/core/check.ts'
import { grade, valueLimits } from '../src/core/limits.ts'
import { type CountedBefore, countedBefore, newest, type Samples, windowInWords } from '../src/core/samples.ts'
import { worst } from '../src/core/status.ts'
import { inNumber, inWords } from '../src/core/wording.ts'
import { type ErrorReading, type ErrorWatch, watchErrors } from '../src/host/errors.ts'
import { count, setting } from '../src/settings/fields.ts'
import { limitsInOrder } from '../src/settings/limits.ts'
import { object } from '../src/settings/object.ts'

const settings = v.pipe(
  object({
    warnAt: setting(count, 1, 'warns of this many errors that nothing caught in 5 min'),
    failAt: setting(count, 10, 'fails from this many errors that nothing caught in 5 min'),
  }),
  limitsInOrder(),
)

type Settings = v.InferOutput<typeof settings>

const FIVE_MINUTES_MS = 300_000
/** Five minutes at one look a second, five times its own rhythm. */
const KEEP = 301

/** These tell of the code's age, not of its health. */
const HARMLESS: readonly string[] = ['DeprecationWarning', 'ExperimentalWarning']

/** Errors that nothing caught: what comes before a crash, or instead of one where a listener keeps the process alive. */
export const errorsCheck = defineCheck<ErrorReading, Settings, ErrorWatch>({
  name: 'errors',
  about: 'uncaught exceptions, unhandled rejections and warnings of the process',
  cure: 'person',
  advice: 'read the log at that time (kubectl logs), and handle the error where its stack begins',
  settings,
  rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 1, toRecover: 3 },
  keep: KEEP,
  values: {
    uncaught_errors: 'exceptions that nothing caught in the last 5 min',
    unhandled_rejections: 'rejected promises that nobody listened to in the last 5 min',
    exhaustion_errors: 'those of the two with EMFILE, ENFILE, ENOSPC or ENOMEM',
    process_warnings: 'warnings of the process in the last 5 min, but for deprecations and experiments',
  },
  observes: { measurement: 'errors', value: 'uncaught_errors' },
  open: () => watchErrors(),
  close: (watch) => watch.stop(),
  sense: ({ held }) => held.look(),
  judge(samples, settings) {
    const recent = recently(samples)
    const warnings = total(recent.warnings)
    const status = worst([grade(recent.uncaught + recent.unhandled, settings), warnings > 0 ? 'warn' : 'pass'])
    const values = {
      uncaught_errors: recent.uncaught,
      unhandled_rejections: recent.unhandled,
      exhaustion_errors: total(recent.exhausted),
      process_warnings: warnings,
    }
    return { status, because: sentence(recent, settings), values, limits: valueLimits(settings) }
  },
})

type Recent = ErrorReading & Pick<CountedBefore<unknown>, 'ms' | 'isCut'>

type Counts = Readonly<Record<string, number>>

/** What came in the last five minutes, or in as many as are kept. */
function recently(samples: Samples<ErrorReading>): Recent {
  const now = newest(samples).reading
  const { reading: before, ms, isCut } = countedBefore(samples, FIVE_MINUTES_MS, KEEP)
  return {
    ms,
    isCut,
    uncaught: now.uncaught - (before?.uncaught ?? 0),
    unhandled: now.unhandled - (before?.unhandled ?? 0),
    exhausted: less(now.exhausted, before?.exhausted),
    warnings: less(now.warnings, before?.warnings, HARMLESS),
    ...(now.newest !== undefined && { newest: now.newest }),
  }
}

function less(now: Counts, before: Counts = {}, without: readonly string[] = []): Counts {
  const counts = Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return Object.fromEntries(counts.filter(([name, count]) => count > 0 && !without.includes(name)))
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function sentence(
  { ms, isCut, uncaught, unhandled, exhausted, warnings, newest }: Recent,
  { warnAt, failAt }: Settings,
): string {
  const seen = [
    ...(uncaught > 0 ? [inNumber(uncaught, 'uncaught exception')] : []),
    ...(unhandled > 0 ? [inNumber(unhandled, 'unhandled rejection')] : []),
    ...Object.entries(warnings).map(([name, count]) => `${count} × ${name}`),
  ]
  const limits = `warns from ${warnAt}, fails from ${failAt}`
  if (seen.length === 0) {
    const when = ms > 0 ? `of late (${inWords(ms)}, and this run only)` : 'so far (this run only)'
    return `nothing went uncaught ${when}; ${limits}`
  }
  const ranOut = Object.keys(exhausted).map((code) => `; ${EXHAUSTED[code] ?? code} (${code})`)
  const last = uncaught + unhandled > 0 && newest !== undefined ? `, the newest ${newest}` : ''
  return `${seen.join(', ')} ${ms > 0 ? `in ${windowInWords({ ms, isCut })}` : 'so far'}${last}${ranOut.join('')}; ${limits}; the log has the stack`
}

const EXHAUSTED: Readonly<Record<string, string>> = {
  EMFILE: 'the process is out of descriptors',
  ENFILE: 'the machine is out of descriptors',
  ENOSPC: 'a disk is full',
  ENOMEM: 'the machine is out of memory',
}
