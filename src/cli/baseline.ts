import { type LoadReport, sendLoad } from '../baseline/load.ts'
import { type Detail, detailIn, NOTHING_SEEN, type Observation, observe } from '../baseline/observation.ts'
import { assertWritable, writeOut } from '../baseline/out-file.ts'
import { fileOf, inTraffic, rowsOf } from '../baseline/report.ts'
import { startOwn, type Target, watchRunning } from '../baseline/target.ts'
import { thresholdsOf } from '../baseline/thresholds.ts'
import { SetupError } from '../core/setup-error.ts'
import { wakingClock } from '../system-clock.ts'
import { type BaselineOptions, LOOK_MS, readBaselineOptions } from './baseline-options.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { askService, CannotAsk } from './service-client.ts'
import { configFrom, SETTINGS_HELP } from './settings.ts'
import { alignColumns } from './table.ts'

export const baselineCommand: Command = {
  help: `failweb baseline [options]

Runs the service (or watches one that runs), sends it load, and writes what it measured with a margin as a file of settings:
before production, the thresholds that production is held against. Decay is off while it measures.

  --for DURATION       how long; default 60s
  --out FILE           where to write; default failweb-baseline.yml. Read it with failweb serve --config FILE
  --margin SHARE       how much above the highest that was seen; default 0.5
  --rps N              requests a second; default 50, 0 sends none
  --connections N      how many at once at most; default 10
  --paths LIST         what is asked, in turn, each from its / on; default /. A status of 400 or above counts as failed
  --url URL            watch a service that runs already (its token as FAILWEB_TOKEN). Load is sent to loopback only

Without --url, all else is as for serve:
${SETTINGS_HELP}
`,
  async run(args, terminal) {
    const options = readBaselineOptions(args, terminal.env)
    assertWritable(options.out)
    const stop = new AbortController()
    const stopListening = terminal.onInterrupt(() => stop.abort())
    try {
      const target = await targetOf(options, terminal, stop.signal)
      const measured = await measure(target, options, terminal, stop.signal).finally(() => {
        // From here on a second Ctrl-C ends this command too.
        stopListening()
        return target.stop()
      })
      tell(measured, options, terminal)
      return EXIT.ok
    } finally {
      stopListening()
    }
  },
}

/** The settings are read here too: what is wrong with them is told before anything is started, and their token is known. */
async function targetOf(options: BaselineOptions, { env }: Terminal, stop: AbortSignal): Promise<Target> {
  const { url, token, settings } = options
  if (url !== undefined) return watchRunning(url, token)
  const { service } = await configFrom({ values: settings }, env)
  // Where it listens is not for others to say.
  const own = [...settings].filter(([name]) => name !== 'port' && name !== 'host')
  const args = own.map(([name, value]) => `--${name}=${value}`)
  return startOwn({ args, env: { ...env }, token: service.token, stop })
}

interface Measured {
  readonly seen: Observation
  readonly load: LoadReport | undefined
  /** How long it was measured, which Ctrl-C may have cut short. */
  readonly seconds: number
}

/** Looks once a second while the load runs; Ctrl-C ends it early, with what was seen. */
async function measure(
  target: Target,
  options: BaselineOptions,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<Measured> {
  const end = new AbortController()
  const begun = wakingClock.now()
  const loading = options.perSecond > 0 ? sendLoad({ ...options, url: target.url }, wakingClock, end.signal) : undefined
  try {
    const seen = await watch(target, options, terminal, stop)
    assertHealthy(seen)
    const seconds = Math.round((wakingClock.now() - begun) / 1_000)
    end.abort()
    const load = await loading
    assertAnswered(load)
    return { seen, load, seconds }
  } finally {
    end.abort()
  }
}

async function watch(
  target: Target,
  { ms }: BaselineOptions,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<Observation> {
  let seen = NOTHING_SEEN
  for (let left = ms; left > 0 && !stop.aborted; left -= LOOK_MS) {
    await wakingClock.sleep(Math.min(left, LOOK_MS), stop)
    seen = observe(seen, await look(target))
    if (terminal.err.isTTY) terminal.err.write(`\r\u001B[Kmeasuring, ${Math.round(left / 1_000)} s left`)
  }
  if (terminal.err.isTTY) terminal.err.write('\r\u001B[K')
  return seen
}

/** The detail, without a draw. @throws {SetupError} when it does not answer, or tells no values */
async function look({ url, token }: Target): Promise<Detail> {
  try {
    const { json } = await askService({ url, ...(token !== undefined && { token }) }, '/healthz?peek')
    return detailIn(url, json)
  } catch (error) {
    if (error instanceof CannotAsk) throw new SetupError([error.message])
    throw error
  }
}

/** What a sick run measured would be what production is held against. */
function assertHealthy({ failing, looks }: Observation): void {
  if (looks === 0) throw new SetupError(['baseline: was stopped before the first look; nothing is written'])
  if (failing.size === 0) return
  throw new SetupError([`baseline: the run was not healthy (${[...failing].join(', ')} failed); nothing is written`])
}

/** How fast errors are made says nothing of the work. */
function assertAnswered(load: LoadReport | undefined): void {
  if (!load || load.answered > 0 || load.failures.size === 0) return
  throw new SetupError([`baseline: ${inTraffic(load)}; nothing is written`])
}

function tell({ seen, load, seconds }: Measured, options: BaselineOptions, { out, err }: Terminal): void {
  const circumstances = {
    date: wakingClock.date(),
    command: options.command,
    seconds,
    ...(load && { load }),
  }
  writeOut(options.out, fileOf(thresholdsOf(seen, options.margin), seen, circumstances))
  if (load && load.failures.size > 0)
    err.write(`failweb: baseline: ${inTraffic(load)}: what failed is no work measured\n`)
  out.write(alignColumns([['what', 'of', 'highest seen'], ...rowsOf(seen)]))
  out.write(`${seen.looks} looks; written to ${options.out}\n`)
}
