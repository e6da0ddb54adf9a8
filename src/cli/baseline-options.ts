import { isToken, TOKEN_EXPECTED } from '../core/token.ts'
import type { Terminal } from './command.ts'
import { refusePositionals, takeApart } from './flags.ts'
import { OptionReader } from './option-reader.ts'
import { URL_EXPECTED } from './service-client.ts'

/** How often the service is looked at. */
export const LOOK_MS = 1_000

/** What `failweb baseline` was asked for, checked. */
export interface BaselineOptions {
  readonly ms: number
  readonly out: string
  readonly margin: number
  readonly perSecond: number
  readonly connections: number
  readonly paths: readonly string[]
  /** A service that runs already; without it, one is started with `settings`. */
  readonly url: string | undefined
  /** The token of that service. */
  readonly token: string | undefined
  /** Flags of the settings, by name. */
  readonly settings: ReadonlyMap<string, string>
  /** The command line as the file tells it, without its secrets. */
  readonly command: string
}

const OWN: readonly string[] = ['for', 'out', 'margin', 'rps', 'connections', 'paths', 'url']

/** @throws {SetupError} with every mistake */
export function readBaselineOptions(args: readonly string[], env: Terminal['env']): BaselineOptions {
  const flags = takeApart(args)
  refusePositionals(flags, 'baseline')
  const own = new Map([...flags.values].filter(([name]) => OWN.includes(name)))
  const settings = new Map([...flags.values].filter(([name]) => !OWN.includes(name)))
  const reader = new OptionReader('baseline', own, OWN)
  const url = reader.text('url', undefined, URL_EXPECTED)
  const options = {
    ms: reader.duration('for', 60_000, LOOK_MS),
    out: reader.text('out', 'failweb-baseline.yml', 'the name of a file'),
    margin: reader.number('margin', 0.5, [0, 10]),
    perSecond: readRate(reader, url),
    connections: reader.count('connections', 10, 1_000),
    paths: readPaths(reader),
    url,
    token: url === undefined ? undefined : readToken(reader, env),
    settings,
    command: told(flags.values),
  }
  if (url !== undefined) {
    for (const name of settings.keys())
      reader.mistakes.push(`--${name}: cannot be set on a service that runs already; leave out --url, or this`)
  }
  reader.finish()
  return options
}

function readRate(reader: OptionReader, url: string | undefined): number {
  const perSecond = reader.number('rps', 50, [0, 1_000])
  if (url === undefined) return perSecond
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  if (!isHttp) reader.mistakes.push(`--url: expected a URL; got ${url}`)
  else if (perSecond > 0 && !isLoopback(url)) {
    reader.mistakes.push(
      `--url: load is sent to loopback only; for ${url} give --rps 0 and let its own traffic be measured`,
    )
  } else if (perSecond > 0 && new URL(url).protocol !== 'http:') {
    reader.mistakes.push(`--url: load is sent over http only; for ${url} give --rps 0`)
  }
  return perSecond
}

const PATHS_EXPECTED = 'paths that begin with /'

function readPaths(reader: OptionReader): readonly string[] {
  const paths = reader.text('paths', '/', PATHS_EXPECTED).split(',')
  const wrong = paths.filter((path) => !path.startsWith('/') || !URL.canParse(`http://localhost${path}`))
  for (const path of wrong) reader.mistakes.push(`--paths: expected ${PATHS_EXPECTED}; got ${path || 'nothing'}`)
  return paths
}

function readToken(reader: OptionReader, env: Terminal['env']): string | undefined {
  const token = env['FAILWEB_TOKEN']?.trim() || undefined
  if (token !== undefined && !isToken(token)) reader.mistakes.push(`FAILWEB_TOKEN: expected ${TOKEN_EXPECTED}`)
  return token
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)
}

function told(values: ReadonlyMap<string, string>): string {
  const words = [...values].map(([name, value]) => `--${name} ${name === 'token' ? '…' : value}`)
  return ['failweb baseline', ...words].join(' ')
}
