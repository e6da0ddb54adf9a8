#!/usr/bin/env node
import { constants } from 'node:os'
import { namedMessageOf, stackOf } from '../core/thrown.ts'
import { EXIT, type Terminal } from './command.ts'

/** How long a service that ends waits for whoever reads its log. */
const LOG_PATIENCE_MS = 1_000

// Process 1 has no default action for signals: one that comes while the program loads would be lost, and the pod wait its whole grace.
const endAtOnce = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal])
process.on('SIGINT', endAtOnce).on('SIGTERM', endAtOnce)

// A full disk behind the log, or a reader that has gone, is no reason to stop serving: what cannot be written is lost.
// A command that only goes on to be read is told of the latter.
const unread = new AbortController()
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') unread.abort()
})
process.stderr.on('error', () => {})

// pidusage would write to the terminal by itself where it cannot look; a rehearsal does without what it could not see.
process.env['PIDUSAGE_SILENT'] ??= '1'

process.on('uncaughtException', (error) => {
  const [words, stack = ''] = [namedMessageOf(error), stackOf(error)]
  // A stack tells its own error, and none of what caused it.
  const [first = ''] = stack.replace(/ \[\w+\]/, '').split('\n')
  const told = first.includes(words) ? [stack] : [words, stack].filter(Boolean)
  process.stderr.write(`failweb: uncaught error\n${told.join('\n')}\n`)
  process.exit(EXIT.uncaught)
})

// After that: what is loaded may throw.
const { isService, runCommandLine } = await import('./command-line.ts')

const terminal: Terminal = {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  unread: unread.signal,
  onInterrupt(listener) {
    const listen = (signal: NodeJS.Signals) => listener(signal)
    process.on('SIGINT', listen).on('SIGTERM', listen)
    process.off('SIGINT', endAtOnce).off('SIGTERM', endAtOnce)
    return () => process.off('SIGINT', listen).off('SIGTERM', listen)
  },
}

const words = process.argv.slice(2)
const code = await runCommandLine(words, terminal)
// What was written to a pipe is on its way yet: whoever reads a table is waited for, but no reader of a log holds up a service's end.
if (isService(words)) setTimeout(leave, LOG_PATIENCE_MS)
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((sent) => void stream.write('', () => sent()))
}
leave()

function leave(): never {
  process.exit(code)
}
