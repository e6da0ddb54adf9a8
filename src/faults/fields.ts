import { bytesIn } from '../core/byte-size.ts'
import { shown } from '../core/setup-error.ts'
import { RefusedFault } from './refused-fault.ts'

/** One setting: what it must be, in words and as a reader of what came. */
export interface Field<T> {
  readonly expected: string
  /** What it is when it is not given. Without one it has to be given. */
  readonly fallback?: { readonly value: T }
  /** Undefined for anything that is not what was expected. */
  read(given: unknown): T | undefined
}

export type Fields = Readonly<Record<string, Field<unknown>>>

export type SettingsOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

interface Range {
  readonly min: number
  readonly max: number
  readonly fallback?: number
}

export function number({ min, max, fallback }: Range): Field<number> {
  return {
    expected: `a number from ${min} to ${max}`,
    ...fallingBackTo(fallback),
    read: (given) => within(given, min, max),
  }
}

export function whole({ min, max, fallback }: Range): Field<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    ...fallingBackTo(fallback),
    read: (given) => (Number.isInteger(given) ? within(given, min, max) : undefined),
  }
}

/** A number of bytes, or a text such as `4MiB`. */
export function bytes({ min, max, fallback }: Range): Field<number> {
  return {
    expected: `bytes from ${min} to ${max}, or a text such as "4MiB"`,
    ...fallingBackTo(fallback),
    read: (given) => within(typeof given === 'string' ? bytesIn(given) : given, min, max),
  }
}

export function flag(fallback: boolean): Field<boolean> {
  return {
    expected: 'true or false',
    ...fallingBackTo(fallback),
    read: (given) => (typeof given === 'boolean' ? given : undefined),
  }
}

export function choice<T extends string>(choices: readonly T[], fallback: T): Field<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    ...fallingBackTo(fallback),
    read: (given) => choices.find((one) => one === given),
  }
}

/** The same setting, which may be left out. */
export function optionally<T>({ expected, read }: Field<T>): Field<T | undefined> {
  return { expected: `${expected}, or nothing`, fallback: { value: undefined }, read }
}

/** The settings that were given, with fallbacks for the others. @throws {RefusedFault} with every mistake in one message */
export function readSettings<F extends Fields>(fault: string, fields: F, given: unknown): SettingsOf<F> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new RefusedFault(400, `${fault}: settings: expected an object; got ${shown(given)}`)
  }
  const mistakes = Object.keys(given).flatMap((key) => (Object.hasOwn(fields, key) ? [] : unknownKey(key, fields)))
  const settings = Object.entries(fields).map(([key, field]) => {
    const value = (given as Record<string, unknown>)[key]
    if (value === undefined && field.fallback) return [key, field.fallback.value]
    const read = field.read(value)
    if (read === undefined) mistakes.push(`${key}: expected ${field.expected}; got ${shown(value)}`)
    return [key, read]
  })
  if (mistakes.length > 0) throw new RefusedFault(400, mistakes.map((mistake) => `${fault}: ${mistake}`).join('\n'))
  return Object.freeze(Object.fromEntries(settings)) as SettingsOf<F>
}

function unknownKey(key: string, fields: Fields): readonly string[] {
  return [`${shown(key)}: expected one of ${[...Object.keys(fields), 'ttlSeconds'].join(', ')}`]
}

function within(given: unknown, min: number, max: number): number | undefined {
  return typeof given === 'number' && given >= min && given <= max ? given : undefined
}

function fallingBackTo<T>(value: T | undefined): { readonly fallback?: { readonly value: T } } {
  return value === undefined ? {} : { fallback: { value } }
}
