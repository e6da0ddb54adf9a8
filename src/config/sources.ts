import { type Key, valueFromText, variableOf } from './keys.ts'
import { suggestion } from './suggestion.ts'

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

/** Where the file is: no setting, for it is read before all of them. */
const NOT_SETTINGS: readonly string[] = ['FAILWEB_CONFIG']

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

/** Flags that are called otherwise than their key. */
const FLAG_NAMES: ReadonlyMap<string, string> = new Map([['checksFrom', 'checks']])

/** What flags give: `--decay.step 5`, in the order in which they came; `--checks` is the short word for `--checksFrom`. */
export function fromFlags(flags: ReadonlyMap<string, string>, keys: readonly Key[]): Source {
  const byFlag = new Map(keys.flatMap((key) => flagsOf(key.name).map((flag) => [flag, key] as const)))
  const given = new Map<string, Given>()
  const mistakes: string[] = []
  for (const [flag, text] of flags) {
    const key = byFlag.get(flag)
    if (!key) {
      mistakes.push(`--${flag}: no setting has this name${suggestion(flag, [...byFlag.keys()])}`)
      continue
    }
    const before = given.get(key.name)
    if (before) mistakes.push(`--${flag}: given already, as ${before.from}`)
    given.set(key.name, { value: valueFromText(text, key.schema), from: `--${flag}` })
  }
  return { given, mistakes }
}

function flagsOf(key: string): readonly string[] {
  const other = FLAG_NAMES.get(key)
  return other === undefined ? [key] : [other, key]
}
