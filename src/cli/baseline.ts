import { writeFileSync } from 'node:fs'
import { type LoadReport, sendLoad } from '../baseline/load.ts'
import { NOTHING_SEEN, type Observation, observe } from '../baseline/observation.ts'
import { fileOf, rowsOf } from '../baseline/report.ts'
import { startOwn, type Target, watchRunning } from '../baseline/target.ts'
import { thresholdsOf } from '../baseline/thresholds.ts'
import { SetupError } from '../core/setup-error.ts'
import { wakingClock } from '../system-clock.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { takeApart } from './flags.ts'
import { OptionReader } from './option-reader.ts'
import { SETTINGS_HELP } from './settings.ts'
import { alignColumns } from './table.ts'

/** How often the service is looked at. */
const LOOK_MS = 1_000

export const baselineCommand: Command = {
  name: 'baseline',
  about: 'measure a healthy run under load, and write thresholds that serve reads',
  help: `failweb baseline [options]

Runs the service (or watches one that runs), sends it load, and writes what it measured with a margin as a file of settings:
before production, the thresholds that production is held against. Decay is off while it measures.

  --for DURATION       how long; default 60s
  --out FILE           where to write; default failweb-baseline.yml. Read it with failweb serve --config FILE
  --margin SHARE       how much above the highest that was seen; default 0.5
  --rps N              requests a second; default 50, 0 sends none
  --connections N      how many at once at most; default 10
  --paths LIST         what is asked, in turn; default /
  --url URL            watch a service that runs already (its token as FAILWEB_TOKEN). Load is sent to loopback only

Without --url, all else is as for serve:
${SETTINGS_HELP}
`,
  async run(args, terminal) {
    const flags = takeApart(args)
    const own = new Map([...flags.values].filter(([name]) => OWN.includes(name)))
    const reader = new OptionReader('baseline', own, OWN)
    const plan = planOf(reader)
    const passedOn = [...flags.values]
      .filter(([name]) => !OWN.includes(name))
      .map(([name, value]) => `--${name}=${value}`)
    if (plan.url !== undefined && passedOn.length > 0)
      reader.mistakes.push(`${passedOn[0]}: cannot be set on a service that runs already`)
    reader.finish()
    const target =
      plan.url === undefined
        ? await startOwn(passedOn, { ...terminal.env })
        : watchRunning(plan.url, terminal.env['FAILWEB_TOKEN'])
    const { seen, load } = await measure(target, plan, terminal)
    const circumstances = {
      date: wakingClock.date(),
      command: ['failweb baseline', ...args].join(' '),
      seconds: plan.ms / 1_000,
      ...(load && { load }),
    }
    writeOut(plan.out, fileOf(thresholdsOf(seen, plan.margin), seen, circumstances))
    terminal.out.write(alignColumns([['what', 'of', 'highest seen'], ...rowsOf(seen)]))
    terminal.out.write(`${seen.looks} looks; written to ${plan.out}\n`)
    return EXIT.ok
  },
}

const OWN: readonly string[] = ['for', 'out', 'margin', 'rps', 'connections', 'paths', 'url']

interface Plan {
  readonly ms: number
  readonly out: string
  readonly margin: number
  readonly perSecond: number
  readonly connections: number
  readonly paths: readonly string[]
  readonly url: string | undefined
}

function planOf(reader: OptionReader): Plan {
  const url = reader.text('url', undefined)
  const perSecond = reader.number('rps', 50, [0, 1_000])
  if (url !== undefined && !URL.canParse(url)) reader.mistakes.push(`--url: expected a URL; got ${url}`)
  else if (url !== undefined && perSecond > 0 && !isLoopback(url)) {
    reader.mistakes.push(
      `--url: load is sent to loopback only; for ${url} give --rps 0 and let its own traffic be measured`,
    )
  }
  return {
    ms: reader.duration('for', 60_000, LOOK_MS),
    out: reader.text('out', 'failweb-baseline.yml'),
    margin: reader.number('margin', 0.5, [0, 10]),
    perSecond,
    connections: reader.count('connections', 10, 1_000),
    paths: reader.text('paths', '/').split(','),
    url,
  }
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)
}

/** Looks once a second while the load runs; Ctrl-C ends it early, with what was seen. */
async function measure(
  target: Target,
  plan: Plan,
  terminal: Terminal,
): Promise<{ seen: Observation; load?: LoadReport }> {
  const end = new AbortController()
  const stopListening = terminal.onInterrupt(() => end.abort())
  const loading = plan.perSecond > 0 ? sendLoad({ ...plan, url: target.url }, end.signal) : undefined
  try {
    const seen = await watch(target, plan, terminal, end.signal)
    assertHealthy(seen)
    end.abort()
    const load = await loading
    return { seen, ...(load && { load }) }
  } finally {
    end.abort()
    stopListening()
    await target.stop()
  }
}

async function watch(target: Target, { ms }: Plan, terminal: Terminal, stop: AbortSignal): Promise<Observation> {
  let seen = NOTHING_SEEN
  for (let left = ms; left > 0 && !stop.aborted; left -= LOOK_MS) {
    await wakingClock.sleep(Math.min(left, LOOK_MS), stop)
    seen = observe(seen, await target.look())
    if (terminal.err.isTTY) terminal.err.write(`\r\u001B[Kmeasuring, ${Math.round(left / 1_000)} s left`)
  }
  if (terminal.err.isTTY) terminal.err.write('\r\u001B[K')
  return seen
}

/** What a sick run measured would be what production is held against. */
function assertHealthy({ failing, looks }: Observation): void {
  if (looks === 0) throw new SetupError(['baseline: was stopped before the first look; nothing is written'])
  if (failing.size === 0) return
  throw new SetupError([`baseline: the run was not healthy (${[...failing].join(', ')} failed); nothing is written`])
}

function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new SetupError([`--out: ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`])
  }
}
