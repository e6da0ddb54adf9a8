import { isObject } from '../core/check-shape.ts'
import { shown } from '../core/setup-error.ts'
import type { Key, LeafSchema } from './keys.ts'
import type { Given, Source } from './sources.ts'
import { suggestion } from './suggestion.ts'
import { readYaml } from './yaml-file.ts'

/** Reads a YAML or JSON file, and tells what it gives. Keys may be nested, or dotted as everywhere else: `decay.step: 5`. */
export function openSettings(path: string): (keys: readonly Key[]) => Source {
  const read = readYaml(path)
  return (keys) =>
    'mistakes' in read ? { given: new Map(), mistakes: read.mistakes } : givenIn(path, read.value, keys)
}

function givenIn(path: string, value: Readonly<Record<string, unknown>>, keys: readonly Key[]): Source {
  const given = new Map<string, Given>()
  const mistakes: string[] = []
  const keep: Keep = (name, value) => {
    if (given.has(name)) mistakes.push(`${name}: given twice, dotted and nested`)
    given.set(name, { value, from: path })
  }
  collect(value, '', treeOf(keys), keep, mistakes)
  return { given, mistakes: mistakes.map((mistake) => `${path}: ${mistake}`) }
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

function collect(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  tree: Tree,
  keep: Keep,
  mistakes: string[],
): void {
  for (const [key, given] of Object.entries(value)) {
    // `decay.step: 5` is read as `decay: { step: 5 }`, one dot at a time.
    const [step = key, ...rest] = key.split('.')
    const one = rest.length === 0 ? given : { [rest.join('.')]: given }
    const name = prefix === '' ? step : `${prefix}.${step}`
    const known = tree.get(step)
    if (known === undefined) mistakes.push(`${name}: ${unknownWord(prefix)}${suggestion(step, [...tree.keys()])}`)
    else if (known instanceof Map) collectBranch(one, name, known, keep, mistakes)
    else if (rest.length === 0) keep(name, one)
    else mistakes.push(`${name}.${rest.join('.')}: dots end at ${name}; what is under it is written nested`)
  }
}

function collectBranch(value: unknown, name: string, tree: Tree, keep: Keep, mistakes: string[]): void {
  if (isObject(value)) collect(value, name, tree, keep, mistakes)
  else if (value !== null) mistakes.push(`${name}: expected keys and values; got ${shown(value)}`)
}

const unknownWord = (prefix: string) => (prefix === 'checks' ? 'no check has this name' : 'no setting has this name')
