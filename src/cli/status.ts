import { paintFor } from '../rehearse/view/paint.ts'
import { wakingClock } from '../system-clock.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { written } from './display.ts'
import { takeApart } from './flags.ts'
import { OptionReader } from './option-reader.ts'
import { CannotAsk, type ServiceTarget, TARGET_HELP, TARGET_OPTIONS, targetOf } from './service-client.ts'
import type { StatusReport } from './status-report.ts'
import { askReport, whyWithheld } from './status-source.ts'
import { statusView } from './status-view.ts'
import { ChangesShow, JsonShow, type Look, ScreenShow, type WatchShow, watchStatus } from './status-watch.ts'

/** Seconds. A look is one request, and one more for each check. */
const DEFAULT_EVERY_S = 2

export const statusCommand: Command = {
  help: `failweb status [URL] [options]

Asks a running service, without a draw, and shows what is wrong, since when, why, when it will be fatal and what cures it, with
the last fifteen minutes of every check. Without a URL it asks the service that failweb serve would be here: port 8080, or PORT.
Exit code 0: it passes or warns, 1: it fails, 3: it cannot be asked, or a check cannot tell.

  --watch              goes on until Ctrl-C: drawn again on a terminal; in a pipe, a line for whatever changes
  --every S            seconds from one look to the next; default ${DEFAULT_EVERY_S}
  --json               as JSON; with --watch a line for each change
${TARGET_HELP}
`,
  async run(args, terminal) {
    const { values, switches, positionals } = takeApart(args, ['watch', 'json'])
    const reader = new OptionReader('status', values, ['every', ...TARGET_OPTIONS])
    const [url, ...others] = positionals
    if (others.length > 0) reader.mistakes.push(`${others[0]}: failweb status takes one URL`)
    const everyMs = reader.number('every', DEFAULT_EVERY_S, [0.2, 3600]) * 1000
    if (reader.has('every') && !switches.has('watch')) reader.mistakes.push('--every: belongs to --watch')
    const target = await targetOf(url, reader, terminal.env)
    const isJson = switches.has('json')
    return switches.has('watch') ? watch(target, everyMs, isJson, terminal) : once(target, isJson, terminal)
  },
}

async function once(target: ServiceTarget, isJson: boolean, { out, err, env }: Terminal): Promise<number> {
  const report = await askReport(target).catch(toldBy(err))
  if (!report) return EXIT.unknown
  // A terminal that knows no size says 0.
  const columns = out.isTTY ? out.columns || 80 : Number.POSITIVE_INFINITY
  const paint = paintFor(out.isTTY, env)
  const view = () => statusView(report, columns).map((line) => `${written(line, columns, paint)}\n`)
  out.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : view().join(''))
  const hint = whyWithheld(report, target)
  if (hint !== undefined) err.write(`failweb: ${hint}\n`)
  return exitCodeOf(report)
}

async function watch(target: ServiceTarget, everyMs: number, isJson: boolean, terminal: Terminal): Promise<number> {
  const stop = new AbortController()
  const stopListening = terminal.onInterrupt(() => stop.abort())
  terminal.unread.addEventListener('abort', () => stop.abort(), { once: true })
  const ask = async (signal: AbortSignal): Promise<Look> => {
    const report = await askReport(target, signal)
    return { report, hint: whyWithheld(report, target) }
  }
  try {
    await watchStatus({ everyMs, clock: wakingClock, stop: stop.signal, ask }, showFor(isJson, terminal))
    return terminal.unread.aborted ? EXIT.unread : EXIT.ok
  } finally {
    stopListening()
  }
}

function showFor(isJson: boolean, terminal: Terminal): WatchShow {
  const { out, env } = terminal
  if (out.isTTY && env['TERM'] !== 'dumb' && !isJson) return new ScreenShow(terminal)
  const write = (text: string) => void out.write(text)
  return isJson ? new JsonShow(write) : new ChangesShow(write)
}

function toldBy(err: Terminal['err']): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof CannotAsk)) throw error
    err.write(`failweb: ${error.message}\n`)
  }
}

function exitCodeOf({ status, checks }: StatusReport): number {
  if (status === 'fail') return EXIT.fail
  return checks.some((check) => check.status === 'unknown') ? EXIT.unknown : EXIT.ok
}
