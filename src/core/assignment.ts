import { type Check, CURES, type Cure } from './check.ts'
import { DEFAULT_RHYTHM, LONGEST_DELAY_MS, type Rhythm } from './rhythm.ts'
import { SetupError, shown } from './setup-error.ts'

/** What an operator may say of any check, beside the check's own settings. */
export interface Terms extends Rhythm {
  readonly cure: Cure
  /** false leaves the check out. */
  readonly enabled: boolean
}

/** A check, and what was asked for it: any of its {@link Terms} and its own settings, not yet validated. */
export interface Choice {
  readonly check: Check
  readonly options: Readonly<Record<string, unknown>>
}

/** A check with its settings and its rhythm, all validated: what a monitor runs. */
export interface Assignment {
  readonly check: Check
  readonly settings: unknown
  readonly rhythm: Rhythm
  readonly cure: Cure
}

/** Names that a check may not have: routes and JSON keys use them. */
export const RESERVED_NAMES: readonly string[] = ['decay']

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const VALUE_NAME = /^[a-z][a-z0-9_]*$/
const VALUE_ENDING = /_(total|count|sum|bucket|info)$/

/** Turns choices into assignments; those with `enabled: false` are left out. @throws {SetupError} with every mistake of all of them */
export function assign(choices: readonly Choice[]): readonly Assignment[] {
  const mistakes: string[] = []
  const assignments = choices.flatMap((choice) => assignOne(choice, mistakes) ?? [])
  mistakes.push(...sameNames(choices.map(({ check }) => check)))
  mistakes.push(...sameMetrics(choices.map(({ check }) => check)))
  if (mistakes.length > 0) throw new SetupError(mistakes)
  return assignments
}

/** Whether something that came from outside is a check, and if not, why not: one line each. */
export function mistakesInCheck(check: Partial<Record<keyof Check, unknown>>): readonly string[] {
  const name = typeof check.name === 'string' ? check.name : 'a check'
  const mistakes: string[] = []
  const expect = (holds: boolean, what: string, expected: string, got: unknown) => {
    if (!holds) mistakes.push(`${name}: ${what}: expected ${expected}; got ${shown(got)}`)
  }
  const isName = typeof check.name === 'string' && NAME.test(check.name) && check.name.length <= 63
  expect(isName && !RESERVED_NAMES.includes(name), 'name', 'kebab-case, at most 63 characters, not "decay"', check.name)
  expect(typeof check.about === 'string' && check.about !== '', 'about', 'one line of text', check.about)
  expect(CURES.includes(check.cure as Cure), 'cure', 'restart, wait or person', check.cure)
  expect(typeof check.sense === 'function', 'sense', 'a function', check.sense)
  expect(typeof check.judge === 'function', 'judge', 'a function', check.judge)
  expect(check.keep === undefined || isCount(check.keep), 'keep', 'a whole number from 1', check.keep)
  mistakes.push(...mistakesInTerms(name, { ...(check.rhythm as Partial<Rhythm>) }))
  for (const [key, about] of Object.entries(check.values ?? {})) {
    const fits = VALUE_NAME.test(key) && !VALUE_ENDING.test(key)
    expect(fits, 'values', '[a-z][a-z0-9_]* that does not end in _total, _count, _sum, _bucket or _info', key)
    expect(typeof about === 'string', `values.${key}`, 'one line of text', about)
  }
  return mistakes
}

/** `disk-usage` and `used_bytes` → `failweb_disk_usage_used_bytes`. */
export function metricOf(checkName: string, valueName: string): string {
  return `failweb_${checkName.replaceAll('-', '_')}_${valueName}`
}

function assignOne({ check, options }: Choice, mistakes: string[]): Assignment | undefined {
  const wrong = mistakesInCheck(check)
  mistakes.push(...wrong)
  if (wrong.length > 0) return undefined
  const { terms, own } = split(options)
  mistakes.push(...mistakesInTerms(check.name, terms))
  const settings = settingsOf(check, own, mistakes)
  if (terms['enabled'] === false) return undefined
  const { cure = check.cure, enabled: _, ...rhythm } = terms as Partial<Terms>
  return { check, settings, cure, rhythm: { ...DEFAULT_RHYTHM, ...check.rhythm, ...rhythm } }
}

const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1
const isDelay = (value: unknown) => typeof value === 'number' && value >= 1 && value <= LONGEST_DELAY_MS

/** What each of the terms must be: also the vocabulary that tells a term from a check's own setting. */
const TERMS: Readonly<Record<keyof Terms, readonly [fits: (value: unknown) => boolean, expected: string]>> = {
  cure: [(value) => CURES.includes(value as Cure), 'restart, wait or person'],
  everyMs: [isDelay, `milliseconds from 1 to ${LONGEST_DELAY_MS}`],
  timeoutMs: [isDelay, `milliseconds from 1 to ${LONGEST_DELAY_MS}`],
  toWorsen: [isCount, 'a whole number from 1'],
  toRecover: [isCount, 'a whole number from 1'],
  enabled: [(value) => typeof value === 'boolean', 'true or false'],
}

export const TERM_NAMES = Object.keys(TERMS) as readonly (keyof Terms)[]

function split(options: Choice['options']) {
  const terms: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) (key in TERMS ? terms : own)[key] = value
  }
  return { terms, own }
}

function mistakesInTerms(name: string, terms: Record<string, unknown>): readonly string[] {
  return Object.entries(terms).flatMap(([key, value]) => {
    const [fits, expected] = TERMS[key as keyof Terms] ?? [() => false, `one of ${TERM_NAMES.join(', ')}`]
    return fits(value) ? [] : [`checks.${name}.${key}: expected ${expected}; got ${shown(value)}`]
  })
}

function settingsOf(check: Check, own: Record<string, unknown>, mistakes: string[]): unknown {
  if (!check.settings) {
    const unknown = Object.keys(own)
    if (unknown.length > 0) mistakes.push(`checks.${check.name}: has no settings; got ${unknown.join(', ')}`)
    return {}
  }
  const parsed = check.settings.safeParse(own)
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    mistakes.push(`${['checks', check.name, ...path].join('.')}: ${message}`)
  }
  return undefined
}

function sameNames(checks: readonly Check[]): readonly string[] {
  return repeated(checks.map(({ name }) => name)).map((name) => `two checks are named ${name}; each needs its own name`)
}

function sameMetrics(checks: readonly Check[]): readonly string[] {
  const distinct = [...new Map(checks.map((check) => [check.name, check])).values()]
  const metrics = distinct.flatMap(({ name, values }) =>
    Object.keys(values ?? {}).map((value) => metricOf(`${name}`, value)),
  )
  return repeated(metrics).map((metric) => `two values would both be the metric ${metric}; rename one of them`)
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
