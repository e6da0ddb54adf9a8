import type * as v from 'valibot'
import { defineCheck, type Part } from '../src/core/check.ts'
import { saidOf } from '../src/core/parts.ts'
import { type CountedBefore, countedBefore, newest, windowInWords } from '../src/core/samples.ts'
import { worst } from '../src/core/status.ts'
import type { Numbers, NumberTally } from '../src/core/surroundings.ts'
import { apart, inNumber, inPercent } from '../src/core/wording.ts'
import { budget, setting } from '../src/settings/fields.ts'
import { object } from '../src/settings/object.ts'
import { judgeShare, LONG_MS, OVER_AT, plain, SHORT_MS, type Tally } from '../src/stats/two-windows.ts'

const settings = object({
  budget: setting(
    budget,
    0.01,
    'fails when more than ten times this share of the numbers of one name are not finite, once chance is ruled out',
  ),
})

type Settings = v.InferOutput<typeof settings>

/** Not an array itself, so that one look is one object whatever its numbers are. */
export interface NumbersReading {
  readonly tallies: readonly NumberTally[]
}

/** Five minutes at one look a second, five times its own rhythm. */
const KEEP = 301

/** Whether arithmetic goes wrong: JavaScript divides by zero without a word, and what comes out passes every comparison. */
export const numbersCheck = defineCheck<NumbersReading, Settings, Numbers>({
  name: 'numbers',
  about: 'NaN and infinite numbers where the service guards against them',
  cure: 'person',
  advice: adviceOn('under that name'),
  settings,
  rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 1, toRecover: 3 },
  keep: KEEP,
  values: {
    not_finite_numbers: 'how many numbers were NaN or infinite in the last 5 min',
    not_finite_ratio: 'their share of all the numbers that were looked at',
  },
  observes: { measurement: 'notFinite', value: 'not_finite_ratio' },
  open: (_settings, { numbers }) => numbers,
  sense: ({ held }) => ({ tallies: held.tally() }),
  judge(samples, settings, said) {
    const { tallies } = newest(samples).reading
    const [long, short] = [countedBefore(samples, LONG_MS, KEEP), countedBefore(samples, SHORT_MS, KEEP)]
    const longs = tallies.map((tally) => since(tally, long.reading))
    const { at } = newest(samples)
    const when = lately(long)
    const parts = tallies.flatMap((tally, nth) => {
      const windows = { at, when, long: longs[nth] ?? NONE, short: since(tally, short.reading) }
      return judgeName(tally.name, windows, settings, saidOf(tally.name, said) === 'fail') ?? []
    })
    const all = longs.reduce(add, NONE)
    const status = worst(parts.map((part) => part.status))
    const speaking = parts.find((part) => part.status === status)
    const values = valuesOf(all)
    if (!speaking) return { status, because: sentence(all, tallies.length, when), values, parts }
    return { status, because: speaking.because, advice: adviceOn(`as ${speaking.subject}`), values, parts }
  },
})

function adviceOn(how: string): string {
  return `find the calculation that health.finite() guards ${how}, and what it was given`
}

const NONE: Tally = { all: 0, bad: 0 }

interface Windows {
  readonly at: number
  /** How long the long one is, in words. */
  readonly when: string
  readonly long: Tally
  readonly short: Tally
}

/** Nothing is said of a name whose numbers were all finite. */
function judgeName(
  name: string,
  { at, when, long, short }: Windows,
  { budget }: Settings,
  wasOver: boolean,
): Part | undefined {
  if (long.bad === 0) return undefined
  const finding = judgeShare({ at, long, short }, budget, wasOver)
  const status = finding === 'over' || finding === 'held' ? 'fail' : 'warn'
  const word = apart(inPercent, plain(long), [OVER_AT * budget])
  const seen = `${inNumber(long.bad, 'number')} of ${long.all} named ${name} (${word(plain(long))}) ${when}`
  const limits = `warns from the first, fails when more than ${word(OVER_AT * budget)} are, chance ruled out`
  const because = `${seen} ${long.bad === 1 ? 'was' : 'were'} NaN or infinite; ${limits}; look for a division by zero or a missing value`
  return { subject: name, status, because, values: valuesOf(long), limits: { fail: OVER_AT * budget } }
}

/** What was counted of a name since then. */
function since({ name, numbers, notFinite }: NumberTally, before: NumbersReading | undefined): Tally {
  const then = before?.tallies.find((tally) => tally.name === name)
  return { all: numbers - (then?.numbers ?? 0), bad: notFinite - (then?.notFinite ?? 0) }
}

/** Where all is well. */
function sentence(all: Tally, names: number, when: string): string {
  if (names === 0) return 'no number has been looked at yet'
  return `all ${inNumber(all.all, 'number')} of ${inNumber(names, 'name')} ${when} were finite; warns from the first that is not`
}

function lately(window: CountedBefore<unknown>): string {
  return window.ms > 0 ? `in the last ${windowInWords(window)}` : 'so far'
}

const add = (a: Tally, b: Tally): Tally => ({ all: a.all + b.all, bad: a.bad + b.bad })

function valuesOf(tally: Tally) {
  return { not_finite_numbers: tally.bad, not_finite_ratio: plain(tally) }
}
