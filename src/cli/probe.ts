import { LONGEST_DELAY_MS } from '../core/rhythm.ts'
import { SetupError } from '../core/setup-error.ts'
import { httpProbe } from '../rehearse/kubelet/http-probe.ts'
import { type Command, EXIT } from './command.ts'
import { takeApart } from './flags.ts'

/** The kubelet's own default for `timeoutSeconds`. */
const DEFAULT_TIMEOUT_MS = 1_000

export const probeCommand: Command = {
  help: `failweb probe URL [options]

One probe as a kubelet sends it: status 200 to 399 within the timeout is a success. For exec probes, and for the image's
HEALTHCHECK on /livez. Exit code 0: success, 1: failure.

  --timeoutMs MS       for connecting, head and body together; default ${DEFAULT_TIMEOUT_MS}
`,
  async run(args, terminal) {
    const { values, positionals } = takeApart(args)
    const unknown = [...values.keys()].filter((name) => name !== 'timeoutMs')
    if (unknown.length > 0) throw new SetupError(unknown.map((name) => `--${name}: failweb probe has no such option`))
    const outcome = await httpProbe(urlIn(positionals), { timeoutMs: timeoutIn(values.get('timeoutMs')) })
    const passed = outcome.result === 'success' || outcome.result === 'warning'
    const stream = passed ? terminal.out : terminal.err
    stream.write(`${outcome.message.trimEnd()}\n`)
    return passed ? EXIT.ok : EXIT.fail
  },
}

function urlIn(positionals: readonly string[]): string {
  const [url, ...rest] = positionals
  if (url === undefined || rest.length > 0) throw new SetupError(['probe: expected one URL'])
  const isHttp = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
  const [what, got] = url.trim() === '' ? ['the URL', '; got nothing'] : [url, '']
  if (!isHttp) throw new SetupError([`${what}: expected a URL that begins with http:// or https://${got}`])
  return url
}

function timeoutIn(text: string | undefined): number {
  const ms = text === undefined ? DEFAULT_TIMEOUT_MS : Number(text)
  if (!(ms >= 1 && ms <= LONGEST_DELAY_MS))
    throw new SetupError([`--timeoutMs: expected milliseconds from 1 to ${LONGEST_DELAY_MS}; got ${text || 'nothing'}`])
  return ms
}
