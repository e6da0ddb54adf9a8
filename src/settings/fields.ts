import * as v from 'valibot'

/** NaN and the infinities pass comparisons: no setting may be one. */
export const number = v.pipe(v.number(), v.finite('expected a finite number'))
export const above0 = v.pipe(number, v.gtValue(0))
/** A share: over 0, at most 1. */
export const ratio = v.pipe(above0, v.maxValue(1))
/** A whole number from 1. */
export const count = v.pipe(number, v.safeInteger('expected a whole number'), v.minValue(1))
/** A share of what may go wrong: ten times it has to be less than all. */
export const budget = v.pipe(above0, v.ltValue(0.1, 'expected less than 0.1: it fails at ten times the budget'))
export const text = v.pipe(v.string(), v.nonEmpty('expected some text'))

/** A setting with one line about it, and what it is where nobody says. */
export function setting<const Schema extends v.GenericSchema, const Default extends v.Default<Schema, undefined>>(
  schema: Schema,
  byDefault: Default,
  about: string,
) {
  return v.pipe(v.optional(schema, byDefault), v.description(about))
}

/** A setting that may be left out. */
export function option<const Schema extends v.GenericSchema>(schema: Schema, about: string) {
  return v.pipe(v.optional(schema), v.description(about))
}
