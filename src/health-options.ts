import type { Choice } from './core/assignment.ts'
import { type Check, CURES } from './core/check.ts'
import { LONGEST_DELAY_MS } from './core/rhythm.ts'
import { SetupError, shown } from './core/setup-error.ts'
import { isToken, TOKEN_EXPECTED } from './core/token.ts'
import type { HealthOptions } from './health.ts'

type Rule = readonly [fits: (value: unknown) => boolean, expected: string]

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isFunction = (value: unknown) => typeof value === 'function'
const isDelay = (value: unknown) => typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY_MS
const areCures = (value: unknown) => Array.isArray(value) && value.every((one) => CURES.includes(one))

const RULES: Readonly<Record<keyof HealthOptions, Rule>> = {
  checks: [(value) => Array.isArray(value) && value.every(isObject), 'a list of checks'],
  registry: [isObject, 'a prom-client registry'],
  token: [isToken, TOKEN_EXPECTED],
  metrics: [isObject, '{ public }'],
  heartbeat: [
    (value) => isObject(value) && areCures((value as { asks?: unknown }).asks ?? []),
    `{ asks } with any of ${CURES.join(', ')}`,
  ],
  identity: [isObject, '{ version, releaseId, serviceId, description, notes }'],
  drainMs: [isDelay, `milliseconds from 0 to ${LONGEST_DELAY_MS}`],
  address: [isFunction, 'a function'],
  onTransition: [isFunction, 'a function'],
  clock: [isObject, 'a clock'],
}

/** @throws {SetupError} with every mistake: who calls from JavaScript has no compiler to say so */
export function assertOptions(options: HealthOptions): void {
  const mistakes = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return []
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof HealthOptions] : undefined
    if (!rule) return [`${name}: createHealth has no such option; it has ${Object.keys(RULES).join(', ')}`]
    const [fits, expected] = rule
    return fits(value)
      ? []
      : [`${name}: expected ${expected}; got ${name === 'token' ? 'something else' : shown(value)}`]
  })
  if (mistakes.length > 0) throw new SetupError(mistakes)
}

export function asChoice(given: Check | Choice): Choice {
  return 'check' in given ? given : { check: given, options: {} }
}
