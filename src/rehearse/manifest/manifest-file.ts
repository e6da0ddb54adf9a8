import {
  type Document,
  isMap,
  LineCounter,
  type Node,
  type ParseOptions,
  parseAllDocuments,
  type ScalarTag,
  type SchemaOptions,
} from 'yaml'
import { messageOf } from '../../core/thrown.ts'
import type { Place } from './pod-spec.ts'

/** A field of a manifest: its value, and where it stands. Fields that are not there have a place too, their parent's line. */
export interface Field {
  readonly value: unknown
  readonly place: Place
  /** The field of that name or index below this one. */
  at(key: string | number): Field
  /** Keys of a map, indices of a list; none of anything else. */
  keys(): readonly (string | number)[]
}

/** `yes` and `no` are booleans to kubectl, as they were in YAML 1.1. Source: kubernetes-sigs/yaml, goyaml.v2/resolve.go. */
const OLD_BOOLEAN: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:[yY]|[yY]es|YES|[oO]n|ON|[nN]|[nN]o|NO|[oO]ff|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
}

/** So is a number that begins with 0 an octal one. */
const OLD_OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
}

/** What kubectl reads beyond YAML 1.2: it merges `<<` as well. */
const AS_KUBECTL: ParseOptions & SchemaOptions = {
  schema: 'core',
  merge: true,
  customTags: (tags) => [OLD_BOOLEAN, OLD_OCTAL, ...tags],
}

/** The documents of one file, as fields; comments and empty documents left out. YAML that cannot be read goes to `mistakes`. */
export function readDocuments(file: string, text: string, mistakes: string[]): readonly Field[] {
  const lines = new LineCounter()
  try {
    return parseAllDocuments(text, { ...AS_KUBECTL, lineCounter: lines, logLevel: 'error' }).flatMap((document) => {
      for (const { message } of document.errors) mistakes.push(`${file}: ${firstLineOf(message)}`)
      if (!isMap(document.contents) || document.errors.length > 0) return []
      return [fieldOf({ file, lines, document }, document.toJS(), [])]
    })
  } catch (error) {
    // Aliases are followed only when values are made: one that leads nowhere, or to far too many copies, throws there.
    mistakes.push(`${file}: cannot be read as YAML: ${firstLineOf(messageOf(error))}`)
    return []
  }
}

/** Where fields come from. */
interface Origin {
  readonly file: string
  readonly lines: LineCounter
  readonly document: Document
}

/** The value is taken from the whole document's, where aliases are resolved: what stands below `livenessProbe: *probe` is found too. */
function fieldOf(origin: Origin, value: unknown, keys: readonly (string | number)[]): Field {
  const isBranch = typeof value === 'object' && value !== null
  return {
    value,
    place: { file: origin.file, path: written(keys), line: lineOf(origin, keys) },
    at: (key) =>
      fieldOf(origin, isBranch && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined, [...keys, key]),
    keys: () => (Array.isArray(value) ? [...value.keys()] : isBranch ? Object.keys(value) : []),
  }
}

/** `['spec', 'containers', 0]` → `spec.containers[0]`. */
function written(keys: readonly (string | number)[]): string {
  return keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '')
}

/** Where the key stands, or the nearest parent that is there. */
function lineOf({ document, lines }: Origin, keys: readonly (string | number)[]): number | undefined {
  for (let depth = keys.length; depth >= 0; depth--) {
    const start = startOf(document, keys.slice(0, depth))
    if (start !== undefined) return lines.linePos(start).line
  }
  return undefined
}

function startOf(document: Document, keys: readonly (string | number)[]): number | undefined {
  const parent = keys.length === 0 ? undefined : document.getIn(keys.slice(0, -1), true)
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String(key) === String(keys.at(-1)))
    return (pair?.key as Node | undefined)?.range?.[0]
  }
  return (document.getIn(keys, true) as Node | undefined)?.range?.[0]
}

function firstLineOf(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message
}
