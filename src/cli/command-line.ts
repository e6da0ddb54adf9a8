import { suggestion } from '../config/suggestion.ts'
import { SetupError } from '../core/setup-error.ts'
import { PACKAGE_VERSION } from '../package.ts'
import { type Command, EXIT, type Terminal } from './command.ts'

/** A command in the list. Its file is loaded when it is called: a probe that runs every ten seconds must not load the service. */
interface Listed {
  readonly name: string
  /** One line. */
  readonly about: string
  load(): Promise<Command>
}

const serve: Listed = {
  name: 'serve',
  about: 'run the service (the default command)',
  load: async () => (await import('./serve.ts')).serveCommand,
}

/** Every command, in the order in which help lists them. */
export const commands: readonly Listed[] = [
  serve,
  {
    name: 'checks',
    about: 'list the checks: name, about, cure, rhythm, settings',
    load: async () => (await import('./checks.ts')).checksCommand,
  },
  {
    name: 'check',
    about: 'look once with some checks and print what they say',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'probe',
    about: 'ask one HTTP probe as the kubelet does',
    load: async () => (await import('./probe.ts')).probeCommand,
  },
  {
    name: 'status',
    about: 'show what a running service says of itself',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'purge',
    about: 'empty the registered caches of a running service',
    load: async () => (await import('./purge.ts')).purgeCommand,
  },
  {
    name: 'baseline',
    about: 'measure a healthy run under load, and write thresholds that serve reads',
    load: async () => (await import('./baseline.ts')).baselineCommand,
  },
  {
    name: 'rehearse',
    about: "play a manifest's probes, kills and back-off against a real process on this machine",
    load: async () => (await import('./rehearse.ts')).rehearseCommand,
  },
  {
    name: 'odds',
    about: "what the decay and a probe's settings lead to, computed exactly",
    load: async () => (await import('./odds.ts')).oddsCommand,
  },
  {
    name: 'config',
    about: 'print the configuration in force, each value with where it came from',
    load: async () => (await import('./config.ts')).configCommand,
  },
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

/** Whether that is the service, which runs until it is told to stop: the command where none is named. */
export function isService([first]: readonly string[]): boolean {
  return first === undefined || first.startsWith('--') || first === serve.name
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = args
  if (first === '--version' || first === '-v') return print(`${PACKAGE_VERSION}\n`, terminal)
  if (first === '--help' || first === '-h' || first === 'help') return print(await helpFor(rest[0]), terminal)
  const named = first === undefined || isService(args) ? serve : commandNamed(first)
  const own = named === serve && first !== serve.name ? args : rest
  const command = await named.load()
  return own.some((arg) => arg === '--help' || arg === '-h')
    ? print(command.help, terminal)
    : command.run(own, terminal)
}

function commandNamed(name: string): Listed {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const near = suggestion(
    name,
    commands.map((command) => command.name),
  )
  throw new SetupError([`${name}: there is no such command${near}; see failweb --help`])
}

async function helpFor(name: string | undefined): Promise<string> {
  if (name !== undefined) return (await commandNamed(name).load()).help
  const { alignColumns } = await import('./table.ts')
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
