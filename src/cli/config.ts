import { type Command, EXIT } from './command.ts'
import { refusePositionals, takeApart } from './flags.ts'
import { configFrom, SETTINGS_HELP } from './settings.ts'
import { alignColumns } from './table.ts'

export const configCommand: Command = {
  help: `failweb config [options]

Prints every setting: its key, its value, and where that came from. A token is not shown.

  --json               as JSON
${SETTINGS_HELP}
`,
  async run(args, terminal) {
    const flags = takeApart(args, ['json'])
    refusePositionals(flags, 'config')
    const settings = (await configFrom(flags, terminal.env)).settings()
    if (flags.switches.has('json')) terminal.out.write(`${JSON.stringify(settings, null, 2)}\n`)
    else
      terminal.out.write(
        alignColumns(settings.map(({ key, value, from }) => [key, JSON.stringify(value) ?? '-', from])),
      )
    return EXIT.ok
  },
}
