import type { StandardJSONSchemaV1 } from '@standard-schema/spec'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { Check } from '../core/check.ts'
import type { SettingsSchema } from '../core/settings-schema.ts'
import { SetupError } from '../core/setup-error.ts'
import { TERM_NAMES } from '../core/terms.ts'

/** A setting that may be given: what a JSON Schema says of it. */
export interface Key {
  /** `checks.disk-usage.warnAt` */
  readonly name: string
  readonly schema: LeafSchema
}

/** The part of JSON Schema that is used here. */
export interface LeafSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly items?: LeafSchema
  readonly anyOf?: readonly LeafSchema[]
  readonly properties?: Readonly<Record<string, LeafSchema>>
}

/** Every key under a schema, dotted, in the schema's order. @throws {SetupError} for one that does not tell its keys */
export function keysOf(schema: SettingsSchema<unknown>, prefix = ''): readonly Key[] {
  const { vendor, jsonSchema } = schema['~standard'] as Partial<StandardJSONSchemaV1.Props>
  if (jsonSchema) return leaves(jsonSchema.input(JSON_SCHEMA), prefix)
  if (vendor !== 'valibot')
    throw new SetupError([`${prefix}: settings: expected a schema that tells its keys (${TELLING})`])
  return leaves(toJsonSchema(schema as never, { typeMode: 'input', errorMode: 'ignore' }) as LeafSchema, prefix)
}

const JSON_SCHEMA = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } } as const
const TELLING = 'of zod from 4.2 on, of valibot, or of another library that keeps to Standard JSON Schema'

/** Every key of a check: its terms (cure, rhythm, enabled), then its own settings. */
export function keysOfCheck(check: Check): readonly Key[] {
  const prefix = `checks.${check.name}`
  const terms = TERM_NAMES.map((term) => ({ name: `${prefix}.${term}`, schema: TERM_SCHEMAS[term] }))
  return [...terms, ...(check.settings ? keysOf(check.settings, prefix) : [])]
}

const TERM_SCHEMAS: Readonly<Record<(typeof TERM_NAMES)[number], LeafSchema>> = {
  cure: { type: 'string', description: 'restart, wait or person' },
  everyMs: { type: 'number', description: 'how often it looks' },
  timeoutMs: { type: 'number', description: 'how long a look may take' },
  toWorsen: { type: 'number', description: 'looks running before something worse is said' },
  toRecover: { type: 'number', description: 'looks running before something better is said' },
  enabled: { type: 'boolean', description: 'false leaves the check out' },
}

function leaves(schema: LeafSchema, name: string): readonly Key[] {
  if (!schema.properties) return [{ name, schema }]
  return Object.entries(schema.properties).flatMap(([key, one]) => leaves(one, name === '' ? key : `${name}.${key}`))
}

/** `decay.step` → `FAILWEB_DECAY_STEP`; `checks.disk-usage.warnAt` → `FAILWEB_CHECKS_DISK_USAGE_WARN_AT`. */
export function variableOf(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll(/[.-]/g, '_')
  return `FAILWEB_${words.toUpperCase()}`
}

/**
 * A value from text, as a variable or a flag gives it. What does not fit stays text: the schema then says what is wrong. Text for a
 * setting that takes text is never read as anything else: `[1]` is a token, and `{}` a description.
 */
export function valueFromText(text: string, schema: LeafSchema): unknown {
  const types = typesOf(schema)
  if (types.includes('array')) return itemsFromText(text, itemsOf(schema))
  if (types.some((type) => type === 'number' || type === 'integer') && isNumeric(text)) return Number(text)
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  return types.includes('string') ? text : fromJson(text)
}

/** A list as JSON, or by commas where each item is a text of its own. */
function itemsFromText(text: string, items: LeafSchema): unknown {
  const json = fromJson(text)
  if (Array.isArray(json)) return json
  // What looks like JSON, and is not, is not cut at its commas: no piece of it would be what was meant.
  if (/^\s*[[{]/.test(text) && !typesOf(items).includes('string')) return json
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '').map((part) => valueFromText(part, items))
}

function typesOf({ type, anyOf = [] }: LeafSchema): readonly string[] {
  return [...(type === undefined ? [] : [type]), ...anyOf.flatMap(typesOf)]
}

function itemsOf({ items, anyOf = [] }: LeafSchema): LeafSchema {
  return items ?? anyOf.find((one) => one.items)?.items ?? {}
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

/** An object or a list from JSON; anything else stays text. */
function fromJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
