import type { Choice } from './core/assignment.ts'
import { type Check, CURES } from './core/check.ts'
import { isObject } from './core/check-shape.ts'
import { LONGEST_DELAY_MS } from './core/rhythm.ts'
import { SetupError, shown } from './core/setup-error.ts'
import { isToken, TOKEN_EXPECTED } from './core/token.ts'
import type { HealthOptions } from './health.ts'
import type { HealthRoutesOptions } from './http/health-routes.ts'

/** What an option must be: a test and its words, or the options under it. */
type Rule = readonly [fits: (value: unknown) => boolean, expected: string]
type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule | Rules<object> }

const isFunction = (value: unknown) => typeof value === 'function'
const FUNCTION: Rule = [isFunction, 'a function']
const TEXT: Rule = [(value) => typeof value === 'string', 'text']
const TRUTH: Rule = [(value) => typeof value === 'boolean', 'true or false']

const HEALTH_RULES: Rules<HealthOptions> = {
  checks: [Array.isArray, 'a list of checks'],
  registry: [
    (value) => isObject(value) && isFunction((value as { registerMetric?: unknown }).registerMetric),
    'a prom-client registry',
  ],
  token: [isToken, TOKEN_EXPECTED],
  metrics: { public: TRUTH },
  heartbeat: {
    asks: [
      (value: unknown) => Array.isArray(value) && value.every((one) => CURES.includes(one)),
      `a list of any of ${CURES.join(', ')}`,
    ],
  },
  identity: {
    version: TEXT,
    releaseId: TEXT,
    serviceId: TEXT,
    description: TEXT,
    notes: [
      (value: unknown) => Array.isArray(value) && value.every((note) => typeof note === 'string'),
      'a list of texts',
    ],
  },
  drainMs: [
    (value) => typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY_MS,
    `milliseconds from 0 to ${LONGEST_DELAY_MS}`,
  ],
  address: FUNCTION,
  onTransition: FUNCTION,
  clock: [isObject, 'a clock'],
}

const ROUTES_RULES: Rules<HealthRoutesOptions> = {
  prefix: [
    (value) => typeof value === 'string' && /^(\/[\w.~-]+)*$/.test(value),
    'a path such as /internal, with no slash at its end',
  ],
  metrics: TRUTH,
}

/** @throws {SetupError} with every mistake: who calls from JavaScript has no compiler to say so */
export function assertOptions(options: HealthOptions): void {
  const { checks } = Object(options)
  refuse([...mistakesIn(options, HEALTH_RULES, 'createHealth'), ...(Array.isArray(checks) ? noChecksIn(checks) : [])])
}

/** The same of `routes` and `handler`. @throws {SetupError} with every mistake */
export function assertRoutesOptions(options: HealthRoutesOptions): void {
  refuse(mistakesIn(options, ROUTES_RULES, 'routes'))
}

function refuse(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new SetupError(mistakes)
}

function mistakesIn(options: unknown, rules: Rules<object>, whose: string, prefix = ''): readonly string[] {
  const known = Object.keys(rules)
  if (!isObject(options)) return [`${whose}: expected an object with any of ${known.join(', ')}; got ${shown(options)}`]
  return Object.entries(options as object).flatMap(([name, value]) => {
    if (value === undefined) return []
    const rule = (Object.hasOwn(rules, name) ? rules[name as never] : undefined) as Rule | Rules<object> | undefined
    if (!rule) return [`${prefix}${name}: ${whose} has no such option; it has ${known.join(', ')}`]
    if (!isTest(rule)) return mistakesIn(value, rule, prefix + name, `${prefix}${name}.`)
    const [fits, expected] = rule
    // A token that is wrong may still be a secret.
    return fits(value)
      ? []
      : [`${prefix}${name}: expected ${expected}; got ${name === 'token' ? 'something else' : shown(value)}`]
  })
}

/** What is a check only by half is told when it is assigned. */
function noChecksIn(list: readonly unknown[]): readonly string[] {
  return [...list].flatMap((one, nth) =>
    isObject(one) && isObject(asChoice(one as unknown as Check | Choice).check)
      ? []
      : [`checks.${nth}: expected a check; got ${typeof one === 'function' ? uncalled(one) : shown(one)}`],
  )
}

/** `latency` where `latency()` was meant. */
function uncalled({ name }: { readonly name?: unknown }): string {
  return `a function: call it${typeof name === 'string' && name !== '' ? `, ${name}()` : ''}`
}

function isTest(rule: Rule | Rules<object>): rule is Rule {
  return Array.isArray(rule)
}

export function asChoice(given: Check | Choice): Choice {
  return 'check' in given ? given : { check: given, options: {} }
}
