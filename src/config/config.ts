import { assign, type Choice } from '../core/assignment.ts'
import type { Check } from '../core/check.ts'
import { parseSettings } from '../core/settings-schema.ts'
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
  /** Every key with its value and where it came from; a token is not shown. Worked out when somebody wants to see it. */
  settings(): readonly Setting[]
}

/** Reads, merges and validates everything once. @throws {SetupError} with all mistakes of all sources */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const fromFile = await reader(sources)
  const own = keysOf(serviceSchema)
  const checks = [...sources.checks, ...(await loadPlugIns(foldersIn(sources, own, fromFile)))]
  const keys = [...own, ...checks.flatMap(keysOfCheck)]
  const read = readAll(sources, keys, fromFile)
  const given = new Map(read.flatMap((source) => [...source.given]))
  const mistakes = read.flatMap((source) => source.mistakes)
  const service = parseService(given, mistakes)
  const choices = checks.map((check) => ({ check, options: optionsOf(check, given) }))
  const token = service && tokenOf(service, given.get('token')?.from, mistakes)
  mistakes.push(...mistakesInChoices(choices, given))
  if (mistakes.length > 0 || !service) throw new SetupError(mistakes)
  return {
    service: { ...service, token },
    checks: choices,
    settings: () => settingsInForce(keys, given, service, choices),
  }
}

type Reader = (keys: readonly Key[]) => readonly Source[]

/** Reads the file, where there is one. YAML is loaded only then. */
async function reader({ file }: ConfigSources): Promise<Reader> {
  if (file === undefined) return () => []
  const { openSettings } = await import('./settings-file.ts')
  // Once: a pipe gives what it has to the first who reads it.
  const settings = openSettings(file)
  return (keys) => [settings(keys)]
}

function readAll({ env, flags }: ConfigSources, keys: readonly Key[], fromFile: Reader): readonly Source[] {
  return [...fromFile(keys), fromEnvironment(env, keys), fromFlags(flags, keys)]
}

/** The folders of plug-ins have to be known before the keys are: they bring keys of their own. */
function foldersIn(sources: ConfigSources, own: readonly Key[], fromFile: Reader): readonly string[] {
  const keys = own.filter(({ name }) => name === 'checksFrom')
  const value = readAll(sources, keys, fromFile)
    .flatMap((source) => [...source.given.values()])
    .at(-1)?.value
  const folders = parseSettings(serviceSchema.entries.checksFrom, value)
  return 'settings' in folders ? folders.settings : []
}

function parseService(given: ReadonlyMap<string, Given>, mistakes: string[]): ServiceSettings | undefined {
  const parsed = parseSettings(
    serviceSchema,
    nested(given, (name) => !name.startsWith('checks.')),
  )
  if ('settings' in parsed) return parsed.settings
  mistakes.push(...parsed.mistakes.map(({ path, text }) => sourced(path.join('.'), text, given)))
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
      const at = mistake.indexOf(': ')
      return at < 0 ? mistake : sourced(mistake.slice(0, at), mistake.slice(at + 2), given)
    })
  }
}

/** `decay.step: expected number; got "abc" from FAILWEB_DECAY_STEP`, so that the one who gave it finds it. A token is never shown. */
function sourced(key: string, mistake: string, given: ReadonlyMap<string, Given>): string {
  const source = sourceOf(key, given)
  if (!source) return `${key}: ${mistake}`
  const [expected, got = shown(source.value)] = mistake.split('; got ')
  return `${key}: ${expected}; got ${key === 'token' ? 'something else' : got} from ${source.from}`
}

/** Of the key itself, or of what it is a part of: a list is given as a whole. */
function sourceOf(key: string, given: ReadonlyMap<string, Given>): Given | undefined {
  const steps = key.split('.')
  const known = steps.map((_, nth) => given.get(steps.slice(0, nth + 1).join('.')))
  return known.findLast((one) => one !== undefined)
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
