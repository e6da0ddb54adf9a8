import { suggestion } from '../config/keys.ts'
import { SetupError } from '../core/setup-error.ts'
import { PACKAGE_VERSION } from '../package-version.ts'
import { baselineCommand } from './baseline.ts'
import { checkCommand } from './check.ts'
import { checksCommand } from './checks.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { configCommand } from './config.ts'
import { oddsCommand } from './odds.ts'
import { probeCommand } from './probe.ts'
import { rehearseCommand } from './rehearse.ts'
import { serveCommand } from './serve.ts'
import { alignColumns } from './table.ts'

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  serveCommand,
  checksCommand,
  checkCommand,
  probeCommand,
  baselineCommand,
  rehearseCommand,
  oddsCommand,
  configCommand,
]

/** Runs one command line; resolves to the exit code. Mistakes are told on stderr, one line each, without a stack trace. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    terminal.err.write(error.mistakes.map((mistake) => `failweb: ${mistake}\n`).join(''))
    return EXIT.usage
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = args
  if (first === '--version' || first === '-v') return print(`${PACKAGE_VERSION}\n`, terminal)
  if (first === '--help' || first === '-h' || first === 'help') return print(helpFor(rest[0]), terminal)
  const named = first === undefined || first.startsWith('--') ? serveCommand : commandNamed(first)
  const own = named === serveCommand && first !== 'serve' ? args : rest
  return own.some((arg) => arg === '--help' || arg === '-h') ? print(named.help, terminal) : named.run(own, terminal)
}

function commandNamed(name: string): Command {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const near = suggestion(
    name,
    commands.map((command) => command.name),
  )
  throw new SetupError([`${name}: there is no such command${near}; see failweb --help`])
}

function helpFor(name: string | undefined): string {
  if (name !== undefined) return commandNamed(name).help
  const list = alignColumns(commands.map((command) => [`  ${command.name}`, command.about]))
  return `failweb COMMAND [options]

A web service that checks itself behind its heartbeat.

${list}
failweb COMMAND --help tells more. failweb --version prints the version.
`
}

function print(text: string, { out }: Terminal): number {
  out.write(text)
  return EXIT.ok
}
