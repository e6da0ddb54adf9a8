import { CURES, type Cure } from './check.ts'
import { LONGEST_DELAY_MS, type Rhythm } from './rhythm.ts'
import { shown } from './setup-error.ts'
import { slipOf } from './slip.ts'

/** What an operator may say of any check, beside the check's own settings. */
export interface Terms extends Rhythm {
  readonly cure: Cure
  /** false leaves the check out. */
  readonly enabled: boolean
}

export const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1
const isDelay = (value: unknown) => typeof value === 'number' && value >= 1 && value <= LONGEST_DELAY_MS

type Rule = readonly [fits: (value: unknown) => boolean, expected: string]

/** What each of the terms must be: also the vocabulary that tells a term from a check's own setting. */
const TERMS: Readonly<Record<keyof Terms, Rule>> = {
  cure: [(value) => CURES.includes(value as Cure), 'restart, wait or person'],
  everyMs: [isDelay, `milliseconds from 1 to ${LONGEST_DELAY_MS}`],
  timeoutMs: [isDelay, `milliseconds from 1 to ${LONGEST_DELAY_MS}`],
  toWorsen: [isCount, 'a whole number from 1'],
  toRecover: [isCount, 'a whole number from 1'],
  enabled: [(value) => typeof value === 'boolean', 'true or false'],
}

export const TERM_NAMES = Object.keys(TERMS) as readonly (keyof Terms)[]

/** Own keys alone: `constructor` is in every object. */
export function isTerm(key: string): key is keyof Terms {
  return Object.hasOwn(TERMS, key)
}

/** A check's own rhythm: whether it runs, and what cures it, is said elsewhere. */
const RHYTHM_NAMES: readonly string[] = TERM_NAMES.filter((name) => name !== 'cure' && name !== 'enabled')

export function mistakesInRhythm(name: string, rhythm: Readonly<Record<string, unknown>>): readonly string[] {
  const unknown = Object.keys(rhythm).filter((key) => !RHYTHM_NAMES.includes(key))
  const known = Object.entries(rhythm).filter(([key]) => RHYTHM_NAMES.includes(key))
  return [
    ...unknown.map((key) => {
      const near = slipOf(key, RHYTHM_NAMES)
      const meant = near === undefined ? `it has ${RHYTHM_NAMES.join(', ')}` : `did you mean ${near}?`
      return `${name}: rhythm.${key}: a rhythm has no such field; ${meant}`
    }),
    ...mistakesInTerms(name, Object.fromEntries(known)),
  ]
}

export function mistakesInTerms(name: string, terms: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(terms).flatMap(([key, value]) => {
    const [fits, expected]: Rule = isTerm(key) ? TERMS[key] : [() => false, `one of ${TERM_NAMES.join(', ')}`]
    return fits(value) ? [] : [`checks.${name}.${key}: expected ${expected}; got ${shown(value)}`]
  })
}
