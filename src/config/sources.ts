import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { shown } from '../core/setup-error.ts'
import { type Key, type LeafSchema, suggestion, valueFromText, variableOf } from './keys.ts'

/** A value that somebody gave, and where: `PORT`, `--port`, `failweb.yml`. */
export interface Given {
  readonly value: unknown
  readonly from: string
}

/** What one source gives, by key, and its mistakes. */
export interface Source {
  readonly given: ReadonlyMap<string, Given>
  readonly mistakes: readonly string[]
}

/**
 * Variables that a kubelet sets in every pod beside a Service named failweb (or failweb-NAME): `FAILWEB_PORT=tcp://…`,
 * `FAILWEB_SERVICE_HOST`, `FAILWEB_PORT_80_TCP_ADDR`. No setting has such a name, and they are never read.
 */
export const SERVICE_LINK =
  /^FAILWEB(_[A-Z0-9]+)*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/

/** Variables that are no settings: where the file is, and what a kubelet's side hands to a container. */
const NOT_SETTINGS: readonly string[] = ['FAILWEB_CONFIG', 'FAILWEB_TERMINATION_MESSAGE_PATH']

/** What the environment gives: `PORT`, and `FAILWEB_…` for every other key. */
export function fromEnvironment(env: Readonly<Record<string, string | undefined>>, keys: readonly Key[]): Source {
  const byVariable = new Map(keys.map((key) => [key.name === 'port' ? 'PORT' : variableOf(key.name), key]))
  const given = new Map<string, Given>()
  const mistakes: string[] = []
  for (const [variable, text] of Object.entries(env)) {
    const key = byVariable.get(variable)
    if (key && text !== undefined) {
      given.set(key.name, { value: valueFromText(text, key.schema), from: variable })
    } else if (isUnknownSetting(variable)) {
      mistakes.push(`${variable}: no setting has this name${suggestion(variable, [...byVariable.keys()])}`)
    }
  }
  return { given, mistakes }
}

function isUnknownSetting(variable: string): boolean {
  return variable.startsWith('FAILWEB_') && !SERVICE_LINK.test(variable) && !NOT_SETTINGS.includes(variable)
}

/** What a YAML or JSON file gives. */
export function fromFile(path: string, keys: readonly Key[]): Source {
  const read = readYaml(path)
  if ('mistakes' in read) return { given: new Map(), mistakes: read.mistakes }
  const given = new Map<string, Given>()
  const mistakes: string[] = []
  collect(read.value, '', treeOf(keys), (name, value) => given.set(name, { value, from: path }), mistakes)
  return { given, mistakes: mistakes.map((mistake) => `${path}: ${mistake}`) }
}

function readYaml(path: string): { value: Record<string, unknown> } | { mistakes: readonly string[] } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return { mistakes: [`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`] }
  }
  const document = parseDocument(text)
  if (document.errors.length > 0) {
    return { mistakes: document.errors.map(({ message }) => `${path}: ${message.split('\n')[0]?.replace(/:$/, '')}`) }
  }
  const value: unknown = document.toJS() ?? {}
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Record<string, unknown> }
  }
  return { mistakes: [`${path}: expected keys and values; got ${shown(value)}`] }
}

/** Keys as a tree: `{ decay: { step: leaf } }`. */
type Tree = Map<string, Tree | LeafSchema>

function treeOf(keys: readonly Key[]): Tree {
  const root: Tree = new Map()
  for (const { name, schema } of keys) {
    const path = name.split('.')
    let tree = root
    for (const step of path.slice(0, -1)) {
      const next = tree.get(step)
      const branch = next instanceof Map ? next : new Map()
      tree.set(step, branch)
      tree = branch
    }
    tree.set(path.at(-1) ?? name, schema)
  }
  return root
}

type Keep = (name: string, value: unknown) => void

function collect(value: Record<string, unknown>, prefix: string, tree: Tree, keep: Keep, mistakes: string[]): void {
  for (const [key, one] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`
    const known = tree.get(key)
    if (known === undefined) mistakes.push(`${name}: ${unknownWord(prefix)}${suggestion(key, [...tree.keys()])}`)
    else if (!(known instanceof Map)) keep(name, one)
    else if (isObject(one)) collect(one, name, known, keep, mistakes)
    else if (one !== null) mistakes.push(`${name}: expected keys and values; got ${shown(one)}`)
  }
}

const unknownWord = (prefix: string) => (prefix === 'checks' ? 'no check has this name' : 'no setting has this name')

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What flags give: `--decay.step 5`, in the order in which they came. */
export function fromFlags(flags: ReadonlyMap<string, string>, keys: readonly Key[]): Source {
  const byName = new Map(keys.map((key) => [key.name, key]))
  const given = new Map<string, Given>()
  const mistakes: string[] = []
  for (const [flag, text] of flags) {
    const key = byName.get(flag)
    if (key) given.set(flag, { value: valueFromText(text, key.schema), from: `--${flag}` })
    else mistakes.push(`--${flag}: no setting has this name${suggestion(flag, [...byName.keys()])}`)
  }
  return { given, mistakes }
}
