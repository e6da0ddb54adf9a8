import type { Terminal } from '../../src/cli/command.ts'
import { runCommandLine } from '../../src/cli/command-line.ts'

/** Runs a command line in this process; nothing is a terminal. */
export async function run(args: readonly string[], env: Terminal['env'] = {}) {
  const written = { out: '', err: '' }
  const to = (stream: 'out' | 'err') => ({
    write(text: string) {
      written[stream] += text
    },
  })
  const terminal: Terminal = {
    out: to('out'),
    err: to('err'),
    env,
    unread: new AbortController().signal,
    onInterrupt: () => () => {},
  }
  const code = await runCommandLine(args, terminal)
  return { code, ...written }
}
