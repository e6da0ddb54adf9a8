import { keysOf } from '../config/keys.ts'
import { assign } from '../core/assignment.ts'
import { type Command, EXIT } from './command.ts'
import { refusePositionals, takeApart } from './flags.ts'
import { configFrom, SETTINGS_HELP } from './settings.ts'

export const checksCommand: Command = {
  help: `failweb checks [options]

Lists every check with its cure, its rhythm and its settings, as the configuration has them.

  --json               as JSON (the default is text)
${SETTINGS_HELP}
`,
  async run(args, terminal) {
    const flags = takeApart(args, ['json'])
    refusePositionals(flags, 'checks')
    const { checks, settings: inForce } = await configFrom(flags, terminal.env)
    const settings = inForce()
    const listed = checks.map((choice) => {
      const [assignment] = assign([choice])
      const prefix = `checks.${choice.check.name}`
      // Not its keys without the terms: a setting may be called like one (`retry.everyMs`).
      const own = choice.check.settings ? keysOf(choice.check.settings, prefix) : []
      return {
        name: choice.check.name,
        about: choice.check.about,
        cure: assignment?.cure ?? choice.check.cure,
        enabled: assignment !== undefined,
        rhythm: assignment?.rhythm,
        settings: own.map(({ name, schema }) => ({
          name: name.slice(prefix.length + 1),
          value: settings.find(({ key }) => key === name)?.value,
          default: schema.default,
          about: schema.description,
        })),
      }
    })
    terminal.out.write(
      flags.switches.has('json') ? `${JSON.stringify(listed, null, 2)}\n` : listed.map(paragraph).join('\n'),
    )
    return EXIT.ok
  },
}

interface Listed {
  readonly name: string
  readonly about: string
  readonly cure: string
  readonly enabled: boolean
  readonly rhythm: { everyMs: number; timeoutMs: number; toWorsen: number; toRecover: number } | undefined
  readonly settings: readonly { name: string; value: unknown; about: string | undefined }[]
}

function paragraph({ name, about, cure, enabled, rhythm, settings }: Listed): string {
  const pace = rhythm
    ? `every ${rhythm.everyMs} ms, within ${rhythm.timeoutMs} ms, ${rhythm.toWorsen} looks to worsen, ${rhythm.toRecover} to recover`
    : 'not enabled'
  const own = settings.map(
    ({ name: key, value, about: what }) => `    ${key} = ${JSON.stringify(value) ?? '-'}${what ? `  (${what})` : ''}\n`,
  )
  return `${name}: ${about}\n  cure ${cure}; ${enabled ? pace : 'not enabled'}\n${own.join('')}`
}
