#!/usr/bin/env node
import { EXIT, type Terminal } from './command.ts'
import { runCommandLine } from './command-line.ts'

const terminal: Terminal = {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  onInterrupt(listener) {
    const listen = (signal: NodeJS.Signals) => listener(signal)
    process.on('SIGINT', listen).on('SIGTERM', listen)
    return () => process.off('SIGINT', listen).off('SIGTERM', listen)
  },
}

process.on('uncaughtException', (error) => {
  process.stderr.write(`failweb: uncaught error\n${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(EXIT.uncaught)
})

process.exit(await runCommandLine(process.argv.slice(2), terminal))
