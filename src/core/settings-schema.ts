import type { StandardSchemaV1 } from '@standard-schema/spec'
import { shown } from './setup-error.ts'

/**
 * What validates a check's settings and fills in their defaults: any schema that keeps to Standard Schema (https://standardschema.dev),
 * as those of zod, valibot and ArkType do. It has to answer at once, without a promise. For settings to be taken from a file, the
 * environment or flags too, their names have to be told: by valibot's schemas, and by those that keep to Standard JSON Schema.
 */
export type SettingsSchema<Settings> = StandardSchemaV1<unknown, Settings>

/** The settings, or one mistake a line, each with where it is: `limits.warnAt: expected >0; got -1`. */
export type Parsed<Settings> = { readonly settings: Settings } | { readonly mistakes: readonly Mistake[] }

export interface Mistake {
  readonly path: readonly string[]
  readonly text: string
}

export function parseSettings<Settings>(schema: SettingsSchema<Settings>, given: unknown): Parsed<Settings> {
  const result = schema['~standard'].validate(given)
  if (result instanceof Promise) {
    result.catch(() => {})
    return { mistakes: [{ path: [], text: 'its schema answers with a promise; settings are validated at once' }] }
  }
  return result.issues
    ? { mistakes: result.issues.map((issue) => mistakeOf(issue, given)) }
    : { settings: result.value }
}

function mistakeOf(issue: StandardSchemaV1.Issue, given: unknown): Mistake {
  const text = wordingOf(issue)
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
  if (!text.startsWith('expected ') || text.includes('; got ')) return { path, text }
  const came = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], given)
  return { path, text: `${text}; got ${shown(came)}` }
}

/** Where a library tells what it expected, in fewer words than its own: `Invalid value: Expected <=1 but received 2`. */
function wordingOf(issue: StandardSchemaV1.Issue): string {
  const { expected } = issue as { expected?: unknown }
  return typeof expected === 'string' && issue.message.startsWith('Invalid ') ? `expected ${expected}` : issue.message
}
