import { SetupError } from '../core/setup-error.ts'

/** A command's arguments, taken apart. */
export interface Flags {
  /** `--decay.step 5` and `--decay.step=5`, by name. */
  readonly values: ReadonlyMap<string, string>
  /** The switches that were given: flags without a value. */
  readonly switches: ReadonlySet<string>
  readonly positionals: readonly string[]
}

/** Takes arguments apart. What a flag may be called is for the caller to say; here only its form is wrong or right. */
export function takeApart(args: readonly string[], switches: readonly string[] = []): Flags {
  const values = new Map<string, string>()
  const given = new Set<string>()
  const positionals: string[] = []
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (name === undefined) positionals.push(arg)
    else if (switches.includes(name)) given.add(switchNamed(name, inline))
    else {
      if (values.has(name)) throw new SetupError([`--${name}: given twice; a list is one value, separated by commas`])
      values.set(name, inline ?? valueAfter(name, rest))
    }
  }
  return { values, switches: given, positionals }
}

function switchNamed(name: string, inline: string | undefined): string {
  if (inline !== undefined) throw new SetupError([`--${name}: takes no value; got ${inline}`])
  return name
}

function valueAfter(name: string, rest: string[]): string {
  const value = rest.shift()
  if (value === undefined) throw new SetupError([`--${name}: expected a value after it`])
  if (value.startsWith('--'))
    throw new SetupError([`--${name}: expected a value after it; got ${value} (--${name}=${value} if that is one)`])
  return value
}

/** @throws {SetupError} when there are arguments where none belong */
export function refusePositionals({ positionals }: Flags, command: string): void {
  if (positionals.length > 0)
    throw new SetupError([
      `${positionals[0]}: failweb ${command} takes no such argument; see failweb ${command} --help`,
    ])
}
