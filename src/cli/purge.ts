import type { Effect, RemedyReport } from '../core/remedy.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { harmless } from './display.ts'
import { takeApart } from './flags.ts'
import { OptionReader } from './option-reader.ts'
import {
  askService,
  CannotAsk,
  type ServiceReply,
  type ServiceTarget,
  TARGET_HELP,
  TARGET_OPTIONS,
  targetOf,
  URL_EXPECTED,
} from './service-client.ts'
import { alignColumns } from './table.ts'

export const purgeCommand: Command = {
  help: `failweb purge [CACHE…] [options]

Runs the remedy purge-cache of a running service and says how many entries that freed; without a name, in every registered cache.
The service takes it from this machine, or with its token. Exit code 0: done, 1: refused or failed, 3: it cannot be asked.

  --url URL            the service; default the one that failweb serve would be here: port 8080, or PORT
  --json               the answer as the service gives it
${TARGET_HELP}
`,
  async run(args, terminal) {
    const { values, switches, positionals } = takeApart(args, ['json'])
    const reader = new OptionReader('purge', values, ['url', ...TARGET_OPTIONS])
    const target = await targetOf(reader.text('url', undefined, URL_EXPECTED), reader, terminal.env)
    return purge(positionals, target, switches.has('json'), terminal)
  },
}

async function purge(
  caches: readonly string[],
  target: ServiceTarget,
  isJson: boolean,
  { out, err }: Terminal,
): Promise<number> {
  const query = caches.map((name) => `only=${encodeURIComponent(name)}`).join('&')
  try {
    const path = `/remedies/purge-cache${query === '' ? '' : `?${query}`}`
    const reply = await askService(target, path, { method: 'POST' })
    const effects = effectsIn(reply.json)
    if (reply.status !== 200 || !effects) return refused(reply, target, err)
    out.write(isJson ? `${JSON.stringify(effects)}\n` : textOf(effects))
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof CannotAsk)) throw error
    err.write(`failweb: ${error.message}\n`)
    return EXIT.unknown
  }
}

/** What is no answer of failweb's cannot have been purged: that is another thing than a refusal. */
function refused({ status, json, line }: ServiceReply, { url, token }: ServiceTarget, err: Terminal['err']): number {
  const { detail } = (json ?? {}) as { detail?: unknown }
  if (typeof detail !== 'string') {
    err.write(`failweb: what answers at ${url} is not failweb's: ${status} ${line.slice(0, 80)}\n`)
    return EXIT.unknown
  }
  const hint = status === 401 && token === undefined ? '; set FAILWEB_TOKEN, or give --token-file' : ''
  err.write(`failweb: ${url}: ${harmless(detail)}${hint}\n`)
  return EXIT.fail
}

type Effects = Required<Pick<RemedyReport, 'entries' | 'caches'>> & Pick<RemedyReport, 'bytes'>

function effectsIn(json: unknown): Effects | undefined {
  const { entries, bytes, caches } = (json ?? {}) as { entries?: unknown; bytes?: unknown; caches?: unknown }
  if (!isEffect(entries)) return undefined
  const named = Object.entries((caches ?? {}) as object).filter((pair): pair is [string, Effect] => isEffect(pair[1]))
  return {
    entries,
    ...(isEffect(bytes) && { bytes }),
    caches: Object.fromEntries(named.map(([name, effect]) => [harmless(name), effect])),
  }
}

function isEffect(value: unknown): value is Effect {
  const { before, after } = (value ?? {}) as { before?: unknown; after?: unknown }
  return typeof before === 'number' && typeof after === 'number'
}

function textOf({ entries, bytes, caches }: Effects): string {
  const freed = ({ before, after }: Effect) => String(before - after)
  const rows = Object.entries(caches).map(([name, effect]) => [name, `${freed(effect)} entries freed`, left(effect)])
  const inBytes = bytes ? `, ${freed(bytes)} bytes` : ''
  const all = ['all', `${freed(entries)} entries${inBytes} freed`, left(entries)]
  return alignColumns(rows.length === 1 && !bytes ? rows : [...rows, all])
}

function left({ after }: Effect): string {
  return `${after} left`
}
