import { builtInChecks } from '../../checks/index.ts'
import { type Config, loadConfig } from '../config/config.ts'
import type { Terminal } from './command.ts'
import type { Flags } from './flags.ts'

/** What every command that reads the configuration says of it in its help. */
export const SETTINGS_HELP = `  --config FILE        YAML or JSON file of settings (also FAILWEB_CONFIG)
  --checks DIR         folder of checks of one's own; several separated by commas
  --KEY VALUE          any setting by its key: --decay.step 5, --checks.disk-usage.warnAt 0.7

Defaults < file < environment < flags. In the environment decay.step is FAILWEB_DECAY_STEP; the port is PORT.
failweb config lists every key.`

/** The configuration that flags, environment and file give. @throws {SetupError} with every mistake */
export function configFrom({ values }: Flags, env: Terminal['env']): Promise<Config> {
  const flags = new Map(values)
  const file = flags.get('config') ?? env['FAILWEB_CONFIG']
  const folders = flags.get('checks')
  flags.delete('config')
  flags.delete('checks')
  if (folders !== undefined) flags.set('checksFrom', folders)
  return loadConfig({ env, flags, checks: builtInChecks, ...(file !== undefined && { file }) })
}
