import { type Check, CURES, type Cure } from './check.ts'
import { metricOf, OWN_METRICS } from './metric-names.ts'
import { shown } from './setup-error.ts'
import { slipOf } from './slip.ts'
import { isCount, mistakesInRhythm } from './terms.ts'

/** Names that a check may not have: answers use them for what is no check. */
export const RESERVED_NAMES: readonly string[] = ['decay', 'draining', 'main-thread']

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const VALUE_NAME = /^[a-z][a-z0-9_]*$/
/** What Prometheus' own types put at the end of a name; `failweb_CHECK_total` ends so too, from a value that is called `total`. */
const VALUE_ENDING = /(^|_)(total|count|sum|bucket|info)$/

/** Every field of a check, with the type that something has to have to be meant for it. */
const FIELDS: Readonly<Record<keyof Check, string>> = {
  name: 'string',
  about: 'string',
  cure: 'string',
  advice: 'string',
  settings: 'object',
  rhythm: 'object',
  keep: 'number',
  values: 'object',
  observes: 'object',
  open: 'function',
  close: 'function',
  sense: 'function',
  judge: 'function',
}

type Shape = Partial<Record<keyof Check, unknown>>
type Expect = (holds: boolean, what: string, expected: string, got: unknown) => void

/** Whether something that came from outside is a check, and if not, why not: one line each. */
export function mistakesInCheck(check: Shape): readonly string[] {
  const name = typeof check.name === 'string' ? check.name : 'a check'
  const mistakes: string[] = []
  const expect: Expect = (holds, what, expected, got) => {
    if (!holds) mistakes.push(`${name}: ${what}: expected ${expected}; got ${shown(got)}`)
  }
  const isName = typeof check.name === 'string' && NAME.test(check.name) && check.name.length <= 63
  expect(
    isName && !RESERVED_NAMES.includes(name),
    'name',
    `kebab-case, at most 63 characters, none of ${RESERVED_NAMES.join(', ')}`,
    check.name,
  )
  expect(typeof check.about === 'string' && check.about !== '', 'about', 'one line of text', check.about)
  expect(CURES.includes(check.cure as Cure), 'cure', 'restart, wait or person', check.cure)
  const isAdvice = check.advice === undefined || (typeof check.advice === 'string' && check.advice !== '')
  expect(isAdvice, 'advice', 'one line of text', check.advice)
  expect(
    check.settings === undefined || isSchema(check.settings),
    'settings',
    'a schema that keeps to Standard Schema (zod, valibot and others)',
    check.settings,
  )
  for (const method of ['sense', 'judge'] as const)
    expect(isFunction(check[method]), method, 'a function', check[method])
  for (const method of ['open', 'close'] as const) {
    expect(check[method] === undefined || isFunction(check[method]), method, 'a function', check[method])
  }
  expect(check.keep === undefined || isCount(check.keep), 'keep', 'a whole number from 1', check.keep)
  expect(check.rhythm === undefined || isObject(check.rhythm), 'rhythm', 'an object', check.rhythm)
  if (isObject(check.rhythm)) mistakes.push(...mistakesInRhythm(name, check.rhythm))
  expectValues(name, check, expect)
  return [...mistakes, ...misspelt(check).map((mistake) => `${name}: ${mistake}`)]
}

/**
 * A check may have whatever fields it likes beside those of the contract. Only what is all but called like one that it lacks, and is of
 * its type, is taken for it: `rythm`, but not the state of its own that `closed` is.
 */
function misspelt(check: Shape): readonly string[] {
  const lacking = Object.keys(FIELDS).filter((field) => check[field as keyof Check] === undefined)
  return Object.entries(check).flatMap(([key, value]) => {
    if (Object.hasOwn(FIELDS, key) || key.startsWith('_')) return []
    const near = slipOf(
      key,
      lacking.filter((field) => FIELDS[field as keyof Check] === typeof value && !Array.isArray(value)),
    )
    return near === undefined ? [] : [`${key}: a check has no such field; did you mean ${near}?`]
  })
}

function expectValues(name: string, { values, observes }: Shape, expect: Expect): void {
  expect(values === undefined || isObject(values), 'values', 'names of values, each with one line about it', values)
  const declared = isObject(values) ? values : {}
  for (const [key, about] of Object.entries(declared)) {
    const fits = VALUE_NAME.test(key) && !VALUE_ENDING.test(key)
    expect(fits, 'values', '[a-z][a-z0-9_]* that does not end in total, count, sum, bucket or info', key)
    expect(typeof about === 'string', `values.${key}`, 'one line of text', about)
    const metric = metricOf(name, key)
    expect(!OWN_METRICS.includes(metric), `values.${key}`, `another name, for ${metric} is failweb's own metric`, key)
  }
  if (observes === undefined) return
  const isShaped = isObject(observes) && typeof observes['measurement'] === 'string'
  const isDeclared = isShaped && Object.hasOwn(declared, String(observes['value']))
  const known = Object.keys(declared).join(', ') || 'none are'
  expect(isDeclared, 'observes', `{ measurement, value } with one of the declared values (${known})`, observes)
}

const isFunction = (value: unknown) => typeof value === 'function'

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Known by its shape: a check of one's own brings the library that it likes. ArkType's schemas are functions. */
function isSchema(value: unknown): boolean {
  const { '~standard': standard } = Object(value)
  return isObject(standard) && isFunction(standard['validate'])
}
