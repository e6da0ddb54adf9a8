import {
  CannotTell,
  type Check,
  type Forecast,
  type Part,
  type ValueLimits,
  type Values,
  type Verdict,
} from '../core/check.ts'
import { partsInWords } from '../core/parts.ts'
import { shown } from '../core/setup-error.ts'
import { slipOf } from '../core/slip.ts'
import { type Judged, worst } from '../core/status.ts'
import { adviceInOneLine, inOneLine } from '../core/wording.ts'

/**
 * A reading that no judge should see: nothing at all, or a number that is not finite, alone or as a field.
 * NaN passes every comparison with a limit, so it must never reach one.
 * @throws {CannotTell} that names what came
 */
export function assertReadable(reading: unknown): void {
  if (reading === undefined || reading === null) throw new CannotTell(`its look returned ${reading}`)
  const numbers = typeof reading === 'object' ? Object.entries(reading) : [['', reading]]
  for (const [key, value] of numbers) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new CannotTell(`its look returned ${key ? `${key} = ` : ''}${value}, which no limit can judge`)
    }
  }
}

/**
 * Copies a verdict, frozen, once it has the right shape. The status of the whole is at least that of its worst part; where the judge called
 * the whole better, it has that part's sentence and numbers.
 * @throws {CannotTell} that names what is wrong with it: a check that answers rubbish is `unknown`, not `pass`
 */
export function shapeVerdict(check: Check, verdict: Verdict): Verdict {
  if (typeof verdict !== 'object' || verdict === null) throw wrong('a verdict', 'an object', verdict)
  if (isThenable(verdict)) {
    verdict.then(undefined, () => {})
    throw new CannotTell('its judge returned a promise; a judge answers at once, what takes time belongs into sense')
  }
  refuseSlips(verdict, VERDICT_FIELDS, 'a verdict')
  const count = verdict.parts?.length ?? 0
  if (count > MOST_PARTS)
    throw new CannotTell(`its judge gave ${count} parts; it may give ${MOST_PARTS}, each a metric label`)
  const parts = verdict.parts?.map((part) => shapePart(check, part))
  const subjects = new Set(parts?.map(({ subject }) => subject))
  if (parts && subjects.size < parts.length) throw new CannotTell('its judge gave two parts with one subject')
  const whole = Object.assign(shapeCommon(check, verdict), shapeAdvice(verdict))
  const status = worst([whole.status, ...(parts ?? []).map((part) => part.status)])
  const told = status === whole.status ? whole : overlooked(parts ?? [], status)
  return Object.freeze({ status, ...told, ...(parts && { parts: Object.freeze(parts) }) })
}

/** A judge may have overlooked a part: "all is well", and what goes with it, is nothing to say of a check that fails. */
function overlooked(parts: readonly Part[], status: Judged): Omit<Verdict, 'status' | 'parts'> {
  const { subject: _subject, status: _status, ...first } = parts.find((part) => part.status === status) ?? NO_PART
  return { ...first, because: inOneLine(partsInWords(parts, status)) }
}

const NO_PART: Part = { subject: '', status: 'pass', because: '', values: {} }

/** Each becomes an element of the detail and a label of every metric of the check. */
const MOST_PARTS = 1_000

const COMMON_FIELDS = ['status', 'because', 'values', 'limits', 'forecast'] satisfies (keyof Verdict & keyof Part)[]
const VERDICT_FIELDS: ReadonlySet<string> = new Set<keyof Verdict>([...COMMON_FIELDS, 'advice', 'parts'])
const PART_FIELDS: ReadonlySet<string> = new Set<keyof Part>([...COMMON_FIELDS, 'subject'])

/** A field that is all but called like one that is missing: `limit` for `limits` would be lost without a word. Others may be there. */
function refuseSlips(given: object, known: ReadonlySet<string>, what: string): void {
  for (const field in given) {
    if (known.has(field)) continue
    const near = slipOf(
      field,
      [...known].filter((name) => (given as Record<string, unknown>)[name] === undefined),
    )
    if (near !== undefined)
      throw new CannotTell(`its judge gave ${field}, and ${what} has no such field; did you mean ${near}?`)
  }
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === 'function'
}

function shapePart(check: Check, part: Part): Part {
  refuseSlips(part, PART_FIELDS, 'a part')
  if (typeof part.subject !== 'string' || part.subject === '') throw wrong('a subject', 'text', part.subject)
  return Object.freeze({ subject: part.subject, ...shapeCommon(check, part) })
}

function shapeCommon(check: Check, { status, because, values, limits, forecast }: Omit<Verdict, 'parts'>) {
  if (status !== 'pass' && status !== 'warn' && status !== 'fail')
    throw wrong('the status', 'pass, warn or fail', status)
  if (typeof because !== 'string' || because === '') throw wrong('because', 'a sentence', because)
  return {
    status,
    because: inOneLine(because),
    values: shapeValues(check, values ?? {}),
    ...(limits && { limits: shapeLimits(limits) }),
    ...(forecast && { forecast: shapeForecast(forecast) }),
  }
}

function shapeAdvice({ advice }: Verdict): Pick<Verdict, 'advice'> {
  if (advice === undefined) return {}
  if (typeof advice !== 'string' || advice === '') throw wrong('its advice', 'a sentence', advice)
  return { advice: adviceInOneLine(advice) }
}

function shapeValues(check: Check, values: Values): Values {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw wrong(`the value ${name}`, 'a finite number', value)
    if (!Object.hasOwn(check.values ?? {}, name)) {
      throw new CannotTell(`its judge gave the value ${name}, which the check does not declare in its values`)
    }
  }
  return Object.freeze({ ...values })
}

function shapeLimits({ warn, fail }: ValueLimits): ValueLimits {
  for (const [name, limit] of Object.entries({ warn, fail })) {
    if (limit !== undefined && !Number.isFinite(limit)) throw wrong(`the limit ${name}`, 'a finite number', limit)
  }
  return Object.freeze({ ...(warn !== undefined && { warn }), ...(fail !== undefined && { fail }) })
}

function shapeForecast({ limit, etaSeconds }: Forecast): Forecast {
  if (typeof limit !== 'string' || limit === '') throw wrong('the limit of its forecast', 'text', limit)
  const [soonest, likely, latest] = etaSeconds
  for (const eta of [soonest, likely, latest ?? likely]) {
    if (!Number.isFinite(eta)) throw wrong('the forecast', 'finite seconds', eta)
  }
  if (!(soonest <= likely && likely <= (latest ?? Number.POSITIVE_INFINITY)))
    throw wrong('the forecast', 'the soonest, the likely and the latest end in this order', etaSeconds)
  return Object.freeze({ limit, etaSeconds: Object.freeze([soonest, likely, latest] as const) })
}

function wrong(what: string, expected: string, got: unknown): CannotTell {
  return new CannotTell(`its judge gave ${what} as ${shown(got)}; expected ${expected}`)
}
