import { assign, type Choice } from '../core/assignment.ts'
import type { Check } from '../core/check.ts'
import { SetupError, shown } from '../core/setup-error.ts'
import { type Key, keysOf, keysOfCheck } from './keys.ts'
import { loadPlugIns } from './plug-ins.ts'
import { type ServiceSettings, serviceSchema } from './schema.ts'
import { fromEnvironment, fromFlags, type Given, type Source } from './sources.ts'
import { tokenOf } from './token.ts'

/** Where settings come from, later ones first in rank: defaults < file < environment < flags. */
export interface ConfigSources {
  /** A YAML or JSON file. */
  readonly file?: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** By key, without dashes: `decay.step`. */
  readonly flags: ReadonlyMap<string, string>
  /** The checks of the house; those of `checksFrom` are added to them. */
  readonly checks: readonly Check[]
}

/** One setting in force. */
export interface Setting {
  readonly key: string
  readonly value: unknown
  /** `default`, the file, the variable or the flag. */
  readonly from: string
}

export interface Config {
  readonly service: ServiceSettings
  readonly checks: readonly Choice[]
  /** Every key with its value and where it came from; a token is not shown. */
  readonly settings: readonly Setting[]
}

/** Reads, merges and validates everything once. @throws {SetupError} with all mistakes of all sources */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const fromFile = await reader(sources)
  const checks = [...sources.checks, ...(await loadPlugIns(foldersIn(sources, fromFile)))]
  const keys = [...keysOf(serviceSchema), ...checks.flatMap(keysOfCheck)]
  const read = readAll(sources, keys, fromFile)
  const given = new Map(read.flatMap((source) => [...source.given]))
  const mistakes = read.flatMap((source) => source.mistakes)
  const service = parseService(given, mistakes)
  const choices = checks.map((check) => ({ check, options: optionsOf(check, given) }))
  const token = service && tokenOf(service, given.get('token')?.from, mistakes)
  mistakes.push(...mistakesInChoices(choices, given))
  if (mistakes.length > 0 || !service) throw new SetupError(mistakes)
  return { service: { ...service, token }, checks: choices, settings: settingsInForce(keys, given, service, choices) }
}

type Reader = (keys: readonly Key[]) => readonly Source[]

/** Reads the file, where there is one. YAML is loaded only then. */
async function reader({ file }: ConfigSources): Promise<Reader> {
  if (file === undefined) return () => []
  const { fromFile } = await import('./settings-file.ts')
  return (keys) => [fromFile(file, keys)]
}

function readAll({ env, flags }: ConfigSources, keys: readonly Key[], fromFile: Reader): readonly Source[] {
  return [...fromFile(keys), fromEnvironment(env, keys), fromFlags(flags, keys)]
}

/** The folders of plug-ins have to be known before the keys are: they bring keys of their own. */
function foldersIn(sources: ConfigSources, fromFile: Reader): readonly string[] {
  const keys = keysOf(serviceSchema).filter(({ name }) => name === 'checksFrom')
  const value = readAll(sources, keys, fromFile)
    .flatMap((source) => [...source.given.values()])
    .at(-1)?.value
  const folders = serviceSchema.shape.checksFrom.safeParse(value)
  return folders.success ? folders.data : []
}

function parseService(given: ReadonlyMap<string, Given>, mistakes: string[]): ServiceSettings | undefined {
  const parsed = serviceSchema.safeParse(nested(given, (name) => !name.startsWith('checks.')))
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    const key = path.filter((step) => typeof step !== 'number').join('.')
    mistakes.push(`${key}: ${message}${came(key, given)}`)
  }
  return undefined
}

function optionsOf({ name }: Check, given: ReadonlyMap<string, Given>): Record<string, unknown> {
  const prefix = `checks.${name}.`
  const own = [...given].filter(([key]) => key.startsWith(prefix)).map(([key, one]) => [key.slice(prefix.length), one])
  return nested(new Map(own as [string, Given][]), () => true)
}

function mistakesInChoices(choices: readonly Choice[], given: ReadonlyMap<string, Given>): readonly string[] {
  try {
    assign(choices)
    return []
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return error.mistakes.map((mistake) => {
      const from = came(mistake.slice(0, mistake.indexOf(': ')), given)
      return mistake.includes('; got ') ? mistake + from.replace(/^; got .* (?=from )/, ' ') : mistake + from
    })
  }
}

/** `; got "abc" from FAILWEB_DECAY_STEP`, so that the one who gave it finds it. */
function came(key: string, given: ReadonlyMap<string, Given>): string {
  const one = given.get(key)
  return one ? `; got ${shown(key === 'token' ? '…' : one.value)} from ${one.from}` : ''
}

function nested(given: ReadonlyMap<string, Given>, wanted: (name: string) => boolean): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [name, { value }] of given) {
    if (!wanted(name)) continue
    const path = name.split('.')
    let at = root
    for (const step of path.slice(0, -1)) {
      at[step] ??= {}
      at = at[step] as Record<string, unknown>
    }
    at[path.at(-1) ?? name] = value
  }
  return root
}

function settingsInForce(
  keys: readonly Key[],
  given: ReadonlyMap<string, Given>,
  service: ServiceSettings,
  choices: readonly Choice[],
): readonly Setting[] {
  const inForce = {
    ...service,
    checks: Object.fromEntries(choices.map((choice) => [choice.check.name, whole(choice)])),
  }
  return keys.map(({ name }) => ({
    key: name,
    value: name === 'token' && service.token !== undefined ? '(not shown)' : at(inForce, name),
    from: given.get(name)?.from ?? 'default',
  }))
}

/** A choice with every default filled in, as it would run. */
function whole(choice: Choice): Record<string, unknown> {
  const { enabled = true, ...options } = choice.options
  const [assignment] = assign([{ ...choice, options }])
  const { cure, rhythm, settings } = assignment ?? { settings: {} }
  return { cure, ...rhythm, enabled, ...(settings as object) }
}

function at(value: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((branch, step) => (branch as Record<string, unknown> | undefined)?.[step], value)
}
