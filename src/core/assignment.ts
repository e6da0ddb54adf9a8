import type { Check, Cure } from './check.ts'
import { isObject, mistakesInCheck } from './check-shape.ts'
import { metricOf } from './metric-names.ts'
import { DEFAULT_RHYTHM, type Rhythm } from './rhythm.ts'
import { parseSettings } from './settings-schema.ts'
import { SetupError, shown } from './setup-error.ts'
import { isTerm, mistakesInTerms, type Terms } from './terms.ts'

export { metricOf } from './metric-names.ts'
export type { Terms } from './terms.ts'

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

/** Turns choices into assignments; those with `enabled: false` are left out. @throws {SetupError} with every mistake of all of them */
export function assign(choices: readonly Choice[]): readonly Assignment[] {
  const mistakes: string[] = []
  const assignments = choices.flatMap((choice) => assignOne(choice, mistakes) ?? [])
  mistakes.push(...sameNames(choices.map(({ check }) => check)))
  mistakes.push(...sameMetrics(choices.map(({ check }) => check)))
  if (mistakes.length > 0) throw new SetupError(mistakes)
  return assignments
}

function assignOne({ check, options }: Choice, mistakes: string[]): Assignment | undefined {
  const wrong = mistakesInCheck(check)
  mistakes.push(...wrong)
  if (wrong.length > 0) return undefined
  if (!isObject(options)) {
    mistakes.push(`checks.${check.name}: expected an object with its settings; got ${shown(options)}`)
    return undefined
  }
  const { terms, own } = split(options)
  mistakes.push(...mistakesInTerms(check.name, terms))
  const settings = settingsOf(check, own, mistakes)
  if (terms['enabled'] === false) return undefined
  const { cure = check.cure, enabled: _, ...rhythm } = terms as Partial<Terms>
  return { check, settings, cure, rhythm: { ...DEFAULT_RHYTHM, ...check.rhythm, ...rhythm } }
}

/** Made of entries, so that an own key `__proto__` stays a key, and is refused like any other that is not known. */
function split(options: Choice['options']) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return {
    terms: Object.fromEntries(given.filter(([key]) => isTerm(key))),
    own: Object.fromEntries(given.filter(([key]) => !isTerm(key))),
  }
}

function settingsOf(check: Check, own: Record<string, unknown>, mistakes: string[]): unknown {
  if (!check.settings) {
    const unknown = Object.keys(own)
    if (unknown.length > 0) mistakes.push(`checks.${check.name}: has no settings; got ${unknown.join(', ')}`)
    return {}
  }
  const parsed = parseSettings(check.settings, own)
  if ('settings' in parsed) return parsed.settings
  for (const { path, text } of parsed.mistakes) mistakes.push(`${['checks', check.name, ...path].join('.')}: ${text}`)
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
  const seen = new Set<string>()
  const again = new Set<string>()
  for (const name of names) (seen.has(name) ? again : seen).add(name)
  return [...again]
}
