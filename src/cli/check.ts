import { styleText } from 'node:util'
import { suggestion } from '../config/suggestion.ts'
import type { Choice } from '../core/assignment.ts'
import { SetupError } from '../core/setup-error.ts'
import type { CheckState } from '../core/snapshot.ts'
import type { Status } from '../core/status.ts'
import { lookOnce } from '../look-once.ts'
import { checkText } from '../render/text.ts'
import { type Command, EXIT, type Output } from './command.ts'
import { takeApart } from './flags.ts'
import { configFrom, SETTINGS_HELP } from './settings.ts'
import { STATUS_COLOURS } from './status-colours.ts'

export const checkCommand: Command = {
  help: `failweb check NAME… [options]

Looks once from this process, without patience. Exit code 0: pass or warn, 1: one failed, 3: one could not tell.

  --json               as JSON
${SETTINGS_HELP}
`,
  async run(args, terminal) {
    const flags = takeApart(args, ['json'])
    const { checks } = await configFrom(flags, terminal.env)
    const states = await lookOnce(chosen(flags.positionals, checks))
    terminal.out.write(
      flags.switches.has('json')
        ? `${JSON.stringify(states, null, 2)}\n`
        : states.map((state) => coloured(state, terminal.out)).join(''),
    )
    return exitCodeOf(states.map(({ status }) => status))
  },
}

function chosen(names: readonly string[], checks: readonly Choice[]): readonly Choice[] {
  const known = checks.map(({ check }) => check.name)
  if (names.length === 0) throw new SetupError([`check: expected the name of a check: ${known.join(', ')}`])
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new SetupError(unknown.map((name) => `${name}: no check has this name${suggestion(name, known)}`))
  return checks
    .filter(({ check }) => names.includes(check.name))
    .map((choice) => ({ ...choice, options: { ...choice.options, enabled: true } }))
}

function exitCodeOf(statuses: readonly Status[]): number {
  if (statuses.includes('fail')) return EXIT.fail
  return statuses.includes('unknown') ? EXIT.unknown : EXIT.ok
}

/** The line of `?verbose`, and the sentence of a pass too: who looks by hand wants to see what was seen. */
function coloured(state: CheckState, out: Output): string {
  const text = checkText(state, true)
  const whole = state.status === 'pass' ? text.replace('\n', `: ${state.because}\n`) : text
  return out.isTTY ? styleText(STATUS_COLOURS[state.status], whole) : whole
}
