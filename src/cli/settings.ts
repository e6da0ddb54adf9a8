import { builtInChecks } from '../../checks/index.ts'
import { type Config, loadConfig } from '../config/config.ts'
import { SetupError } from '../core/setup-error.ts'
import type { Terminal } from './command.ts'
import type { Flags } from './flags.ts'

/** What every command that reads the configuration says of it in its help. */
export const SETTINGS_HELP = `  --config FILE        YAML or JSON file of settings (also FAILWEB_CONFIG)
  --checks DIR         folder of checks of one's own, several separated by commas: every .js and .mjs file in it must export one
  --KEY VALUE          any setting by its key: --decay.step 5, --checks.disk-usage.warnAt 0.7

Defaults < file < environment < flags. In the environment decay.step is FAILWEB_DECAY_STEP; the port is PORT.
failweb config lists every key.`

/** Flags that name a file or a folder, and what holds without them. An empty value of any other is its schema's to refuse. */
const NAMING = [
  ['config', 'the name of a file'],
  ['checks', 'the name of a folder'],
  ['checksFrom', 'the name of a folder'],
] as const

/** The configuration that flags, environment and file give. @throws {SetupError} with every mistake */
export async function configFrom({ values }: Pick<Flags, 'values'>, env: Terminal['env']): Promise<Config> {
  const flags = new Map(values)
  // An empty variable is how a manifest leaves a variable out.
  const file = flags.get('config') ?? (env['FAILWEB_CONFIG'] || undefined)
  const empty = NAMING.filter(([name]) => flags.get(name)?.trim() === '')
  if (empty.length > 0) throw new SetupError(empty.map(([name, what]) => `--${name}: expected ${what}; got nothing`))
  flags.delete('config')
  return loadConfig({ env, flags, checks: builtInChecks, ...(file !== undefined && { file }) })
}
