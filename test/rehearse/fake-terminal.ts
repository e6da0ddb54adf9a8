import type { Terminal } from '../../src/cli/command.ts'

/** A terminal that remembers what was written, and whose Ctrl-C is a function. */
export function fakeTerminal(env: Terminal['env'] = process.env) {
  const written = { out: '', err: '' }
  const to = (stream: 'out' | 'err') => ({
    write(text: string) {
      written[stream] += text
    },
  })
  const listeners = new Set<(signal: NodeJS.Signals) => void>()
  const terminal: Terminal = {
    out: to('out'),
    err: to('err'),
    env,
    unread: new AbortController().signal,
    onInterrupt(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    terminal,
    out: () => written.out,
    err: () => written.err,
    interrupt: () => {
      for (const listener of listeners) listener('SIGINT')
    },
    listeners: () => listeners.size,
  }
}
